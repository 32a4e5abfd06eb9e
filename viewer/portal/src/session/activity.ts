/**
 * Whether somebody works with the page. What a page asks by itself while nobody does is no use of the session, which would
 * otherwise never end; requests say so by a header.
 */
const IDLE_AFTER_MS = 30_000;

let lastInput = Date.now();
let lastUse = Date.now();

const note = (): void => {
  lastInput = Date.now();
};
for (const event of ['pointerdown', 'keydown', 'wheel', 'touchmove', 'pointermove'])
  // Outside of a browser nobody is there.
  if (typeof window !== 'undefined') window.addEventListener(event, note, { passive: true, capture: true });

/** Headers of a request: whether a person is behind it. */
export function activityHeaders(): Record<string, string> {
  if (Date.now() - lastInput > IDLE_AFTER_MS) return { 'hutong-idle': '1' };
  lastUse = Date.now();
  return {};
}

/** Whether somebody worked since the server was last asked for something in that person's name, and that is a while ago. */
export const hasUnseenUse = (milliseconds: number): boolean =>
  lastInput > lastUse && Date.now() - lastUse > milliseconds;

/** A person said to be there. */
export const noteUse = note;
