import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import type { Uid } from '@hutong/dicom';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createHospital } from './registry/hospitals.ts';
import { instanceObjectKey, tombstoneObjectKey } from './objectKeys.ts';
import type { ObjectStore } from './objectStore.ts';
import { openObjectStore } from './objects/openObjectStore.ts';
import { REPORTS_PREFIX, sweepReportDocuments } from './orders/reportDocuments.ts';
import { sweepOrphans } from './sweepOrphans.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
let folder: string;
let objects: ObjectStore;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(os.tmpdir(), 'hutong-orphans-'));
  objects = await openObjectStore({ dataDirectory: folder, s3: null });
  await createHospital(database.pool, { code: 'h1', nameZh: '一院', nameEn: 'First' });
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const identity = (sop: string) => ({
  hospital: 'h1',
  studyInstanceUid: '1.2' as Uid,
  seriesInstanceUid: '1.2.3' as Uid,
  sopInstanceUid: sop as Uid,
});

async function stored(key: string): Promise<string> {
  await objects.put(key, Buffer.from('bytes'), {});
  return key;
}

async function remaining(): Promise<string[]> {
  const keys: string[] = [];
  for await (const { key } of objects.list('')) keys.push(key);
  return keys.sort();
}

test('only old objects of instances without a row are removed', async () => {
  const indexed = await stored(instanceObjectKey(identity('1.2.3.1')));
  const lostRace = await stored(instanceObjectKey(identity('1.2.3.1')));
  const keptAside = await stored(instanceObjectKey(identity('1.2.3.2')));
  const orphan = await stored(instanceObjectKey(identity('1.2.3.3')));
  const tombstone = await stored(tombstoneObjectKey(identity('1.2.3.3')));
  const foreign = await stored('instances/readme');
  await database.pool.query(
    `WITH new_study AS (
       INSERT INTO study (hospital_code, study_instance_uid) VALUES ('h1', '1.2') RETURNING study_id),
     new_series AS (
       INSERT INTO series (study_id, hospital_code, series_instance_uid)
       SELECT study_id, 'h1', '1.2.3' FROM new_study RETURNING series_id, study_id)
     INSERT INTO instance (series_id, study_id, hospital_code, sop_instance_uid, sop_class_uid, transfer_syntax_uid,
                           object_key, object_size, object_sha256, dataset_sha256, dataset)
     SELECT series_id, study_id, 'h1', '1.2.3.1', '1.2.840', '1.2.840', $1, 5, '', '', '{}' FROM new_series`,
    [indexed],
  );
  await database.pool.query(
    `INSERT INTO kept_aside (hospital_code, study_instance_uid, series_instance_uid, sop_instance_uid, object_key,
                             object_size, object_sha256, dataset_sha256, reason)
     VALUES ('h1', '1.2', '1.2.3', '1.2.3.2', $1, 5, '', '', 'another dataset')`,
    [keptAside],
  );

  expect(await sweepOrphans(database.pool, objects, 1)).toBe(0);
  expect(await remaining()).toHaveLength(6);
  // A grace time of less than nothing makes every object old enough.
  expect(await sweepOrphans(database.pool, objects, -1)).toBe(2);
  expect(await remaining()).toEqual([indexed, keptAside, tombstone, foreign].sort());
  expect(await remaining()).not.toContain(orphan);
  expect(await remaining()).not.toContain(lostRace);
});

test('nothing is removed that is older than the index: it was lost, and is to be made anew from the bucket', async () => {
  const { pool } = database;
  const instance = await stored(instanceObjectKey(identity('1.2.3.9')));
  const report = await stored(`${REPORTS_PREFIX}h1/202611/${'a'.repeat(32)}`);
  const soon = new Date(Date.now() + 3_600_000);
  const madeBy = (shift: string) =>
    pool.query(`UPDATE schema_migration SET applied_at = applied_at + $1::interval`, [shift]);
  await madeBy('1 year');
  expect(await sweepOrphans(pool, objects, -1)).toBe(0);
  expect(await sweepReportDocuments(pool, objects, soon)).toBe(0);
  expect(await remaining()).toEqual(expect.arrayContaining([instance, report]));
  await madeBy('-1 year');
  expect(await sweepOrphans(pool, objects, -1)).toBe(1);
  expect(await sweepReportDocuments(pool, objects, soon)).toBe(1);
});
