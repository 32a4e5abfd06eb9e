import { HOME_OFFSET, isRealDay } from '@hutong/storage-config';
import { badParameter } from '../listQuery.ts';

export { fhirDate, fhirDateTime } from '@hutong/storage-config';

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
  if (Number.isNaN(from.getTime()) || year === '0000' || !isRealDay(start.slice(0, 10)))
    throw badParameter(name);
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
