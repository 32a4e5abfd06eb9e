import { readPart10 } from '@hutong/dicom';
import { createHospital, indexRows, type IndexRows } from '@hutong/storage-config';
import { createTestDatabase } from '@hutong/storage-config/testing';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { anInstance } from '../../../test/factories/index.ts';
import { IndexQueue } from './indexQueue.ts';

let database: Awaited<ReturnType<typeof createTestDatabase>>;
let queue: IndexQueue;
const ours = { hospital: 'ours' };

beforeAll(async () => {
  database = await createTestDatabase();
  for (const code of ['ours', 'theirs'])
    await createHospital(database.pool, { code, nameZh: code, nameEn: code });
  queue = new IndexQueue({ index: database.pool, quietSeconds: 30 }, pino({ level: 'silent' }));
});
afterAll(() => database.drop());

const rowsOf = (study: string, number: number, hospital = 'ours', attempt = 1): IndexRows => {
  const { bytes } = anInstance(
    { StudyInstanceUID: study, SeriesInstanceUID: `${study}.1`, SOPInstanceUID: `${study}.1.${number}` },
    { seed: `${study} ${number}` },
  );
  return indexRows(readPart10(bytes), `instances/${hospital}/${study}/${number}~${attempt}`);
};

const revisionOf = async (study: string): Promise<number | undefined> => {
  const { rows } = await database.pool.query<{ revision: number }>(
    'SELECT revision FROM study WHERE study_instance_uid = $1',
    [study],
  );
  return rows[0]?.revision;
};

test('what many requests have ready is committed together, and each gets its own results', async () => {
  const entries = Array.from({ length: 20 }, (_, i) => [rowsOf('1.2.10', i), rowsOf('1.2.10', i + 100)]);
  const duplicate = [rowsOf('1.2.10', 3, 'ours', 2)];
  const results = await Promise.all([...entries, duplicate].map((rows) => queue.index(ours, rows)));
  expect(results.map((result) => result.map(({ as }) => as))).toEqual([
    ...entries.map(() => ['added', 'added']),
    ['known'],
  ]);
  // The first entry went alone, the others gathered while it was written.
  expect(await revisionOf('1.2.10')).toBe(2);
});

test('a transaction waits for those that said they are about to come', async () => {
  const arrived = [queue.announce(), queue.announce()];
  const first = queue.index(ours, [rowsOf('1.2.11', 1)]);
  arrived[0]?.();
  await Promise.resolve();
  const second = queue.index(ours, [rowsOf('1.2.11', 2)]);
  arrived[1]?.();
  expect((await Promise.all([first, second])).flat().map(({ as }) => as)).toEqual(['added', 'added']);
  expect(await revisionOf('1.2.11')).toBe(1);
});

test('whoever announces instances and never brings any holds nobody up', async () => {
  const never = queue.announce();
  expect((await queue.index(ours, [rowsOf('1.2.12', 1)]))[0]?.as).toBe('added');
  never();
  never();
  // Taken back twice, it must not count against others.
  const arrived = queue.announce();
  const first = queue.index(ours, [rowsOf('1.2.12', 2)]);
  await Promise.resolve();
  const second = queue.index(ours, [rowsOf('1.2.12', 3)]);
  arrived();
  await Promise.all([first, second]);
  expect(await revisionOf('1.2.12')).toBe(2);
});

test('hospitals never share a transaction, and the same UIDs are theirs each', async () => {
  const results = await Promise.all([
    queue.index(ours, [rowsOf('1.2.20', 1)]),
    queue.index({ hospital: 'theirs' }, [rowsOf('1.2.20', 1, 'theirs')]),
    queue.index(ours, [rowsOf('1.2.20', 2)]),
  ]);
  expect(results.flat().map(({ as }) => as)).toEqual(['added', 'added', 'added']);
  const { rows } = await database.pool.query(
    "SELECT hospital_code, number_of_instances FROM study WHERE study_instance_uid = '1.2.20' ORDER BY 1",
  );
  expect(rows).toEqual([
    { hospital_code: 'ours', number_of_instances: 2 },
    { hospital_code: 'theirs', number_of_instances: 1 },
  ]);
});

test('a study whose row is held does not keep others from being stored', async () => {
  await queue.index(ours, [rowsOf('1.2.30', 1)]);
  const holder = await database.pool.connect();
  await holder.query('BEGIN');
  await holder.query("SELECT FROM study WHERE study_instance_uid = '1.2.30' FOR UPDATE");
  let heldDone = false;
  const held = queue.index(ours, [rowsOf('1.2.30', 2)]).then((results) => {
    heldDone = true;
    return results;
  });
  const behind = queue.index(ours, [rowsOf('1.2.30', 3)]);
  expect((await queue.index(ours, [rowsOf('1.2.31', 1)]))[0]?.as).toBe('added');
  expect(heldDone).toBe(false);
  await holder.query('COMMIT');
  holder.release();
  expect([...(await held), ...(await behind)].map(({ as }) => as)).toEqual(['added', 'added']);
});

test('an instance that the index cannot take fails alone', async () => {
  const bad = rowsOf('1.2.40', 2);
  const broken = { ...bad, instance: { ...bad.instance, pixel_data: '{' } };
  const results = await Promise.all([
    queue.index(ours, [rowsOf('1.2.40', 1)]),
    queue.index(ours, [broken]),
    queue.index(ours, [rowsOf('1.2.40', 3)]),
  ]);
  expect(results.flat().map(({ as }) => as)).toEqual(['added', 'failed', 'added']);
});
