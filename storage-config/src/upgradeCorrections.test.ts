import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { PERSON } from './corrections/testing.ts';
import { migrate, readMigrations } from './migrate.ts';
import type { ObjectStore } from './objectStore.ts';
import { openObjectStore } from './objects/openObjectStore.ts';
import { undoPatientCorrection } from './patientCorrections/undoCorrection.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

/** The last one whose corrections could not be undone. */
const BEFORE = 33;

let database: TestDatabase;
let objects: ObjectStore;
let folder: string;
const ask = async <T extends object>(text: string, values: unknown[] = []): Promise<T[]> =>
  (await database.pool.query<T>(text, values)).rows;

beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(os.tmpdir(), 'hutong-upgrade-'));
  objects = await openObjectStore({ dataDirectory: folder, s3: null });
  const { pool } = database;
  await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await migrate(pool, (await readMigrations()).slice(0, BEFORE));
  await pool.query(`INSERT INTO hospital (code, name_zh, name_en) VALUES ('a', '甲', 'A')`);
});
afterAll(async () => {
  await objects.close();
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

const MERGED = {
  columns: { patient_id: 'NEW', patient_name_alphabetic: 'Xin^Yi' },
  attributes: {
    '00100020': { vr: 'LO', Value: ['NEW'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Xin^Yi' }] },
  },
};
const RECEIVED = {
  '00100020': { vr: 'LO', Value: ['GOLD'] },
  '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Jin^Yi' }] },
};

async function addStudy(uid: string): Promise<void> {
  await ask(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, patient_name_alphabetic)
     VALUES ('a', $1, 'GOLD', 'Jin^Yi')`,
    [uid],
  );
  await ask(
    `WITH of AS (INSERT INTO series (study_id, hospital_code, series_instance_uid)
                 SELECT study_id, 'a', $1 || '.1' FROM study WHERE study_instance_uid = $1 RETURNING series_id, study_id)
     INSERT INTO instance (series_id, study_id, hospital_code, sop_instance_uid, sop_class_uid, transfer_syntax_uid,
                           object_key, object_size, object_sha256, dataset_sha256, dataset)
     SELECT series_id, study_id, 'a', $1 || '.1.1', '1.2', '1.2', $1, 1, '', '', $2 FROM of`,
    [uid, JSON.stringify(RECEIVED)],
  );
}

/** A merge of one study as the version before recorded it. */
async function addMerge(uid: string): Promise<number> {
  const request = { kind: 'patientMerge', from: { patientId: 'GOLD' }, into: { patientId: 'NEW' } };
  const [{ id } = { id: 0 }] = await ask<{ id: number }>(
    `INSERT INTO patient_correction (hospital_code, kind, request, reason_code, author_kind, author_id)
     VALUES ('a', 'patientMerge', $1, 'OTHER', 'system', '') RETURNING patient_correction_id AS id`,
    [JSON.stringify(request)],
  );
  const [columns, attributes] = [JSON.stringify(MERGED.columns), JSON.stringify(MERGED.attributes)];
  await ask(
    `INSERT INTO study_correction (hospital_code, study_instance_uid, columns, attributes, patient_correction_id)
     VALUES ('a', $1, $2, $3, $4)`,
    [uid, columns, attributes, id],
  );
  await ask(
    `INSERT INTO patient_correction_study (patient_correction_id, hospital_code, study_instance_uid, revision)
     VALUES ($1, 'a', $2, 1)`,
    [id, uid],
  );
  await ask(
    `INSERT INTO study_event (hospital_code, study_instance_uid, kind, reason_code, author_kind, author_id, details)
     VALUES ('a', $1, 'corrected', 'OTHER', 'system', '', $2)`,
    [
      uid,
      JSON.stringify({
        patientCorrection: id,
        request,
        values: MERGED,
        standing: { ...MERGED, revision: 1 },
      }),
    ],
  );
  await ask(
    `INSERT INTO retired_patient (hospital_code, patient_id, columns, attributes, patient_correction_id)
     VALUES ('a', 'GOLD', $1, $2, $3)`,
    [columns, attributes, id],
  );
  await ask('UPDATE study SET is_corrected = true WHERE study_instance_uid = $1', [uid]);
  return id;
}

test('a merge of the version before can be undone, with the studies that came under it later', async () => {
  await addStudy('1.1');
  const id = await addMerge('1.1');
  await addStudy('1.2');
  const whose = async (): Promise<unknown[]> =>
    (
      await ask<{ whose: string }>(
        `SELECT patient_id || ' ' || patient_name_alphabetic AS whose FROM study ORDER BY study_instance_uid`,
      )
    ).map((row) => row.whose);
  expect(await whose()).toEqual(['NEW Xin^Yi', 'NEW Xin^Yi']);
  await migrate(database.pool);
  expect(await whose()).toEqual(['NEW Xin^Yi', 'NEW Xin^Yi']);
  const correcting = { author: PERSON, objects, quietSeconds: 0 };
  const reason = { code: 'MISTAKE', text: '' } as const;
  expect(await undoPatientCorrection(database.pool, correcting, id, null, reason)).toBe(true);
  expect(await whose()).toEqual(['GOLD Jin^Yi', 'GOLD Jin^Yi']);
  await addStudy('1.3');
  expect((await whose()).at(-1)).toBe('GOLD Jin^Yi');
});
