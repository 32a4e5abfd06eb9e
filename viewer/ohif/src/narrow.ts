/** Whether the screen is a phone's: pictures first, panels wait behind their buttons, one pane. */
export const isNarrow = (): boolean => matchMedia('(max-width: 760px)').matches;
