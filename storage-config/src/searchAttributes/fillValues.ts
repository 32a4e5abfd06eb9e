import type pg from 'pg';
import { inTransaction, letStatementsRun } from '../database.ts';
import { datasetBatches, type ListedDataset } from '../indexing/loadDatasets.ts';
import { putValuesOfBatch } from './putValues.ts';
import type { SearchAttributeKey } from './searchAttribute.ts';

/** Most instances read, and values deleted, in one transaction. */
const BATCH = 200;
const DELETED = 5000;
/** Searches of other processes go by a list of attributes that may be a few seconds old. */
export const REMOVED_SECONDS = 30;

/** What a step did: `waiting` for transactions to end, work that is not all done yet, or nothing to do. */
export type FillStep = 'waiting' | 'worked' | 'idle';

interface Filling extends SearchAttributeKey {
  seen_by: string | null;
  settled: boolean;
  fill_end: number | null;
  filled_to: number;
}

const FIRST = `SELECT search_attribute_id AS id, tag, creator, vr, seen_by::text, fill_end, filled_to,
         coalesce(seen_by < pg_snapshot_xmin(pg_current_snapshot()), false) AS settled
    FROM search_attribute WHERE ready_at IS NULL AND removed_at IS NULL
   ORDER BY fill_end NULLS FIRST, filled_to, search_attribute_id
     FOR NO KEY UPDATE SKIP LOCKED`;

/**
 * Takes the values of attributes that were made searchable one step further. May be ended at any time and run in several
 * processes at once; what one has locked the others pass over.
 */
export async function fillSearchAttributes(index: pg.Pool): Promise<FillStep> {
  const removed = await deleteRemoved(index);
  const filled = await inTransaction(index, async (client): Promise<FillStep> => {
    const { rows } = await client.query<Filling>(FIRST);
    const [first] = rows;
    if (first === undefined) return 'idle';
    if (first.fill_end === null) return begin(client, rows);
    // Those that were added together are read together.
    const together = rows.filter(
      (row) => row.fill_end === first.fill_end && row.filled_to === first.filled_to,
    );
    return fillBatch(client, together, first.filled_to, first.fill_end);
  });
  return filled === 'idle' && removed ? 'worked' : filled;
}

/**
 * Stores write the values of what they can see registered. A transaction that could not see the attribute yet had a number
 * before `seen_by`, for all lock the study before they add to it; when all these have ended, its instances stand in the
 * index for the fill to find.
 */
async function begin(client: pg.PoolClient, rows: readonly Filling[]): Promise<FillStep> {
  const fresh = rows.filter((row) => row.seen_by === null).map(({ id }) => id);
  if (fresh.length > 0) {
    await client.query(
      'UPDATE search_attribute SET seen_by = pg_current_xact_id() WHERE search_attribute_id = ANY ($1::integer[])',
      [fresh],
    );
    return 'waiting';
  }
  const settled = rows.filter((row) => row.fill_end === null && row.settled).map(({ id }) => id);
  if (settled.length === 0) return 'waiting';
  // Counting a large archive takes its time.
  await letStatementsRun(client, 0);
  await client.query(
    `UPDATE search_attribute SET fill_end = found.last, instances = found.total
       FROM (SELECT coalesce(max(instance_id), 0) AS last, count(*) AS total FROM instance) AS found
      WHERE search_attribute_id = ANY ($1::integer[])`,
    [settled],
  );
  return 'worked';
}

async function fillBatch(
  client: pg.PoolClient,
  attributes: readonly Filling[],
  filledTo: number,
  end: number,
): Promise<FillStep> {
  const { rows: listed } = await client.query<ListedDataset>(
    `SELECT instance_id, pg_column_size(dataset) AS size FROM instance
      WHERE instance_id > $1 AND instance_id <= $2 ORDER BY instance_id LIMIT $3`,
    [filledTo, end, BATCH],
  );
  const [batch = []] = datasetBatches(listed);
  await putValuesOfBatch(client, attributes, batch);
  const last = batch.at(-1)?.instance_id;
  await client.query(
    `UPDATE search_attribute
        SET filled_to = $2, filled = filled + $3, last_error = NULL, ready_at = CASE WHEN $4 THEN now() END
      WHERE search_attribute_id = ANY ($1::integer[])`,
    [attributes.map(({ id }) => id), last ?? end, batch.length, last === undefined],
  );
  return 'worked';
}

/** Deletes values of attributes that were removed, then these. Returns whether there may be more. */
async function deleteRemoved(index: pg.Pool): Promise<boolean> {
  const { rows } = await index.query<{ id: number }>(
    `SELECT search_attribute_id AS id FROM search_attribute
      WHERE removed_at < now() - make_interval(secs => $1)`,
    [REMOVED_SECONDS],
  );
  for (const { id } of rows) {
    const { rowCount } = await index.query(
      `DELETE FROM searchable_value WHERE ctid = ANY (ARRAY(
         SELECT ctid FROM searchable_value WHERE search_attribute_id = $1 LIMIT $2))`,
      [id, DELETED],
    );
    if ((rowCount ?? 0) > 0) return true;
    await index.query('DELETE FROM search_attribute WHERE search_attribute_id = $1', [id]);
  }
  return false;
}

/** Notes why filling failed, for the operator; it goes on where it was. */
export async function noteFillFailure(index: pg.Pool, reason: string): Promise<void> {
  await index.query(
    'UPDATE search_attribute SET last_error = $1 WHERE ready_at IS NULL AND removed_at IS NULL',
    [reason],
  );
}
