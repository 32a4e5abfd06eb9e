import { isDeepStrictEqual } from 'node:util';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';

/** What makes labels be looked at anew. */
export const RELABELLING_REASONS = [
  'qualification',
  'suspension',
  'device',
  'policy',
  'membership',
  'person',
  'request',
] as const;
export type RelabellingReason = (typeof RELABELLING_REASONS)[number];

/** Which studies. Absent keys do not restrict. */
export interface RelabellingFilter {
  hospitals?: string[];
  /** Studies that satisfy one of these items, or carry its label. */
  items?: string[];
  /** Labels of these scopes may change; says what it was asked for, every label of the studies is looked at. */
  scopes?: string[];
  /** Study dates, both inclusive, YYYYMMDD or YYYY-MM-DD. */
  from?: string;
  until?: string;
}

export interface NewRelabelling extends RelabellingFilter {
  reason: RelabellingReason;
  /** Who brings it about, or the name of the part of the program that does. */
  requestedBy: Author | string;
}

export interface Relabelling {
  id: number;
  reason: RelabellingReason;
  filter: RelabellingFilter;
  author: Author;
  requestedAt: Date;
  state: 'waiting' | 'working' | 'done' | 'cancelled';
  /** Studies whose labels were looked at, and of those the ones whose labels changed. */
  lookedAt: number;
  changed: number;
  /** Of the way through the index, 0 to 1; null while it waits. */
  progress: number | null;
  endedAt: Date | null;
}

type RelabellingRow = Omit<Relabelling, 'author'> & {
  authorKind: Author['kind'];
  authorId: string;
  authorName: string;
};

const COLUMNS = `relabelling_id AS id, reason, filter, author_kind AS "authorKind", author_id AS "authorId",
  author_name AS "authorName", requested_at AS "requestedAt", state, looked_at AS "lookedAt", changed,
  CASE WHEN state = 'done' THEN 1 ELSE position::float8 / nullif(end_position, 0) END AS progress, ended_at AS "endedAt"`;

function relabellingOf({ authorKind, authorId, authorName, ...row }: RelabellingRow): Relabelling {
  return { ...row, author: { kind: authorKind, id: authorId, name: authorName } };
}

type Queryable = pg.Pool | pg.PoolClient;

const compact = (date: string | undefined): string | undefined => date?.replaceAll('-', '');

/**
 * Has the labels of studies looked at anew by the workers, in the background, from the verdicts that stand; nothing is judged
 * again. In the transaction of what makes it necessary it is asked for exactly when that happens. One that waits already for
 * the same reason and studies is not asked for twice.
 */
export async function beginRelabelling(client: Queryable, asked: NewRelabelling): Promise<Relabelling> {
  const { reason, requestedBy, hospitals, items, scopes } = asked;
  const from = compact(asked.from);
  const until = compact(asked.until);
  const filter: RelabellingFilter = {
    ...(hospitals === undefined ? {} : { hospitals }),
    ...(items === undefined ? {} : { items }),
    ...(scopes === undefined ? {} : { scopes }),
    ...(from === undefined ? {} : { from }),
    ...(until === undefined ? {} : { until }),
  };
  const author: Author =
    typeof requestedBy === 'string' ? { kind: 'system', id: 'hutong', name: requestedBy } : requestedBy;
  const { rows: waiting } = await client.query<RelabellingRow>(
    // Locked: no worker begins with it before what was changed here is to be seen.
    `SELECT ${COLUMNS} FROM relabelling
      WHERE state = 'waiting' AND reason = $1 AND author_kind = $2 AND author_id = $3
      ORDER BY relabelling_id FOR UPDATE`,
    [reason, author.kind, author.id],
  );
  const same = waiting.find((one) => isDeepStrictEqual(one.filter, filter));
  if (same !== undefined) return relabellingOf(same);
  const { rows } = await client.query<RelabellingRow>(
    `INSERT INTO relabelling (reason, filter, author_kind, author_id, author_name) VALUES ($1, $2, $3, $4, $5)
     RETURNING ${COLUMNS}`,
    [reason, JSON.stringify(filter), author.kind, author.id, author.name],
  );
  const [begun] = rows;
  if (begun === undefined) throw new Error('the relabelling was not recorded');
  return relabellingOf(begun);
}

/** The newest, at most `limit`. */
export async function listRelabellings(client: Queryable, limit = 50): Promise<Relabelling[]> {
  const { rows } = await client.query<RelabellingRow>(
    `SELECT ${COLUMNS} FROM relabelling ORDER BY relabelling_id DESC LIMIT $1`,
    [limit],
  );
  return rows.map(relabellingOf);
}
