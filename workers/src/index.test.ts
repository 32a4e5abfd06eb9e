import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHospital, loadConfig, openObjectStore, publishStudyChanged } from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import pino from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startWorkers } from './index.ts';

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(os.tmpdir(), 'hutong-workers-'));
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true, force: true });
});

test('workers judge a published study, tidy up when it is due, and stop', async () => {
  const config = loadConfig({ HUTONG_DATA: folder });
  const objects = await openObjectStore(config);
  await createHospital(database.pool, { code: 'h1', nameZh: '一院', nameEn: 'First' });
  const { rows } = await database.pool.query<{ study_id: number }>(
    `INSERT INTO study (hospital_code, study_instance_uid) VALUES ('h1', '1.2.3') RETURNING study_id`,
  );
  await publishStudyChanged(database.pool, rows[0]!.study_id, 0);
  await database.pool.query(
    `INSERT INTO sign_in_failure (subject, failures, last_at)
     VALUES ('name old', 1, now() - interval '2 days'), ('name new', 1, now())`,
  );
  const log = pino({ level: 'silent' });
  const workers = await startWorkers({ config, index: database.pool, objects, log });
  await database.pool.query(`UPDATE outbox SET available_at = now() WHERE topic = 'housekeeping'`);
  const open = async (): Promise<string[]> =>
    (
      await database.pool.query<{ topic: string }>(
        `SELECT topic FROM outbox WHERE done_at IS NULL AND available_at <= now()`,
      )
    ).rows.map(({ topic }) => topic);
  for (let attempt = 0; attempt < 600 && (await open()).length > 0; attempt += 1) await sleep(50);
  // Both ask for their next time: when the study is settled, and tomorrow.
  expect(await workers.health()).toEqual({
    relaying: true,
    outbox: { waiting: 2, sent: 0, failed: 0 },
    webhooks: { active: 0, paused: 0, failing: 0 },
    auditExport: [],
  });
  const results = await database.pool.query('SELECT settled FROM conformance_result');
  expect(results.rows).toEqual([{ settled: false }]);
  const failures = await database.pool.query('SELECT subject FROM sign_in_failure');
  expect(failures.rows).toEqual([{ subject: 'name new' }]);
  await workers.stop();
  await objects.close();
});
