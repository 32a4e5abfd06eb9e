/** Longest that a share may be made for, in hours; hospitals may set less. */
export const LONGEST_SHARE_HOURS = 366 * 24;
