import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { View } from '../context.ts';
import { parseFilters } from '../worklist/filters.ts';
import { worklistStatement } from '../worklist/statement.ts';
import { type LabelFilters, labelsStatement } from './listStatement.ts';

const STUDIES = 20_000;
const HOSPITALS = 20;
const SCOPE = '龙南市';

let database: TestDatabase;

/** Studies of twenty hospitals, most with a label, some with one that waits, a few with the label of another scope. */
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
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, study_date)
     SELECT 'h' || i % $2, '1.2.' || i, 'P' || i / 4, to_char(date '2024-01-01' + i / 60, 'YYYYMMDD')
       FROM generate_series(1, $1::integer) AS i`,
    [STUDIES, HOSPITALS],
  );
  await pool.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     SELECT study_id, 'CT-01', scope, scope || 'HR', CASE WHEN study_id % 97 = 0 THEN 'proposed' ELSE 'applied' END, '', '', ''
       FROM (SELECT study_id, CASE WHEN study_id % 1000 = 7 THEN '京津冀' ELSE $1 END AS scope
               FROM study WHERE study_id % 10 < 8) AS labelled`,
    [SCOPE],
  );
  await pool.query('VACUUM ANALYZE study, hr_label');
}, 120_000);
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

/** Rows of a table that a statement looked at. */
async function looked(statement: { text: string; values: unknown[] }, table: string): Promise<number> {
  const { rows } = await database.pool.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${statement.text}`,
    statement.values,
  );
  return nodesOf(rows[0]!['QUERY PLAN'][0]!.Plan)
    .filter((node) => node['Relation Name'] === table)
    .reduce(
      (sum, node) =>
        sum + (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      0,
    );
}

const viewOf = (hospitals: string[] | null): View => ({ hospitals, granted: [], studyIds: [] });
const filters = (over: Partial<LabelFilters> = {}): LabelFilters => ({
  state: 'proposed',
  hospital: [],
  item: [],
  scope: [],
  limit: 50,
  before: null,
  ...over,
});

test.each<[string[] | null, Partial<LabelFilters>]>([
  [null, {}],
  [['h3'], {}],
  [['h3'], { state: 'applied' }],
  [['h3'], { state: 'withdrawn' }],
  [null, { state: 'applied', before: 9000 }],
  [null, { hospital: ['h5'] }],
])('the list of labels for %j and %j looks at little more than a page', async (hospitals, over) => {
  expect(await looked(labelsStatement(filters(over), viewOf(hospitals)), 'hr_label')).toBeLessThan(250);
});

test('the worklist by a rare label looks at the studies that carry it, and no others', async () => {
  const statement = worklistStatement(parseFilters([['label', '京津冀HR']]), viewOf(null));
  expect(await looked(statement, 'study')).toBeLessThan(200);
});

test('the labels in force of a patient’s studies are probes of the index', async () => {
  const statement = {
    text: `SELECT l.text FROM study s JOIN hr_label l ON l.study_id = s.study_id AND l.state = 'applied'
            WHERE s.patient_id = ANY ($1)`,
    values: [['P7', 'P8']],
  };
  expect(await looked(statement, 'hr_label')).toBeLessThan(20);
});
