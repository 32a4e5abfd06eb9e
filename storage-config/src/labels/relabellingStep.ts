import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { publishToBeJudged } from '../outbox.ts';
import type { RelabellingFilter, RelabellingReason } from './relabelling.ts';
import { relabelStudies } from './relabelStudies.ts';
import { labelAuthor } from './saveLabels.ts';
import type { Author } from '../corrections/events.ts';

// Any fixed number will do, as long as every process takes the same one.
const LOCK = 0x4855_4c42;
/** Studies of a step, and how far one step may look for them. */
const PAGE = 200;
const SPAN = 50_000;

interface OpenRelabelling {
  id: number;
  reason: RelabellingReason;
  filter: RelabellingFilter;
  kind: Author['kind'];
  author: string;
  name: string;
  position: number;
  end: number | null;
}

/**
 * Takes the oldest relabelling one step further: some of its studies, and how far it has come, in one transaction. Only one
 * worker of all is at it at a time; one that is killed loses the step and no more.
 *
 * @param scope recognition scope of hospitals that never joined one
 * @returns `idle`: there is nothing to do. `elsewhere`: another worker does it.
 */
export async function relabellingStep(
  index: pg.Pool,
  scope: string,
): Promise<'idle' | 'elsewhere' | 'worked'> {
  return inTransaction(index, async (client) => {
    const { rows: lock } = await client.query<{ taken: boolean }>(
      'SELECT pg_try_advisory_xact_lock($1) AS taken',
      [LOCK],
    );
    if (lock[0]?.taken !== true) return 'elsewhere';
    const { rows } = await client.query<OpenRelabelling>(
      `SELECT relabelling_id AS id, reason, filter, author_kind AS kind, author_id AS author, author_name AS name, position,
              end_position AS end
         FROM relabelling WHERE state IN ('waiting', 'working') ORDER BY relabelling_id LIMIT 1 FOR UPDATE`,
    );
    const [open] = rows;
    if (open === undefined) return 'idle';
    await work(client, open, scope);
    return 'worked';
  });
}

async function work(client: pg.PoolClient, open: OpenRelabelling, scope: string): Promise<void> {
  // Studies that come later are labelled by what is entered by then.
  const end = open.end ?? (await newestStudy(client));
  const until = Math.min(open.position + SPAN, end);
  const studies = await pageOf(client, open.filter, open.position, until);
  const last = studies.at(-1);
  const position = studies.length === PAGE && last !== undefined ? last : until;
  const free = await lockFree(client, studies);
  const changed = await relabelStudies(client, free, {
    scope,
    cause: open.reason === 'request' ? 'verdict' : open.reason,
    ...labelAuthor({ kind: open.kind, id: open.author, name: open.name }),
  });
  // Somebody is at work on these: they are judged, and so labelled, when that is done.
  const isFree = new Set(free);
  await publishToBeJudged(
    client,
    studies.filter((study) => !isFree.has(study)),
  );
  await client.query(
    `UPDATE relabelling
        SET position = $2::bigint, end_position = $3::bigint, looked_at = looked_at + $4, changed = changed + $5,
            state = CASE WHEN $2::bigint >= $3::bigint THEN 'done' ELSE 'working' END, ended_at = CASE WHEN $2::bigint >= $3::bigint THEN now() END
      WHERE relabelling_id = $1`,
    [open.id, position, end, studies.length, changed.size],
  );
}

async function newestStudy(client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<{ newest: number }>(
    'SELECT coalesce(max(study_id), 0) AS newest FROM study',
  );
  return rows[0]?.newest ?? 0;
}

/** The next studies that satisfy an item, or carry a label. */
async function pageOf(
  client: pg.PoolClient,
  filter: RelabellingFilter,
  position: number,
  until: number,
): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `SELECT s.study_id AS id FROM study s
      WHERE s.study_id > $1 AND s.study_id <= $2
        AND ($3::text[] IS NULL OR s.hospital_code = ANY ($3))
        AND ($4::text IS NULL OR s.study_date >= $4) AND ($5::text IS NULL OR s.study_date <= $5)
        AND (EXISTS (SELECT FROM study_item i WHERE i.study_id = s.study_id AND i.verdict = 'PASS'
                                                AND ($6::text[] IS NULL OR i.item_code = ANY ($6)))
             OR EXISTS (SELECT FROM hr_label l WHERE l.study_id = s.study_id AND l.state <> 'withdrawn'
                                                 AND ($6::text[] IS NULL OR l.item_code = ANY ($6))))
      ORDER BY s.study_id LIMIT ${PAGE}`,
    [
      position,
      until,
      filter.hospitals ?? null,
      filter.from ?? null,
      filter.until ?? null,
      filter.items ?? null,
    ],
  );
  return rows.map(({ id }) => id);
}

/** Locks studies to the end of the transaction, those that nobody else holds: who stores must not wait for many. */
async function lockFree(client: pg.PoolClient, studyIds: readonly number[]): Promise<number[]> {
  const { rows } = await client.query<{ id: number }>(
    `SELECT study_id AS id FROM study WHERE study_id = ANY ($1::bigint[])
      ORDER BY study_id FOR NO KEY UPDATE SKIP LOCKED`,
    [studyIds],
  );
  return rows.map(({ id }) => id);
}
