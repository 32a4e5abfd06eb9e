const DAY_MS = 86_400_000;

/**
 * A DICOM date (DA, PS3.5 §6.2) some days later; null where it is no date. The old form `YYYY.MM.DD` is read too.
 */
export function shiftDate(date: string, days: number): string | null {
  const parts = /^(\d{4})\.?(\d{2})\.?(\d{2})$/.exec(date.trim());
  if (parts === null) return null;
  const moment = utc(Number(parts[1]), Number(parts[2]), Number(parts[3]));
  return moment === null ? null : dateText(moment + days * DAY_MS);
}

/**
 * A DICOM date and time (DT) some days later, its time and offset as they were; null where it is none. Of one that names
 * a year or month alone the first day is moved, and the result is as short.
 */
export function shiftDateTime(dateTime: string, days: number): string | null {
  const parts = /^(\d{4})(\d{2})?(\d{2})?(\d{2,6}(?:\.\d{1,6})?)?([+-]\d{4})?$/.exec(dateTime.trim());
  if (parts === null) return null;
  const [, year = '', month, day, time = '', offset = ''] = parts;
  const moment = utc(Number(year), Number(month ?? 1), Number(day ?? 1));
  if (moment === null) return null;
  const length = day !== undefined ? 8 : month !== undefined ? 6 : 4;
  return dateText(moment + days * DAY_MS).slice(0, length) + time + offset;
}

/** Whole years between two dates, null where one of them is none. */
export function yearsBetween(birth: string, then: string): number | null {
  if (shiftDate(birth, 0) === null || shiftDate(then, 0) === null) return null;
  const years = Math.floor((Number(then.replaceAll('.', '')) - Number(birth.replaceAll('.', ''))) / 10_000);
  return years >= 0 ? years : null;
}

const HIGHEST_AGE = 90;

/**
 * An age (AS): ages above 89 become 90 years, so that the few who are older are not told apart. Null where it is none.
 */
export function coarseAge(age: string): string | null {
  const parts = /^(\d{3})([DWMY])$/.exec(age.trim());
  if (parts === null) return null;
  const years =
    { D: 1 / 365, W: 7 / 365, M: 1 / 12, Y: 1 }[parts[2] as 'D' | 'W' | 'M' | 'Y'] * Number(parts[1]);
  return years >= HIGHEST_AGE ? `0${HIGHEST_AGE}Y` : age.trim();
}

function utc(year: number, month: number, day: number): number | null {
  if (year < 1000) return null;
  const moment = Date.UTC(year, month - 1, day);
  const back = new Date(moment);
  return back.getUTCMonth() === month - 1 && back.getUTCDate() === day ? moment : null;
}

function dateText(moment: number): string {
  return new Date(moment).toISOString().slice(0, 10).replaceAll('-', '');
}
