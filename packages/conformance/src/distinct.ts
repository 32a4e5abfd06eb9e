import type { Range } from './summary.ts';

/** Most distinct values kept of any attribute; more are no header of a scanner. */
const MOST = 32;

/** The first distinct values that are not empty. */
export function distinct(values: readonly string[]): string[] {
  return [...new Set(values.filter((value) => value !== ''))].slice(0, MOST);
}

/** Smallest and largest value, or null where there is none. */
export function range(values: readonly (number | null)[]): Range | null {
  let min = Infinity;
  let max = -Infinity;
  for (const value of values) {
    if (value === null) continue;
    if (value < min) min = value;
    if (value > max) max = value;
  }
  return min === Infinity ? null : { min, max };
}
