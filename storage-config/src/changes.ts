import type pg from 'pg';
import { inTransaction } from './database.ts';

/**
 * What can happen to a stored study. `corrected`: instances were replaced by corrected versions; `rejected`: a
 * rejection note hides instances; `patientCorrected`: patient or study attributes were corrected; `judged` and
 * `labelled` follow from a conformance result; `glassBroken`: somebody of another hospital opened it in an emergency;
 * `recognised`, `examinedAgain` and `recognitionWithdrawn`: what another hospital decided on it.
 */
export const CHANGE_ACTIONS = [
  'stored',
  'corrected',
  'deleted',
  'rejected',
  'recovered',
  'judged',
  'labelled',
  'patientCorrected',
  'glassBroken',
  'recognised',
  'examinedAgain',
  'recognitionWithdrawn',
] as const;
export type ChangeAction = (typeof CHANGE_ACTIONS)[number];

export interface NewChange {
  action: ChangeAction;
  studyId: number;
  /** Absent: the study as a whole. */
  seriesInstanceUid?: string;
  sopInstanceUids?: readonly string[];
}

export interface Change {
  /** Consecutive over the region, from 1, in the order of commits. */
  number: number;
  /** Number of the change before this one among those that were asked for; null when none is kept. */
  previous: number | null;
  action: ChangeAction;
  hospital: string;
  studyInstanceUid: string;
  seriesInstanceUid: string | null;
  sopInstanceUids: string[];
  /** When the transaction of the change began. */
  at: Date;
}

export interface ChangePosition {
  /** Number of the newest change. */
  last: number;
  /** Number of the newest change that is no longer kept: reading can begin here at the earliest. */
  forgotten: number;
}

/** Which changes are asked for; null: all. */
export interface ChangeFilter {
  hospitals: readonly string[] | null;
  /** Studies of other hospitals, one by one. */
  studies?: readonly { hospital: string; studyInstanceUid: string }[];
  actions: readonly string[] | null;
}

/**
 * Notes changes of studies whose rows exist. Belongs into the transaction of the fact; a change without a committed
 * fact, or the other way round, cannot be.
 */
export async function noteChanges(client: pg.PoolClient, changes: readonly NewChange[]): Promise<void> {
  if (changes.length === 0) return;
  await client.query(
    `INSERT INTO change (action, hospital_code, study_instance_uid, series_instance_uid, sop_instance_uids)
     SELECT given.action, study.hospital_code, study.study_instance_uid, given.series,
            ARRAY(SELECT jsonb_array_elements_text(given.instances))
       FROM ROWS FROM (unnest($1::text[]), unnest($2::bigint[]), unnest($3::text[]), unnest($4::jsonb[]))
            WITH ORDINALITY AS given (action, study_id, series, instances, place)
       JOIN study USING (study_id)
      ORDER BY given.place`,
    [
      changes.map(({ action }) => action),
      changes.map(({ studyId }) => studyId),
      changes.map(({ seriesInstanceUid }) => seriesInstanceUid ?? null),
      changes.map(({ sopInstanceUids = [] }) => JSON.stringify(sopInstanceUids)),
    ],
  );
}

/** Notes a change of a study whose row is gone, or going, in the same transaction. */
export async function noteChangeOf(
  client: pg.PoolClient,
  study: { hospital: string; studyInstanceUid: string },
  change: Omit<NewChange, 'studyId'>,
): Promise<void> {
  await client.query(
    `INSERT INTO change (action, hospital_code, study_instance_uid, series_instance_uid, sop_instance_uids)
     VALUES ($1, $2, $3, $4, $5)`,
    [
      change.action,
      study.hospital,
      study.studyInstanceUid,
      change.seriesInstanceUid ?? null,
      change.sopInstanceUids ?? [],
    ],
  );
}

/** Changes numbered in one transaction. */
const NUMBERED_AT_ONCE = 5000;

/**
 * Gives the next numbers to changes that are committed and have none, and returns where the feed then stands. One
 * process at a time does so, behind the lock of the position's row; the statement that numbers begins after the lock was
 * had, so it sees all that was committed before. Whoever reads number n therefore sees every smaller number too, and a
 * transaction that commits late gets a later number.
 */
export async function numberChanges(index: pg.Pool): Promise<ChangePosition> {
  for (;;) {
    const { rows } = await index.query<ChangePosition & { waiting: boolean }>(
      `SELECT last, forgotten, EXISTS (SELECT FROM change WHERE number IS NULL) AS waiting FROM change_position`,
    );
    const [position] = rows;
    if (position === undefined) throw new Error('the change feed has no position');
    if (!position.waiting) return { last: position.last, forgotten: position.forgotten };
    await inTransaction(index, async (client) => {
      await client.query('SELECT FROM change_position FOR UPDATE');
      await client.query(
        `WITH waiting AS (
           SELECT change_id, row_number() OVER (ORDER BY change_id) AS place
             FROM (SELECT change_id FROM change WHERE number IS NULL ORDER BY change_id LIMIT $1) AS oldest
         ), numbered AS (
           UPDATE change SET number = change_position.last + waiting.place
             FROM waiting, change_position
            WHERE change.change_id = waiting.change_id
           RETURNING 1
         )
         UPDATE change_position SET last = last + (SELECT count(*) FROM numbered)`,
        [NUMBERED_AT_ONCE],
      );
    });
  }
}

/**
 * Numbered changes after `since`, in order, at most `limit`. Number changes first; what is not numbered is not returned.
 *
 * @param since a number that was read before, or 0; not before {@link ChangePosition.forgotten}
 */
export async function readChanges(
  client: pg.Pool | pg.PoolClient,
  since: number,
  { hospitals, studies = [], actions }: ChangeFilter,
  limit: number,
): Promise<Change[]> {
  const ofStudies =
    studies.length === 0
      ? ''
      : ' OR (hospital_code, study_instance_uid) IN (SELECT * FROM unnest($5::text[], $6::text[]))';
  const wanted = `($2::text[] IS NULL OR hospital_code = ANY ($2)${ofStudies}) AND ($3::text[] IS NULL OR action = ANY ($3))`;
  const { rows } = await client.query<Change>({
    name: studies.length === 0 ? 'read-changes' : 'read-changes-of-studies',
    text: `WITH page AS (
             SELECT * FROM change WHERE number > $1 AND ${wanted} ORDER BY number LIMIT $4
           ), before AS (
             SELECT number FROM change WHERE number <= $1 AND ${wanted} ORDER BY number DESC LIMIT 1
           )
           SELECT number, coalesce(lag(number) OVER (ORDER BY number), (SELECT number FROM before)) AS previous,
                  action, hospital_code AS hospital, study_instance_uid AS "studyInstanceUid",
                  series_instance_uid AS "seriesInstanceUid", sop_instance_uids AS "sopInstanceUids", at
             FROM page ORDER BY number`,
    values: [
      since,
      hospitals,
      actions,
      limit,
      ...(studies.length === 0
        ? []
        : [studies.map(({ hospital }) => hospital), studies.map(({ studyInstanceUid }) => studyInstanceUid)]),
    ],
  });
  return rows;
}

/** Rows removed in one transaction. */
const FORGOTTEN_AT_ONCE = 10_000;

/**
 * Removes numbered changes that are older than `days`, from the oldest on, so that what is kept has no holes. Returns how
 * many.
 */
export async function forgetChanges(index: pg.Pool, days: number): Promise<number> {
  let forgotten = 0;
  for (;;) {
    const removed = await inTransaction(index, async (client) => {
      const { rows } = await client.query<{ forgotten: number }>(
        'SELECT forgotten FROM change_position FOR UPDATE',
      );
      const from = rows[0]?.forgotten ?? 0;
      // Up to the first that is young enough: `at` and the number may differ in order by the length of a transaction.
      const { rows: ends } = await client.query<{ end: number | null }>(
        `SELECT max(number) AS end
           FROM (SELECT number, bool_and(at < now() - make_interval(days => $2)) OVER (ORDER BY number) AS old
                   FROM change WHERE number > $1 AND number <= $1 + $3) AS oldest
          WHERE old`,
        [from, days, FORGOTTEN_AT_ONCE],
      );
      const end = ends[0]?.end ?? null;
      if (end === null) return 0;
      const { rowCount } = await client.query('DELETE FROM change WHERE number <= $1', [end]);
      await client.query('UPDATE change_position SET forgotten = $1', [end]);
      return rowCount ?? 0;
    });
    forgotten += removed;
    if (removed === 0) return forgotten;
  }
}
