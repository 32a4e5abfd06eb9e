import type { MrAttributes, SeriesSummary } from './summary.ts';
import { readText } from './text.ts';

/** b-values of a series: measured ones first, else those its text names. */
export function bValuesOf(
  series: SeriesSummary,
  mr: MrAttributes,
): { values: number[]; contradiction: boolean } {
  const written = [
    ...new Set([...readText(series.description).bValues(), ...readText(series.protocolName).bValues()]),
  ];
  if (mr.bValues.length === 0) {
    // a part of an exam says what it is itself; the protocol names all of them
    const zeroOnly = /(?<![a-z])b ?=? ?0(?!\d)/.test(readText(series.description).normal);
    const own = readText(series.description).bValues();
    const values = zeroOnly && own.length === 0 ? [0] : own.length > 0 ? [...new Set(own)] : written;
    return { values: values.sort((a, b) => a - b), contradiction: false };
  }
  const highest = Math.max(...mr.bValues);
  const claimed = readText(series.description).bValues();
  return { values: mr.bValues, contradiction: highest < 50 && Math.max(0, ...claimed) >= 400 };
}
