import type pg from 'pg';

/** What figures are calculated of: a month in a time zone, as it was known at a moment. */
export interface Period {
  /** YYYY-MM. */
  month: string;
  /** IANA name. */
  timeZone: string;
  /** ISO 8601 with microseconds. */
  asOf: string;
  /** Only of this hospital; null: the region. */
  hospital: string | null;
  repeatDays: number;
}

/** First and last bound of the month, ISO 8601; `until` is no part of it. */
export interface Bounds {
  from: string;
  until: string;
  /** The month was over at `asOf`. */
  complete: boolean;
}

/** Values of every statement of figures: $1 from, $2 until, $3 as of, $4 hospital or null, $5 time zone. */
export type PeriodValues = readonly [string, string, string, string | null, string];

const MONTH = /^(?:19|20|21)\d\d-(?:0[1-9]|1[0-2])$/;

/** Whether a text is a month as figures name it: 2026-11. */
export const isMonth = (text: string): boolean => MONTH.test(text);

/** Whether a text names a time zone that both Node.js and PostgreSQL know: a region and a place, or UTC. */
export function isTimeZone(text: string): boolean {
  if (!/^(?:UTC|[A-Z][A-Za-z_]+(?:\/[A-Z][\w+-]*){1,2})$/.test(text)) return false;
  try {
    new Intl.DateTimeFormat('en', { timeZone: text });
    return true;
  } catch {
    return false;
  }
}

/** The month that a moment lies in, YYYY-MM. */
export function monthOf(at: Date, timeZone: string): string {
  return dayIn(at, timeZone).slice(0, 7);
}

/** The day that a moment lies in, YYYY-MM-DD. */
export function dayIn(at: Date, timeZone: string): string {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone,
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
  }).formatToParts(at);
  const part = (type: string): string => parts.find((one) => one.type === type)?.value ?? '';
  return `${part('year')}-${part('month')}-${part('day')}`;
}

/** A month some months later, or earlier. */
export function monthAfter(month: string, months: number): string {
  const at = Number(month.slice(0, 4)) * 12 + Number(month.slice(5)) - 1 + months;
  return `${Math.floor(at / 12)}-${String((at % 12) + 1).padStart(2, '0')}`;
}

/** ISO 8601 with microseconds, for to_char. */
export const ISO = `'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'`;

/** The moments at which a month begins and ends where the clocks of the time zone say so. */
export async function boundsOf(client: pg.PoolClient, period: Period): Promise<Bounds> {
  const { rows } = await client.query<Bounds>(
    `SELECT to_char(began AT TIME ZONE 'UTC', ${ISO}) AS "from", to_char(ended AT TIME ZONE 'UTC', ${ISO}) AS until,
            $3::timestamptz >= ended AS complete
       FROM (SELECT ($1 || '-01')::timestamp AT TIME ZONE $2 AS began,
                    (($1 || '-01')::timestamp + interval '1 month') AT TIME ZONE $2 AS ended) m`,
    [period.month, period.timeZone, period.asOf],
  );
  const [bounds] = rows;
  if (bounds === undefined) throw new Error('a month has no bounds');
  return bounds;
}

/** Patients who were linked to a person at $3, as a common table expression. */
export const LINKED = `linked AS NOT MATERIALIZED (
  SELECT hospital_code, patient_id, issuer_of_patient_id, person_id
    FROM patient_link WHERE created_at <= $3::timestamptz AND (ended_at IS NULL OR ended_at > $3::timestamptz))`;

/**
 * Who a row is about, as text that is the same for the same person: the person that its patient was linked to, else
 * `otherwise`, else the patient in the hospital, else the row itself.
 *
 * @param row alias with hospital_code, patient_id and issuer_of_patient_id
 * @param otherwise SQL of a person's id, or NULL
 * @param itself SQL of what tells the row from others
 */
export const personKey = (row: string, otherwise: string, itself: string): string =>
  `(COALESCE('p' || COALESCE(linked.person_id, ${otherwise})::text,
             CASE WHEN ${row}.patient_id = '' THEN 's' || ${itself}
                  ELSE 'h' || ${row}.hospital_code || E'\\n' || ${row}.patient_id || E'\\n' || ${row}.issuer_of_patient_id END)
    COLLATE "C")`;

/** Joins the patient of a row with the person. */
export const joinLinked = (row: string): string =>
  `LEFT JOIN linked ON linked.hospital_code = ${row}.hospital_code AND linked.patient_id = ${row}.patient_id
                   AND linked.issuer_of_patient_id = ${row}.issuer_of_patient_id`;
