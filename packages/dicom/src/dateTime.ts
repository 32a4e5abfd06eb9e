const DAYS = [31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31];

/**
 * A DA value as YYYYMMDD, or empty where it is none. The form of ACR-NEMA (`YYYY.MM.DD`, PS3.5 §6.2) and dashes
 * or slashes in its place are accepted; impossible days are not.
 */
export function normaliseDate(text: string): string {
  const match = /^\s*(\d{4})([.\-/]?)(\d{2})\2(\d{2})\s*$/.exec(text);
  if (match === null) return '';
  const [, year = '', , month = '', day = ''] = match;
  return Number(day) >= 1 && Number(day) <= daysOf(Number(year), Number(month)) ? year + month + day : '';
}

/** Days of a month (1–12) in the Gregorian calendar; 0 where there is no such month. */
function daysOf(year: number, month: number): number {
  const isLeapYear = (year % 4 === 0 && year % 100 !== 0) || year % 400 === 0;
  return month === 2 && isLeapYear ? 29 : (DAYS[month - 1] ?? 0);
}

/**
 * A TM value as HHMMSS with its fraction (at most six digits), or empty where it is none. Missing minutes and
 * seconds become 00, since PS3.5 §6.2 lets them be left out; the form of ACR-NEMA (`HH:MM:SS`) is accepted.
 */
export function normaliseTime(text: string): string {
  const match = /^\s*(\d{2})(?::?(\d{2})(?::?(\d{2})(?:\.(\d{1,6})\d*)?)?)?\.?\s*$/.exec(text);
  if (match === null) return '';
  const [, hour = '', minute = '00', second = '00', fraction] = match;
  if (hour > '23' || minute > '59' || second > '60') return '';
  return `${hour}${minute}${second}${fraction === undefined ? '' : `.${fraction}`}`;
}
