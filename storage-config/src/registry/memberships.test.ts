import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { createHospital } from './hospitals.ts';
import { scopesOf } from './memberships.ts';
import { recognisingHospitals } from './recognisingHospitals.ts';

const DEFAULT = '龙南市';
let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());
beforeEach(async () => {
  const { pool } = database;
  await pool.query('DELETE FROM recognition_scope_member');
  await pool.query('DELETE FROM recognition_scope_within');
  await pool.query('DELETE FROM recognition_scope');
  for (const code of ['a', 'b'])
    await createHospital(pool, { code, nameZh: code, nameEn: code, level: '三级甲等' });
  await pool.query(
    `INSERT INTO recognition_scope (name) VALUES ('廊坊市'), ('河北省'), ('京津冀'), ('北京市')`,
  );
  await pool.query(
    `INSERT INTO recognition_scope_within VALUES ('廊坊市', '河北省'), ('河北省', '京津冀'), ('北京市', '京津冀')`,
  );
});

const join = (scope: string, hospital: string, joinedOn: string, leftOn: string | null = null) =>
  database.pool.query('INSERT INTO recognition_scope_member VALUES ($1, $2, $3, $4)', [
    scope,
    hospital,
    joinedOn,
    leftOn,
  ]);
const scopes = async (hospital: string, day: string) =>
  (await scopesOf(database.pool, [hospital], day, DEFAULT)).get(hospital);

test('hospitals of which nothing is said take part in the default scope, as ever', async () => {
  expect(await scopes('a', '2026-11-22')).toEqual([DEFAULT]);
});

test('who takes part in a city takes part in the province and in what crosses provinces, on these days', async () => {
  await join('廊坊市', 'a', '2026-01-01', '2026-07-01');
  expect(await scopes('a', '2025-12-31')).toEqual([]);
  expect(await scopes('a', '2026-01-01')).toEqual(['京津冀', '廊坊市', '河北省']);
  expect(await scopes('a', '2026-06-30')).toEqual(['京津冀', '廊坊市', '河北省']);
  expect(await scopes('a', '2026-07-01')).toEqual([]);
  expect(await scopes('b', '2026-06-30')).toEqual([DEFAULT]);
});

test('a scope that ended is taken part in until that day, and nothing is reached through it', async () => {
  await join('廊坊市', 'a', '2026-01-01');
  await database.pool.query(`UPDATE recognition_scope SET ended_at = '2026-06-01' WHERE name = '河北省'`);
  expect(await scopes('a', '2026-05-31')).toEqual(['京津冀', '廊坊市', '河北省']);
  expect(await scopes('a', '2026-06-01')).toEqual(['廊坊市']);
});

test('S0: a scope that ended early in the morning in China ended on that day there', async () => {
  await join('廊坊市', 'a', '2026-01-01');
  await database.pool.query(
    `UPDATE recognition_scope SET ended_at = '2026-06-01T06:00:00+08:00' WHERE name = '河北省'`,
  );
  expect(await scopes('a', '2026-05-31')).toEqual(['京津冀', '廊坊市', '河北省']);
  expect(await scopes('a', '2026-06-01')).toEqual(['廊坊市']);
});

test('rules see level, scopes and alliances of a day', async () => {
  const { pool } = database;
  await pool.query(`INSERT INTO alliance VALUES ('m1', '医联体一', 'Alliance one') ON CONFLICT DO NOTHING`);
  await pool.query(
    `INSERT INTO alliance_member VALUES ('m1', 'a', '2026-03-01', '2026-09-01') ON CONFLICT DO NOTHING`,
  );
  await join('北京市', 'a', '2026-01-01');
  const on = async (day: string) => (await recognisingHospitals(pool, DEFAULT, day)).get('a');
  expect(await on('2026-08-31')).toEqual({
    code: 'a',
    level: '三级甲等',
    region: '',
    scopes: ['京津冀', '北京市'],
    alliances: ['m1'],
  });
  expect((await on('2026-09-01'))?.alliances).toEqual([]);
});
