/** Longest value of VR DS (PS3.5 Table 6.2-1). */
const LONGEST = 16;

/**
 * A number as a decimal string of at most 16 characters, with as many digits as fit: exact where they do, else rounded
 * (PS3.5 §6.2, DS). Null where it is not finite.
 */
export function decimalString(value: number): string | null {
  if (!Number.isFinite(value)) return null;
  for (let digits = 17; digits > 0; digits--) {
    const rounded = digits === 17 ? value : Number(value.toPrecision(digits));
    // Rounded up, the greatest numbers are no more finite.
    if (!Number.isFinite(rounded)) continue;
    const fitting = [String(rounded), rounded.toExponential().replace('e+', 'e')].find(
      (text) => text.length <= LONGEST,
    );
    if (fitting !== undefined) return fitting;
  }
  return null;
}
