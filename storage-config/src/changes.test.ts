import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import {
  type ChangeFilter,
  forgetChanges,
  noteChangeOf,
  noteChanges,
  numberChanges,
  readChanges,
} from './changes.ts';
import { inTransaction } from './database.ts';
import { createHospital } from './registry/hospitals.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

const ALL = { hospitals: null, actions: null };
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  for (const code of ['a', 'b']) await createHospital(database.pool, { code, nameZh: code, nameEn: code });
});
afterAll(() => database.drop());
beforeEach(async () => {
  await database.pool.query('TRUNCATE change, study CASCADE');
  await database.pool.query('UPDATE change_position SET last = 0, forgotten = 0');
});

async function aStudy(hospital: string, uid: string): Promise<number> {
  const { rows } = await database.pool.query<{ study_id: number }>(
    'INSERT INTO study (hospital_code, study_instance_uid) VALUES ($1, $2) RETURNING study_id',
    [hospital, uid],
  );
  return rows[0]!.study_id;
}

const note = (hospital: string, studyInstanceUid: string): Promise<void> =>
  inTransaction(database.pool, (client) =>
    noteChangeOf(client, { hospital, studyInstanceUid }, { action: 'deleted' }),
  );

async function read(since: number, filter: ChangeFilter = ALL, limit = 100) {
  await numberChanges(database.pool);
  return readChanges(database.pool, since, filter, limit);
}

test('a transaction that commits late gets a later number and is not skipped', async () => {
  const late = await database.pool.connect();
  await late.query('BEGIN');
  await noteChangeOf(late, { hospital: 'a', studyInstanceUid: '1.1' }, { action: 'stored' });
  await note('a', '1.2');
  expect((await read(0)).map((change) => [change.number, change.studyInstanceUid])).toEqual([[1, '1.2']]);
  await late.query('COMMIT');
  late.release();
  const changes = await read(1);
  expect(changes.map((change) => [change.number, change.previous, change.studyInstanceUid])).toEqual([
    [2, 1, '1.1'],
  ]);
});

test('readers and writers side by side see every change once, in order, without a hole', async () => {
  const writers = Array.from({ length: 6 }, async (_, writer) => {
    for (let n = 0; n < 20; n += 1) await note('a', `1.${writer}.${n}`);
  });
  let written = false;
  const all = Promise.all(writers).then(() => (written = true));
  const reader = async (): Promise<number[]> => {
    const numbers: number[] = [];
    for (let last = false; ;) {
      const page = await read(numbers.at(-1) ?? 0, ALL, 7);
      numbers.push(...page.map((change) => change.number));
      if (page.length === 0 && last) return numbers;
      last = written;
    }
  };
  const expected = Array.from({ length: 120 }, (_, i) => i + 1);
  expect(await Promise.all([reader(), reader()])).toEqual([expected, expected]);
  await all;
});

test("with others' changes between, each change names the one before it in view", async () => {
  for (const hospital of ['a', 'b', 'a', 'b', 'b', 'a']) await note(hospital, '1.1');
  const filter = { hospitals: ['a'], actions: null };
  const first = await read(0, filter, 2);
  expect(first.map(({ number, previous }) => [number, previous])).toEqual([
    [1, null],
    [3, 1],
  ]);
  // From a number that was another's, the chain is the same.
  for (const since of [3, 5])
    expect((await read(since, filter)).map(({ number, previous }) => [number, previous])).toEqual([[6, 3]]);
});

test('what is noted says which series and instances, and a transaction that fails notes nothing', async () => {
  const studyId = await aStudy('b', '1.5');
  await inTransaction(database.pool, (client) =>
    noteChanges(client, [
      { action: 'judged', studyId },
      { action: 'corrected', studyId, seriesInstanceUid: '1.5.1', sopInstanceUids: ['1.5.1.1', '1.5.1.2'] },
    ]),
  );
  const failing = inTransaction(database.pool, async (client) => {
    await noteChanges(client, [{ action: 'labelled', studyId }]);
    throw new Error('after all not');
  });
  await expect(failing).rejects.toThrow('after all not');
  expect(await read(0)).toMatchObject([
    {
      action: 'judged',
      hospital: 'b',
      studyInstanceUid: '1.5',
      seriesInstanceUid: null,
      sopInstanceUids: [],
    },
    { action: 'corrected', seriesInstanceUid: '1.5.1', sopInstanceUids: ['1.5.1.1', '1.5.1.2'] },
  ]);
  expect(await read(0, { hospitals: null, actions: ['labelled', 'judged'] })).toHaveLength(1);
});

test('old changes are forgotten from the oldest on, never with a hole', async () => {
  for (let n = 0; n < 6; n += 1) await note('a', `1.${n}`);
  await numberChanges(database.pool);
  await database.pool.query(`UPDATE change SET at = now() - interval '91 days' WHERE number IN (1, 2, 3, 5)`);
  expect(await forgetChanges(database.pool, 90)).toBe(3);
  expect(await numberChanges(database.pool)).toEqual({ last: 6, forgotten: 3 });
  expect((await read(3)).map(({ number, previous }) => [number, previous])).toEqual([
    [4, null],
    [5, 4],
    [6, 5],
  ]);
  expect(await forgetChanges(database.pool, 90)).toBe(0);
});
