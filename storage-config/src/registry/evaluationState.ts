import type pg from 'pg';
import { type RegistryView, ROW_IN_VIEW, viewValues } from './registryView.ts';

/**
 * Where a hospital stands with an item at a scope on a day: no evaluation; the newest one failed; passed and holding, soon
 * over, or over.
 */
export type EvaluationState = 'none' | 'failed' | 'valid' | 'expiring' | 'expired';

/** The newest evaluation of (hospital, item) at a scope on a day. */
export interface StandingEvaluation {
  id: number;
  hospital: string;
  item: string;
  scope: string;
  evaluatedAt: string;
  validUntil: string;
  result: 'passed' | 'failed';
  centre: string | null;
}

/** @param soon the day until which one that ends counts as soon over */
export function stateOfEvaluation(
  one: Pick<StandingEvaluation, 'result' | 'validUntil'> | undefined,
  day: string,
  soon: string,
): EvaluationState {
  if (one === undefined) return 'none';
  if (one.result === 'failed') return 'failed';
  if (one.validUntil < day) return 'expired';
  return one.validUntil <= soon ? 'expiring' : 'valid';
}

const NEWEST = `SELECT DISTINCT ON (hospital_code, scope, item_code)
         qualification_id AS id, hospital_code AS hospital, item_code AS item, scope,
         to_char(evaluated_at, 'YYYY-MM-DD') AS "evaluatedAt", to_char(valid_until, 'YYYY-MM-DD') AS "validUntil",
         result, quality_centre AS centre
    FROM qualification
   WHERE revoked_at IS NULL AND evaluated_at <= $3::date AND ${ROW_IN_VIEW}
     AND ($4::text IS NULL OR scope = $4)
   ORDER BY hospital_code, scope, item_code, evaluated_at DESC, (result = 'failed') DESC, valid_until DESC`;

/** The evaluations that count on a day, of those in view: of each (hospital, scope, item) the newest, of one day the failed one. */
export async function standingEvaluations(
  client: pg.Pool | pg.PoolClient,
  view: RegistryView,
  day: string,
  scope: string | null = null,
): Promise<StandingEvaluation[]> {
  const { rows } = await client.query<StandingEvaluation>(NEWEST, [...viewValues(view), day, scope]);
  return rows;
}

/** Those that count on a day, passed, and are over within some days after it, the next one first. */
export async function expiringEvaluations(
  client: pg.Pool | pg.PoolClient,
  view: RegistryView,
  day: string,
  withinDays: number,
): Promise<StandingEvaluation[]> {
  const { rows } = await client.query<StandingEvaluation>(
    `SELECT * FROM (${NEWEST}) AS newest
      WHERE result = 'passed' AND "validUntil"::date >= $3::date AND "validUntil"::date <= $3::date + $5::integer
      ORDER BY "validUntil", hospital, scope, item`,
    [...viewValues(view), day, null, withinDays],
  );
  return rows;
}
