/** Age at a date, in the unit people use. */
export type Age = { value: number; unit: 'Y' | 'M' | 'D' } | null;

/** YYYYMMDD as YYYY-MM-DD; empty for anything else. */
export function isoDate(date: string): string {
  return /^\d{8}$/.test(date) ? `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}` : '';
}

/** The oldest age known is 122 years; beyond 130 a date is a placeholder. */
const OLDEST_MONTHS = 130 * 12;

/**
 * Age at a date, both DICOM DA: years from two on, months from one on, else days, as it is said of children.
 * null when a date is missing, the birth comes after, or nobody has grown so old: then one of the dates is wrong.
 */
export function ageAt(birthDate: string, date: string): Age {
  const [birth, at] = [Date.parse(isoDate(birthDate)), Date.parse(isoDate(date))];
  if (Number.isNaN(birth) || Number.isNaN(at) || birth > at) return null;
  const [from, to] = [new Date(birth), new Date(at)];
  let months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  if (to.getUTCDate() < from.getUTCDate()) months -= 1;
  if (months > OLDEST_MONTHS) return null;
  if (months >= 24) return { value: Math.floor(months / 12), unit: 'Y' };
  if (months >= 1) return { value: months, unit: 'M' };
  return { value: Math.round((at - birth) / 86_400_000), unit: 'D' };
}
