import { listReports, loadConfig } from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import { pino } from 'pino';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { MonthWriter } from '../../../storage-config/src/figures/testing.ts';
import { makeDueReports } from './makeReports.ts';

let database: TestDatabase;
beforeEach(async () => {
  database = await createTestDatabase();
  await new MonthWriter(database.pool).hospitals('a', 'b');
});
afterEach(() => database.drop());

const make = (now: string, env: Record<string, string> = {}) =>
  makeDueReports({
    index: database.pool,
    config: loadConfig(env),
    log: pino({ level: 'silent' }),
    now: () => new Date(now),
  });
const made = async () =>
  (await listReports(database.pool, { month: null, hospitals: null, limit: 50 })).map(
    ({ month, hospital, asOf }) => ({ month, hospital, asOf }),
  );

test('S1: at the start of a month the reports of the month before are made, once, of one moment', async () => {
  const counts = [await make('2026-09-30T16:30:00Z'), await make('2026-10-02T00:00:00Z')];
  expect(counts).toEqual([3, 0]);
  const reports = await made();
  expect(reports.map(({ month, hospital }) => `${month} ${hospital ?? 'region'}`)).toEqual([
    '2026-09 region',
    '2026-09 b',
    '2026-09 a',
  ]);
  expect(new Set(reports.map(({ asOf }) => asOf)).size).toBe(1);
});

test('reports that were begun and not all made are finished as of the same moment', async () => {
  await make('2026-10-01T00:00:00Z');
  await database.pool.query('DELETE FROM monthly_report WHERE hospital_code IS NULL');
  expect(await make('2026-10-01T00:10:00Z')).toBe(1);
  expect(new Set((await made()).map(({ asOf }) => asOf)).size).toBe(1);
});

test('they wait for the day that is set, and are not made where none is', async () => {
  expect(await make('2026-10-04T10:00:00Z', { HUTONG_REPORT_DAY: '5' })).toBe(0);
  expect(await make('2026-10-20T10:00:00Z', { HUTONG_REPORT_DAY: '0' })).toBe(0);
  expect(await make('2026-10-05T10:00:00Z', { HUTONG_REPORT_DAY: '5' })).toBe(3);
});

test('two workers make them once', async () => {
  const counts = await Promise.all([make('2026-10-01T00:00:00Z'), make('2026-10-01T00:00:00Z')]);
  expect(counts.toSorted()).toEqual([0, 3]);
  expect(await made()).toHaveLength(3);
});
