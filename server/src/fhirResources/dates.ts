import { badParameter } from '../listQuery.ts';

/** Time zone of the region, where a date does not say one. */
export const HOME_OFFSET = '+08:00';

/** A span of time: from, inclusive, until, exclusive; null: open on that side. */
export interface Span {
  from: Date | null;
  until: Date | null;
}

const DATE =
  /^(eq|ge|le|gt|lt|sa|eb)?(\d{4})(?:-(\d\d)(?:-(\d\d)(?:T(\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?(Z|[+-]\d\d:\d\d)?)?)?)?$/;

/**
 * Value of a search parameter of dates (R4 3.1.1.4.7), with its prefix, as what it spans: `2026-11`, `ge2026-11-01`,
 * `lt2026-11-22T08:00:00+08:00`.
 *
 * @throws HttpProblem 400 that names the parameter
 */
export function dateSpan(name: string, text: string): Span {
  // A plus sign comes as a space from who did not write it as %2B.
  const match = DATE.exec(text.replace(/ (?=\d\d:\d\d$)/, '+'));
  if (match === null) throw badParameter(name);
  const [, prefix = 'eq', year = '', month, day, hour, minute, second, fraction = '', zone] = match;
  const start = `${year}-${month ?? '01'}-${day ?? '01'}T${hour ?? '00'}:${minute ?? '00'}:${second ?? '00'}`;
  const from = new Date(`${start}.${fraction.slice(0, 3).padEnd(3, '0')}${zone ?? HOME_OFFSET}`);
  if (Number.isNaN(from.getTime()) || year === '0000' || !isRealDay(start)) throw badParameter(name);
  const until = ends(from, { month, day, hour, second, fraction });
  switch (prefix) {
    case 'ge':
      return { from, until: null };
    case 'gt':
    case 'sa':
      return { from: until, until: null };
    case 'lt':
    case 'eb':
      return { from: null, until: from };
    case 'le':
      return { from: null, until };
    default:
      return { from, until };
  }
}

/** JavaScript makes the 2nd of March of the 30th of February. */
const isRealDay = (start: string): boolean => {
  const day = start.slice(0, 10);
  const date = new Date(`${day}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(day);
};

/** Where the second, minute, day, month or year ends that begins there. */
function ends(
  from: Date,
  part: {
    month?: string | undefined;
    day?: string | undefined;
    hour?: string | undefined;
    second?: string | undefined;
    fraction: string;
  },
): Date {
  const until = new Date(from);
  if (part.fraction !== '') until.setTime(from.getTime() + 1);
  else if (part.second !== undefined) until.setTime(from.getTime() + 1000);
  else if (part.hour !== undefined) until.setTime(from.getTime() + 60_000);
  else if (part.day !== undefined) until.setTime(from.getTime() + 86_400_000);
  else {
    // Months and years of the region's own zone.
    const local = new Date(from.getTime() + HOME_MS);
    if (part.month === undefined) local.setUTCFullYear(local.getUTCFullYear() + 1);
    else local.setUTCMonth(local.getUTCMonth() + 1);
    until.setTime(local.getTime() - HOME_MS);
  }
  return until;
}

const HOME_MS = 8 * 3_600_000;

/** A moment as date and time of the region, YYYYMMDDHHMMSS, as DICOM has them of studies. */
export const homeMoment = (moment: Date): string =>
  new Date(moment.getTime() + HOME_MS).toISOString().replace(/\D/g, '').slice(0, 14);

/** DICOM's offset `+0800` as FHIR writes it; the region's where there is none. */
export const offsetOf = (timezoneOffset: string): string =>
  /^[+-](0\d|1[0-4])[0-5]\d$/.test(timezoneOffset)
    ? `${timezoneOffset.slice(0, 3)}:${timezoneOffset.slice(3)}`
    : HOME_OFFSET;

/** DICOM's date (DA) as FHIR's; undefined for what is none. */
export function fhirDate(date: string): string | undefined {
  const text = `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6, 8)}`;
  return /^\d{8}$/.test(date) && isRealDay(`${text}T`) ? text : undefined;
}

/** DICOM's date and time (DA, TM) as FHIR's dateTime: the day alone where the time is not known to the minute. */
export function fhirDateTime(date: string, time: string, timezoneOffset: string): string | undefined {
  const day = fhirDate(date);
  if (day === undefined) return undefined;
  const match = /^([01]\d|2[0-3])([0-5]\d)([0-5]\d)?/.exec(time);
  if (match === null) return day;
  return `${day}T${match[1] ?? ''}:${match[2] ?? ''}:${match[3] ?? '00'}${offsetOf(timezoneOffset)}`;
}
