import { isDeepStrictEqual } from 'node:util';
import { ENGINE_VERSION } from '@hutong/conformance';
import type pg from 'pg';
import { countFiltered } from './filter.ts';
import type { ReevaluationFilter } from './filter.ts';

export type ReevaluationReason = 'catalogue' | 'engine' | 'examMapping' | 'request';

export interface NewReevaluation {
  reason: ReevaluationReason;
  filter: ReevaluationFilter;
  /** Name of the person, key or part of the program that asks. */
  requestedBy: string;
}

export interface Reevaluation {
  id: number;
  reason: ReevaluationReason;
  filter: ReevaluationFilter;
  requestedBy: string;
  requestedAt: Date;
  state: 'waiting' | 'working' | 'done' | 'cancelled';
  /** Studies that the filter meant when it was asked for. */
  total: number;
  judged: number;
  /** Studies whose verdicts or labels became others. */
  changed: number;
  /** Studies that could not be judged. */
  failed: number;
  endedAt: Date | null;
}

const COLUMNS = `reevaluation_id AS id, reason, filter, requested_by AS "requestedBy", requested_at AS "requestedAt",
  state, total, judged, changed, failed, ended_at AS "endedAt"`;

type Queryable = pg.Pool | pg.PoolClient;

/**
 * Has studies judged again by the workers, in the background. In the transaction of what makes it necessary it is
 * asked for exactly when that happens. One that waits already for the same studies is not asked for twice; one that means
 * no study is done at once.
 */
export async function beginReevaluation(client: Queryable, asked: NewReevaluation): Promise<Reevaluation> {
  const { rows: waiting } = await client.query<Reevaluation>(
    // Locked: no worker begins with it before what was changed here is to be seen.
    `SELECT ${COLUMNS} FROM reevaluation WHERE state = 'waiting' AND reason = $1 ORDER BY reevaluation_id
        FOR UPDATE`,
    [asked.reason],
  );
  const same = waiting.find(({ filter }) => isDeepStrictEqual(filter, asked.filter));
  if (same !== undefined) return same;
  const total = await countFiltered(client, asked.filter);
  const { rows } = await client.query<Reevaluation>(
    `INSERT INTO reevaluation (reason, filter, requested_by, engine_version, total, end_position, state, ended_at)
     VALUES ($1, $2, $3, $4, $5::bigint, (SELECT coalesce(max(study_id), 0) FROM study),
             CASE WHEN $5 = 0 THEN 'done' ELSE 'waiting' END, CASE WHEN $5 = 0 THEN now() END)
     RETURNING ${COLUMNS}`,
    [
      asked.reason,
      JSON.stringify(asked.filter),
      asked.requestedBy,
      asked.reason === 'engine' ? ENGINE_VERSION : null,
      total,
    ],
  );
  const [begun] = rows;
  if (begun === undefined) throw new Error('the re-evaluation was not recorded');
  return begun;
}

/** The newest re-evaluations, at most `limit`. */
export async function listReevaluations(client: Queryable, limit = 100): Promise<Reevaluation[]> {
  const { rows } = await client.query<Reevaluation>(
    `SELECT ${COLUMNS} FROM reevaluation ORDER BY reevaluation_id DESC LIMIT $1`,
    [limit],
  );
  return rows;
}

/**
 * Ends a re-evaluation that waits or works; what was judged stays judged. Returns it as it is now, null when there is none
 * of this id. One that had ended stays as it was.
 */
export async function cancelReevaluation(client: Queryable, id: number): Promise<Reevaluation | null> {
  await client.query(
    `UPDATE reevaluation SET state = 'cancelled', ended_at = now()
      WHERE reevaluation_id = $1 AND state IN ('waiting', 'working')`,
    [id],
  );
  const { rows } = await client.query<Reevaluation>(
    `SELECT ${COLUMNS} FROM reevaluation WHERE reevaluation_id = $1`,
    [id],
  );
  return rows[0] ?? null;
}

/**
 * Has everything judged again that was judged by other rules than those of this program, unless that is under way. One that
 * another version of the program began is ended: only one version's rules shall hold.
 */
export async function beginEngineReevaluation(client: pg.PoolClient): Promise<Reevaluation | null> {
  await client.query(
    `UPDATE reevaluation SET state = 'cancelled', ended_at = now()
      WHERE reason = 'engine' AND engine_version <> $1 AND state IN ('waiting', 'working')`,
    [ENGINE_VERSION],
  );
  const { rowCount: open } = await client.query(
    `SELECT FROM reevaluation WHERE reason = 'engine' AND state IN ('waiting', 'working') LIMIT 1`,
  );
  if (open === 1) return null;
  const { rowCount: others } = await client.query(
    'SELECT FROM study_judgement WHERE engine_version <> $1 LIMIT 1',
    [ENGINE_VERSION],
  );
  if (others !== 1) return null;
  return beginReevaluation(client, { reason: 'engine', filter: {}, requestedBy: 'hutong' });
}
