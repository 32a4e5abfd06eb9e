import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCtStudy, type FactoryInstance, type FactoryStudy } from '../../../test/factories/index.ts';
import { TOMBSTONES_PREFIX } from '../objectKeys.ts';
import { type ObjectStore, ObjectStoreUnavailable } from '../objectStore.ts';
import { studyRow } from '../indexing/indexRows.ts';
import { lockStudies } from '../indexing/indexSql.ts';
import { isOutage } from '../outage.ts';
import { reindex } from '../reindex/reindex.ts';
import { deleteInstances } from './deleteInstances.ts';
import { endedOfStudy, recoverInstances } from './recoverInstances.ts';
import { openTestArchive, PERSON, type TestArchive } from './testing.ts';

let archive: TestArchive;
/** What happens when a tombstone is about to be written, and when it was. */
let onTombstone: { before?: () => Promise<void>; after?: () => Promise<void> } = {};

/** Lets tests stand between the corrections and the real store. */
const watched = (objects: ObjectStore): ObjectStore =>
  new Proxy(objects, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== 'function') return value;
      if (name !== 'put') return value.bind(target) as unknown;
      return async (key: string, body: Uint8Array, metadata: Record<string, string>) => {
        if (!key.startsWith(TOMBSTONES_PREFIX)) return target.put(key, body, metadata);
        await onTombstone.before?.();
        await target.put(key, body, metadata);
        await onTombstone.after?.();
      };
    },
  });

beforeAll(async () => {
  archive = await openTestArchive(watched);
});
afterAll(() => archive.close());

let number = 0;
let study: FactoryStudy;
beforeEach(async () => {
  onTombstone = {};
  number += 1;
  study = aCtStudy({ seed: `concurrency ${number}`, slices: 8, rows: 4, columns: 4 });
  await archive.store(bytesOf(study.instances));
});

const bytesOf = (instances: readonly FactoryInstance[]) => instances.map((instance) => instance.bytes);
const reason = { code: 'TEST', text: '' } as const;
const remove = (instance: FactoryInstance | null = null) =>
  deleteInstances(
    archive.index,
    archive.correcting,
    {
      study: study.studyInstanceUid,
      series: instance?.seriesInstanceUid ?? null,
      instance: instance?.sopInstanceUid ?? null,
    },
    null,
    reason,
  );
const recover = () =>
  recoverInstances(
    archive.index,
    archive.correcting,
    study.studyInstanceUid,
    endedOfStudy(study.studyInstanceUid),
    null,
    reason,
  );

const current = async (): Promise<number> =>
  (
    await archive.index.query<{ n: number }>(
      'SELECT count(*) AS n FROM instance JOIN study USING (study_id) WHERE study_instance_uid = $1',
      [study.studyInstanceUid],
    )
  ).rows[0]!.n;
const tombstones = async (): Promise<number> => {
  let count = 0;
  for await (const { key } of archive.objects.list(TOMBSTONES_PREFIX))
    if (key.includes(study.studyInstanceUid)) count += 1;
  return count;
};

/** What must hold of an index whatever was done to it. */
async function broken(): Promise<unknown[]> {
  const { rows } = await archive.index.query(
    `SELECT 'study counts' AS what, study_id AS id FROM study s
      WHERE number_of_instances <> (SELECT count(*) FROM instance i WHERE i.study_id = s.study_id)
         OR number_of_series <> (SELECT count(*) FROM series e WHERE e.study_id = s.study_id)
         OR number_of_instances = 0
     UNION ALL
     SELECT 'series counts', series_id FROM series e
      WHERE number_of_instances <> (SELECT count(*) FROM instance i WHERE i.series_id = e.series_id)
     UNION ALL
     SELECT 'both current and former', former_instance_id FROM former_instance f
      WHERE recovered_at IS NULL AND EXISTS (SELECT FROM instance i WHERE i.object_key = f.object_key)
     UNION ALL
     SELECT 'refused but current', i.instance_id FROM refused_instance r JOIN instance i USING (hospital_code, sop_instance_uid)`,
  );
  return rows as unknown[];
}

test('deleting a study while it is being stored leaves each instance either current or deleted', async () => {
  const more = aCtStudy({ seed: `concurrency ${number}`, slices: 40, rows: 4, columns: 4 }).instances.slice(
    8,
  );
  const stores = Array.from({ length: 8 }, (_, i) => archive.store(bytesOf(more.slice(i * 4, i * 4 + 4))));
  const [outcomes] = await Promise.all([Promise.all(stores), remove(), remove(), remove(study.instances[0])]);
  expect(await broken()).toEqual([]);
  const stored = outcomes.flat().filter((as) => as === 'added').length;
  const { rows } = await archive.index.query<{ n: number }>(
    `SELECT count(*) AS n FROM former_instance WHERE study_instance_uid = $1 AND recovered_at IS NULL`,
    [study.studyInstanceUid],
  );
  expect((await current()) + rows[0]!.n).toBe(8 + stored);
});

test('of two deletions at once one makes an event', async () => {
  const events = (await Promise.all([remove(), remove(), remove()])).flat();
  expect(events).toHaveLength(1);
  expect(await current()).toBe(0);
  expect(await broken()).toEqual([]);
});

test('deletions, recoveries and corrections at once leave a consistent index that a rebuild repeats', async () => {
  const version = (name: string) =>
    bytesOf(
      aCtStudy({
        seed: `concurrency ${number}`,
        slices: 8,
        rows: 4,
        columns: 4,
        overrides: { PatientName: name },
      }).instances,
    );
  await Promise.all([
    remove(),
    archive.store(version('A^A'), { author: PERSON }),
    recover(),
    remove(study.instances[3]),
    archive.store(version('B^B'), { author: PERSON }),
    recover(),
    archive.store(bytesOf(study.instances)),
  ]);
  await recover();
  expect(await broken()).toEqual([]);
  expect(await current()).toBe(8);
  const other = await archive.emptyIndex();
  await reindex(other.index, archive.objects, { quietSeconds: 0 });
  const keys = async (index: typeof other.index) =>
    (await index.query('SELECT object_key FROM instance ORDER BY 1')).rows as unknown[];
  expect(await keys(other.index)).toEqual(await keys(archive.index));
  await other.drop();
});

test('without an object store nothing is deleted, and nothing says so', async () => {
  onTombstone.before = () => Promise.reject(new ObjectStoreUnavailable('out of order'));
  const error: unknown = await remove().catch((thrown: unknown) => thrown);
  expect(isOutage(error)).toBe(true);
  expect(await current()).toBe(8);
  expect(await tombstones()).toBe(0);
  expect(await broken()).toEqual([]);
  onTombstone = {};
  expect(await remove()).toHaveLength(1);
});

test('a correction that cannot write its tombstone is an outage of the store, and is made when sent again', async () => {
  const wanted = bytesOf(
    aCtStudy({
      seed: `concurrency ${number}`,
      slices: 8,
      rows: 4,
      columns: 4,
      overrides: { PatientName: 'C^C' },
    }).instances,
  );
  onTombstone.before = () => Promise.reject(new ObjectStoreUnavailable('out of order'));
  await expect(archive.store(wanted, { author: PERSON })).rejects.toThrow('out of order');
  expect(await broken()).toEqual([]);
  onTombstone = {};
  expect(await archive.store(wanted, { author: PERSON })).toEqual(Array(8).fill('corrected'));
});

test('a connection that is cut before the commit leaves everything as it was, and no tombstone', async () => {
  onTombstone.after = async () => {
    onTombstone = {};
    await archive.index.query(
      `SELECT pg_terminate_backend(pid) FROM pg_stat_activity
        WHERE datname = current_database() AND pid <> pg_backend_pid() AND state = 'idle in transaction'`,
    );
  };
  await expect(remove()).rejects.toThrow();
  expect(await current()).toBe(8);
  expect(await tombstones()).toBe(0);
  expect(await broken()).toEqual([]);
  expect(await remove()).toHaveLength(1);
  expect(await current()).toBe(0);
});

test('a study whose last instance is deleted while a store takes several studies is added anew', async () => {
  const client = await archive.index.connect();
  try {
    await client.query('BEGIN');
    let deleted = false;
    const interrupted = new Proxy(client, {
      get(target, name) {
        const value: unknown = Reflect.get(target, name);
        if (name !== 'query') return value;
        return async (query: { name: string; text: string; values: unknown[] }) => {
          const result = await target.query(query);
          if (query.name === 'stow-add-studies' && !deleted) {
            deleted = true;
            await remove();
          }
          return result;
        };
      },
    });
    const uids = [study.studyInstanceUid, '1.2.3'].toSorted();
    const locked = await lockStudies(
      interrupted,
      'h1',
      uids.map((uid) => studyRow({}, uid)),
    );
    expect(deleted).toBe(true);
    expect([...locked.keys()].toSorted()).toEqual(uids);
  } finally {
    await client.query('ROLLBACK');
    client.release();
  }
});
