import type pg from 'pg';
import { indexMadeAt } from './indexMadeAt.ts';
import type { Log } from './log.ts';
import { INSTANCES_PREFIX, parseInstanceObjectKey } from './objectKeys.ts';
import type { ObjectStore } from './objectStore.ts';

const BATCH = 500;

/**
 * Deletes instance objects that no row points to (neither an instance nor one kept aside or former) and that are older than
 * the grace time: what a store left that wrote its object and died before its transaction. Returns how many went.
 *
 * An object whose transaction may still be running must not be touched, so the grace time must exceed the longest store. Nor
 * are objects that are older than the index: they wait for a rebuild.
 */
export async function sweepOrphans(
  index: pg.Pool,
  objects: ObjectStore,
  graceHours: number,
  log?: Log,
): Promise<number> {
  const before = Date.now() - graceHours * 3_600_000;
  const made = await indexMadeAt(index);
  let removed = 0;
  let batch: Candidate[] = [];
  const sweep = async (): Promise<void> => {
    const orphans = await withoutRow(index, batch);
    batch = [];
    for (const key of orphans) await objects.delete(key);
    removed += orphans.length;
  };
  for await (const object of objects.list(INSTANCES_PREFIX)) {
    if (object.lastModified.getTime() >= before || object.lastModified < made) continue;
    const identity = parseInstanceObjectKey(object.key);
    // Not ours to judge.
    if (identity === null) continue;
    batch.push({
      key: object.key,
      hospital: identity.hospital,
      sop: identity.sopInstanceUid,
      study: identity.studyInstanceUid,
    });
    if (batch.length >= BATCH) await sweep();
  }
  if (batch.length > 0) await sweep();
  if (removed > 0) log?.info({ removed }, 'removed objects that no row points to');
  return removed;
}

interface Candidate {
  key: string;
  hospital: string;
  sop: string;
  study: string;
}

// The key names hospital and SOP instance, which the rows are keyed by: no index on object_key is needed.
async function withoutRow(index: pg.Pool, candidates: readonly Candidate[]): Promise<string[]> {
  const { rows } = await index.query<{ key: string }>(
    `SELECT key
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS candidate (key, hospital, sop, study)
      WHERE NOT is_study_held(hospital, study)
        AND NOT EXISTS (SELECT FROM instance
                         WHERE hospital_code = hospital AND sop_instance_uid = sop AND object_key = key)
        AND NOT EXISTS (SELECT FROM kept_aside
                         WHERE hospital_code = hospital AND sop_instance_uid = sop AND object_key = key)
        AND NOT EXISTS (SELECT FROM former_instance
                         WHERE hospital_code = hospital AND sop_instance_uid = sop AND object_key = key
                           AND removed_at IS NULL)`,
    [
      candidates.map(({ key }) => key),
      candidates.map(({ hospital }) => hospital),
      candidates.map(({ sop }) => sop),
      candidates.map(({ study }) => study),
    ],
  );
  return rows.map(({ key }) => key);
}
