import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { createHospital } from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';

const FILES = 60;
const PATIENTS = 200;

let database: TestDatabase;
let folder: string;
beforeAll(async () => {
  database = await createTestDatabase();
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-killed-'));
  for (const code of ['a', 'b']) await createHospital(database.pool, { code, nameZh: code, nameEn: code });
});
afterAll(async () => {
  await database.drop();
  await rm(folder, { recursive: true });
});

async function one<T extends object>(text: string): Promise<T> {
  const { rows } = await database.pool.query<T>(text);
  const [row] = rows;
  if (row === undefined) throw new Error('no row');
  return row;
}
const left = async (): Promise<{ files: number; seen: number }> =>
  one(
    `SELECT ${FILES} - (SELECT count(*)::integer FROM inbox_file) AS files,
            (SELECT count(*)::integer FROM patient_seen) + (SELECT count(*)::integer FROM patient WHERE match_keys IS NULL) AS seen`,
  );

test('kill -9 while files are taken and patients become known: each is there once, and nobody is somebody else', async () => {
  const inbox = path.join(folder, 'inbox');
  await mkdir(path.join(inbox, 'a'), { recursive: true });
  for (let n = 0; n < FILES; n += 1)
    await writeFile(
      path.join(inbox, 'a', `${n}.json`),
      JSON.stringify({
        orders: [
          { orderNumber: `O${n}`, accessionNumber: `A${n}`, patientId: `P${n}`, exam: { code: 'HEAD' } },
        ],
        reports: [{ reportNumber: `R${n}`, accessionNumber: `A${n}`, patientId: `P${n}`, status: 'final' }],
      }),
    );
  await database.pool.query(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, patient_name_ideographic, patient_birth_date)
     SELECT CASE n % 2 WHEN 0 THEN 'a' ELSE 'b' END, '2.25.' || n, 'S' || n / 2, chr(20000 + n) || '^' || chr(25000 + 7 * n),
            to_char(date '1920-01-01' + 37 * n, 'YYYYMMDD')
       FROM generate_series(1, ${PATIENTS}) n`,
  );
  for (let killed = 0; ; killed += 1) {
    const worker = spawn(
      process.execPath,
      [path.join(import.meta.dirname, 'killedWorker.ts'), database.databaseUrl, folder, inbox],
      { stdio: ['ignore', 'ignore', 'inherit'], timeout: 30_000, killSignal: 'SIGKILL' },
    );
    const ended = once(worker, 'exit');
    const before = await left();
    const isThere = async (): Promise<boolean> => {
      const now = await left();
      return killed < 2
        ? now.files < before.files && (now.seen < before.seen || before.seen === 0)
        : now.files === 0 && now.seen === 0 && (await readdir(path.join(inbox, 'a'))).length === 2;
    };
    while (!(await isThere())) {
      if (worker.exitCode !== null || worker.signalCode !== null)
        throw new Error('the worker ended by itself');
      await sleep(5);
    }
    if (killed < 2) expect((await left()).files, 'the kill came before all was done').toBeGreaterThan(0);
    worker.kill('SIGKILL');
    await ended;
    if (killed === 2) break;
  }
  const done = (await readdir(path.join(inbox, 'a', 'done'))).length;
  expect([done, (await readdir(path.join(inbox, 'a', 'failed'))).length]).toEqual([FILES, 0]);
  expect(
    await one(
      `SELECT (SELECT count(*)::integer FROM inbox_file WHERE state = 'done') AS files,
              (SELECT count(*)::integer FROM exam_order) AS orders, (SELECT count(*)::integer FROM exam_order_version) AS versions,
              (SELECT count(*)::integer FROM diagnostic_report) AS reports`,
    ),
  ).toEqual({ files: FILES, orders: FILES, versions: FILES, reports: FILES });
  expect(
    await one(
      `SELECT count(*)::integer AS patients, count(DISTINCT home_person)::integer AS homes,
              (SELECT count(*)::integer FROM patient_link WHERE ended_at IS NULL) AS links,
              (SELECT count(DISTINCT person_id)::integer FROM patient_link WHERE ended_at IS NULL) AS persons
         FROM patient WHERE patient_id LIKE 'S%'`,
    ),
  ).toEqual({ patients: PATIENTS, homes: PATIENTS, links: PATIENTS, persons: PATIENTS });
}, 60_000);
