import type { ReasonCode } from '@hutong/recognition';
import type pg from 'pg';
import {
  type DecisionKind,
  type DecisionRow,
  IS_NEWEST,
  RECOGNITION_COLUMNS,
  type RecognitionDecision,
  recognitionDecisionOf,
} from './decision.ts';

/** Whose decisions: made by these hospitals, or made by others on studies of them; null: of all. */
export interface DecisionsOf {
  hospitals: readonly string[] | null;
  /** `made`: by them; `received`: on their studies; `all`: both. */
  side: 'made' | 'received' | 'all';
}

export interface DecisionFilter extends DecisionsOf {
  /** Deciding hospitals and issuing ones; empty: any. */
  deciding: readonly string[];
  issuing: readonly string[];
  departments: readonly string[];
  kinds: readonly DecisionKind[];
  reasons: readonly ReasonCode[];
  items: readonly string[];
  /** First day of the month in China, YYYY-MM-DD; null: any. */
  month: string | null;
  /** Where the page before ended: text of the index. */
  before: readonly [decidedAt: string, id: string] | null;
  limit: number;
}

const OF = `($1::text[] IS NULL OR $2 <> 'received' AND d.hospital_code = ANY ($1)
             OR $2 <> 'made' AND d.issuing_hospital = ANY ($1))`;

/** Decisions as they stand, the newest first. `at` is the moment that a place in the list is written with. */
export async function listDecisions(
  pool: pg.Pool,
  filter: DecisionFilter,
): Promise<(RecognitionDecision & { at: string })[]> {
  const { rows } = await pool.query<DecisionRow & { at: string }>(
    `SELECT ${RECOGNITION_COLUMNS}, d.decided_at::text AS at FROM recognition_decision d
      WHERE ${OF} AND ${IS_NEWEST}
        AND ($3::text[] = '{}' OR d.hospital_code = ANY ($3)) AND ($4::text[] = '{}' OR d.issuing_hospital = ANY ($4))
        AND ($5::text[] = '{}' OR d.department = ANY ($5)) AND ($6::text[] = '{}' OR d.kind = ANY ($6))
        AND ($7::text[] = '{}' OR d.reason_code = ANY ($7)) AND ($8::text[] = '{}' OR d.item_code = ANY ($8))
        AND ($9::date IS NULL OR d.decided_at >= ($9::date)::timestamp AT TIME ZONE 'Asia/Shanghai'
                             AND d.decided_at < ($9::date + interval '1 month')::timestamp AT TIME ZONE 'Asia/Shanghai')
        AND ($10::timestamptz IS NULL OR (d.decided_at, d.recognition_decision_id) < ($10::timestamptz, $11::uuid))
      ORDER BY d.decided_at DESC, d.recognition_decision_id DESC LIMIT $12`,
    [
      filter.hospitals,
      filter.side,
      filter.deciding,
      filter.issuing,
      filter.departments,
      filter.kinds,
      filter.reasons,
      filter.items,
      filter.month,
      filter.before?.[0] ?? null,
      filter.before?.[1] ?? null,
      filter.limit,
    ],
  );
  return rows.map(({ at, ...row }) => ({ ...recognitionDecisionOf(row), at }));
}

/** A decision by the id of any of its rows: all of them, the newest first. Empty: there is none of these hospitals. */
export async function readDecisionHistory(
  pool: pg.Pool,
  id: string,
  { hospitals, side }: DecisionsOf,
): Promise<RecognitionDecision[]> {
  const { rows } = await pool.query<DecisionRow>(
    `SELECT ${RECOGNITION_COLUMNS} FROM recognition_decision d
      WHERE ${OF} AND d.chain_id = (SELECT one.chain_id FROM recognition_decision one WHERE one.recognition_decision_id = $3)
      ORDER BY d.created_at DESC, ${IS_NEWEST} DESC, d.replaces IS NULL`,
    [hospitals, side, id],
  );
  return rows.map(recognitionDecisionOf);
}

/** Decisions of hospitals (null: all) on one study as they stand, the newest first. */
export async function decisionsOnStudy(
  pool: pg.Pool,
  study: { hospital: string; studyInstanceUid: string },
  hospitals: readonly string[] | null,
  limit = 50,
): Promise<RecognitionDecision[]> {
  const { rows } = await pool.query<DecisionRow>(
    `SELECT ${RECOGNITION_COLUMNS} FROM recognition_decision d
      WHERE d.issuing_hospital = $1 AND d.study_instance_uid = $2 AND ($3::text[] IS NULL OR d.hospital_code = ANY ($3))
        AND ${IS_NEWEST}
      ORDER BY d.decided_at DESC, d.recognition_decision_id DESC LIMIT $4`,
    [study.hospital, study.studyInstanceUid, hospitals, limit],
  );
  return rows.map(recognitionDecisionOf);
}

/** Decisions on the matches of a reminder as they stand. */
export async function decisionsOnReminder(pool: pg.Pool, reminder: string): Promise<RecognitionDecision[]> {
  const { rows } = await pool.query<DecisionRow>(
    `SELECT ${RECOGNITION_COLUMNS} FROM recognition_decision d
      WHERE d.reminder_id = $1 AND ${IS_NEWEST} ORDER BY d.decided_at DESC`,
    [reminder],
  );
  return rows.map(recognitionDecisionOf);
}

/** What filters of the list offer, of these hospitals. */
export async function decisionFacets(
  pool: pg.Pool,
  { hospitals, side }: DecisionsOf,
): Promise<{ hospitals: string[]; departments: string[]; items: string[] }> {
  const { rows } = await pool.query<{ hospitals: string[]; departments: string[]; items: string[] }>(
    `SELECT coalesce(array_agg(DISTINCT hospital ORDER BY hospital), '{}') AS hospitals,
            coalesce(array_agg(DISTINCT department ORDER BY department) FILTER (WHERE department <> ''), '{}') AS departments,
            coalesce(array_agg(DISTINCT item_code ORDER BY item_code), '{}') AS items
       FROM (SELECT unnest(ARRAY[d.hospital_code, d.issuing_hospital]) AS hospital, d.department, d.item_code
               FROM recognition_decision d WHERE ${OF} AND d.decided_at > now() - interval '400 days') AS recent`,
    [hospitals, side],
  );
  return rows[0] ?? { hospitals: [], departments: [], items: [] };
}
