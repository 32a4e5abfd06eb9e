import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import type { View } from '../context.ts';
import { parseFilters } from './filters.ts';
import { worklistStatement } from './statement.ts';

let database: TestDatabase;

const STUDIES = 40_000;
const HOSPITALS = 20;

/** Studies of twenty hospitals over a year, four of each patient. */
beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await pool.query(
    `INSERT INTO hospital (code, name_zh, name_en) SELECT 'h' || i, '院', 'H' FROM generate_series(0, $1 - 1) AS i`,
    [HOSPITALS],
  );
  // Of each new study the copies of its UID would be locked; so many at once the lock table does not hold.
  await pool.query('ALTER TABLE study DISABLE TRIGGER study_order_copies');
  await pool.query(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, patient_name_pinyin, study_date, study_time, modalities)
     SELECT 'h' || i / 4 % $2, '1.2.' || i, 'P' || i / 4, '', to_char(date '2024-01-01' + i / 110, 'YYYYMMDD'), '1015',
            ARRAY[(ARRAY['CT', 'MR', 'DX'])[1 + i % 3]]
       FROM generate_series(1, $1::integer) AS i`,
    [STUDIES, HOSPITALS],
  );
  await pool.query('ALTER TABLE study ENABLE TRIGGER study_order_copies');
  await pool.query('VACUUM ANALYZE study');
});
afterAll(() => database.drop());

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}
const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** Of hospitals, and of studies here and there in others by grants. */
const view = (hospitals: string[] | null, grants = 0): View => ({
  hospitals,
  granted: [],
  studyIds: Array.from({ length: grants }, (_, i) => 1 + i * 397),
});

test.each<[string, View]>([
  ['', view(null)],
  ['', view(['h3'])],
  ['', view(['h3'], 40)],
  ['', view([], 40)],
  ['', view(['h3', 'h5'], 40)],
  ['q=P777', view(['h3'], 40)],
  ['hospital=h7', view(['h3'], 40)],
  ['from=2024-03-01&to=2024-03-02', view(['h3'], 40)],
  ['sort=receivedAt', view(['h3'], 40)],
])(
  'the worklist with %s for %j reads by indexes, and no more than the hospitals in view have',
  async (query, of) => {
    const { text, values } = worklistStatement(parseFilters([...new URLSearchParams(query)]), of);
    const { rows } = await database.pool.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
      values,
    );
    const nodes = nodesOf(rows[0]!['QUERY PLAN'][0]!.Plan).filter(
      (node) => node['Relation Name'] === 'study',
    );
    expect(nodes.length).toBeGreaterThan(0);
    // All that one may see is counted up to 10,000; nothing is read for it that is not in view, but to find the newest.
    const read = nodes.map(
      (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    );
    expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    expect(Math.max(...read)).toBeLessThanOrEqual(of.hospitals === null ? 10_001 : 5000);
  },
);
