import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { Log } from '../log.ts';
import type { ObjectStore } from '../objectStore.ts';
import { countEvent, recordEvent, SYSTEM_AUTHOR } from './events.ts';

const BATCH = 500;

/**
 * What may go: whatever was deleted, rejected or discarded so long ago and did not come back; and versions before a
 * correction only once nothing of their instance is kept any more, for they are its history.
 */
const REMOVABLE = `
  SELECT f.former_instance_id
    FROM former_instance f
   WHERE f.recovered_at IS NULL AND f.removed_at IS NULL AND f.ended_at < now() - make_interval(days => $1)
     AND NOT is_study_held(f.hospital_code, f.study_instance_uid)
     AND NOT EXISTS (SELECT FROM instance i WHERE i.hospital_code = f.hospital_code
                        AND i.sop_instance_uid = f.sop_instance_uid
                        AND (i.object_key = f.object_key OR f.why = 'corrected'))
     AND NOT EXISTS (SELECT FROM kept_aside k WHERE k.hospital_code = f.hospital_code
                        AND k.sop_instance_uid = f.sop_instance_uid AND k.object_key = f.object_key)
     AND (f.why <> 'corrected'
          OR NOT EXISTS (SELECT FROM former_instance o WHERE o.hospital_code = f.hospital_code
                            AND o.sop_instance_uid = f.sop_instance_uid AND o.why <> 'corrected'
                            AND o.recovered_at IS NULL AND o.removed_at IS NULL))
   ORDER BY f.ended_at
   LIMIT ${BATCH}
     FOR UPDATE SKIP LOCKED`;

/**
 * Removes the objects of former instances for good that ended more than `keepDays` ago. The index says so first, so that
 * nothing is recovered whose object is going; what a failure then leaves in the store is an orphan. Returns how many went.
 *
 * What is under a legal hold stays.
 *
 * @param keepDays 0 keeps everything
 */
export async function removeFormer(
  index: pg.Pool,
  objects: ObjectStore,
  keepDays: number,
  log?: Log,
): Promise<number> {
  if (keepDays === 0) return 0;
  let removed = 0;
  for (;;) {
    const keys = await inTransaction(index, (client) => markRemovable(client, keepDays));
    if (keys.length === 0) break;
    for (const key of keys) await objects.delete(key);
    removed += keys.length;
  }
  if (removed > 0) log?.info({ removed }, 'removed objects of deleted instances for good');
  return removed;
}

async function markRemovable(client: pg.PoolClient, keepDays: number): Promise<string[]> {
  const { rows: found } = await client.query<{ former_instance_id: number }>(REMOVABLE, [keepDays]);
  if (found.length === 0) return [];
  const { rows } = await client.query<{ hospital: string; study: string; key: string }>(
    `WITH chosen AS (SELECT hospital_code, sop_instance_uid, object_key FROM former_instance
                      WHERE former_instance_id = ANY ($1::bigint[]))
     UPDATE former_instance f
        SET removed_at = now(), instance_row = NULL, kept_aside_row = NULL
       FROM chosen
      WHERE f.hospital_code = chosen.hospital_code AND f.sop_instance_uid = chosen.sop_instance_uid
        AND f.object_key = chosen.object_key
        -- A hold that was set since the rows were looked for; who sets one waits for their locks.
        AND NOT is_study_held(f.hospital_code, f.study_instance_uid)
     RETURNING f.hospital_code AS hospital, f.study_instance_uid AS study, f.object_key AS key`,
    [found.map((row) => row.former_instance_id)],
  );
  for (const members of Map.groupBy(rows, (row) => `${row.hospital} ${row.study}`).values()) {
    const [first] = members;
    if (first === undefined) continue;
    const event = await recordEvent(client, {
      hospital: first.hospital,
      studyInstanceUid: first.study,
      kind: 'removed',
      reason: { code: 'RETENTION_EXPIRED', text: '' },
      author: SYSTEM_AUTHOR,
    });
    await countEvent(client, event.id, members.length);
  }
  return [...new Set(rows.map((row) => row.key))];
}
