import type { Condition } from './condition.ts';

type Range = Extract<Condition, { kind: 'range' }>;

/** Bounds of a condition in the time zone of a study; null: open on that side. */
export interface Bounds {
  from: string | null;
  to: string | null;
}

const FIRST_TIME = '000000.000000';
const LAST_TIME = '235959.999999';
const DAY = 24 * 60;

/** Offsets that local times of the world have or had, in minutes: −12:00 to +14:00 in quarters of an hour. */
const OFFSETS = Array.from({ length: (26 * 60) / 15 + 1 }, (_, i) => -12 * 60 + i * 15);

/** Minutes east of UTC of `+0800`; null for anything else (PS3.3 C.12.1.1.8). */
export function offsetMinutes(text: string): number | null {
  const match = /^([+-])(\d\d)([0-5]\d)$/.exec(text);
  if (match === null) return null;
  const minutes = Number(match[2]) * 60 + Number(match[3]);
  return minutes > 14 * 60 ? null : match[1] === '-' ? -minutes : minutes;
}

function offsetText(minutes: number): string {
  const two = (number: number): string => String(number).padStart(2, '0');
  const absolute = Math.abs(minutes);
  return `${minutes < 0 ? '-' : '+'}${two(Math.floor(absolute / 60))}${two(absolute % 60)}`;
}

/**
 * A range of instants, given in the time zone of the query, as each zone a study may have been made in says it.
 * By the text of the zone's offset; dates and times joined.
 */
export function instantsByZone(date: Range, time: Range | null, queryOffset: number): Record<string, Bounds> {
  const from = date.from === null ? null : date.from + (time?.from ?? FIRST_TIME);
  const to = date.to === null ? null : date.to + (time?.to ?? LAST_TIME);
  return byZone(
    (minutes) => ({
      from: from === null ? null : shifted(from, minutes),
      to: to === null ? null : shifted(to, minutes),
    }),
    queryOffset,
  );
}

/** Times of the day likewise; where a range goes over midnight in a zone, `from` comes after `to`. */
export function timesByZone(time: Range, queryOffset: number): Record<string, Bounds> {
  const anyDay = (text: string, minutes: number): string => shifted(`20000102${text}`, minutes).slice(8);
  return byZone(
    (minutes) => ({
      from: anyDay(time.from ?? FIRST_TIME, minutes),
      to: anyDay(time.to ?? LAST_TIME, minutes),
    }),
    queryOffset,
  );
}

function byZone(boundsAfter: (minutes: number) => Bounds, queryOffset: number): Record<string, Bounds> {
  return Object.fromEntries(OFFSETS.map((offset) => [offsetText(offset), boundsAfter(offset - queryOffset)]));
}

/** YYYYMMDDHHMMSS.FFFFFF, so many minutes later. Years outside of 1–9998 stay as they are. */
function shifted(moment: string, minutes: number): string {
  if (minutes === 0) return moment;
  const part = (start: number, end: number): number => Number(moment.slice(start, end));
  const date = new Date(0);
  date.setUTCFullYear(part(0, 4), part(4, 6) - 1, part(6, 8));
  date.setUTCHours(part(8, 10), part(10, 12) + minutes, 0, 0);
  const year = date.getUTCFullYear();
  if (year < 1 || year > 9998) return moment;
  const digits = date.toISOString().replace(/\D/g, '').slice(0, 12);
  return digits + moment.slice(12);
}

/** The date some days before or after, for bounds that hold in every zone. */
export function daysAway(date: string, days: number): string {
  return shifted(`${date}${FIRST_TIME}`, days * DAY).slice(0, 8);
}
