/**
 * A DA value as YYYYMMDD, or empty where it is none. The form of ACR-NEMA (`YYYY.MM.DD`, PS3.5 §6.2) and dashes
 * or slashes in its place are accepted; impossible days are not.
 */
export function normaliseDate(text: string): string {
  const match = /^\s*(\d{4})([.\-/]?)(\d{2})\2(\d{2})\s*$/.exec(text);
  if (match === null) return '';
  const [, year = '', , month = '', day = ''] = match;
  const date = new Date(`${year}-${month}-${day}T00:00:00Z`);
  const exists = !Number.isNaN(date.getTime()) && date.getUTCDate() === Number(day);
  return exists ? year + month + day : '';
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
