const WRITTEN =
  /^(\d{4})(?:-(\d{1,2})-(\d{1,2})|\/(\d{1,2})\/(\d{1,2})|\.(\d{1,2})\.(\d{1,2})|年(\d{1,2})月(\d{1,2})[日号]?|(\d{2})(\d{2}))$/u;

/**
 * A day as people in China write it: 2026-09-15, 2026/9/15, 2026.9.15, 2026年9月15日, 20260915; a time behind it is left off.
 *
 * @returns YYYY-MM-DD; null for what is no day, such as 2026-02-30, or of no century that a registry is about
 */
export function dayFromText(text: string): string | null {
  const folded = text
    .normalize('NFKC')
    .trim()
    .replace(/\s*([年月])\s*/gu, '$1')
    .replace(/[T\s]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d+)?)?(?:Z|[+-]\d{2}:?\d{2})?$/u, '');
  const [, year, ...rest]: (string | undefined)[] = WRITTEN.exec(folded) ?? [];
  const [month, day] = rest.filter((part) => part !== undefined);
  if (year === undefined || month === undefined || day === undefined) return null;
  return realDay(Number(year), Number(month), Number(day));
}

/** Serial number of a day in a workbook (ECMA-376 18.17.4) as YYYY-MM-DD; null beyond 1900 to 2199. */
export function dayFromSerial(serial: number, since1904: boolean): string | null {
  const whole = Math.floor(serial);
  // 1900 counts a 29 February that was none: days before it are one off.
  const days = since1904 ? whole + 1462 : whole < 60 ? whole + 1 : whole;
  if (!(days >= 2 && days < 109_571)) return null;
  return new Date(Date.UTC(1899, 11, 30) + days * 86_400_000).toISOString().slice(0, 10);
}

function realDay(year: number, month: number, day: number): string | null {
  if (year < 1900 || year > 2199) return null;
  const date = new Date(Date.UTC(year, month - 1, day));
  if (date.getUTCMonth() !== month - 1 || date.getUTCDate() !== day) return null;
  return date.toISOString().slice(0, 10);
}

/**
 * The day so many months after another: the same day of that month, or its last where it has none.
 *
 * @param day YYYY-MM-DD
 */
export function monthsAfter(day: string, months: number): string {
  const [year = 0, month = 0, date = 0] = day.split('-').map(Number);
  const last = new Date(Date.UTC(year, month - 1 + months + 1, 0));
  return new Date(Date.UTC(last.getUTCFullYear(), last.getUTCMonth(), Math.min(date, last.getUTCDate())))
    .toISOString()
    .slice(0, 10);
}
