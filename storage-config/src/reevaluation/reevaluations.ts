import { isDeepStrictEqual } from 'node:util';
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
 * asked for exactly when that happens. One that waits already for the same studies is not asked for twice.
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
    `INSERT INTO reevaluation (reason, filter, requested_by, total, end_position)
     VALUES ($1, $2, $3, $4, (SELECT coalesce(max(study_id), 0) FROM study))
     RETURNING ${COLUMNS}`,
    [asked.reason, JSON.stringify(asked.filter), asked.requestedBy, total],
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
