import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import { elsewhereStatement, parseSearch } from './searchElsewhere.ts';

let database: TestDatabase;

const STUDIES = 40_000;
const NAMES = ['ZHANG', 'WANG', 'LI', 'LIU', 'CHEN', 'YANG', 'ZHAO', 'HUANG', 'ZHOU', 'WU'];

/** Studies of twenty hospitals, four of each patient; every third has an HR label. */
beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await pool.query(
    `INSERT INTO hospital (code, name_zh, name_en) SELECT 'h' || i, '院', 'H' FROM generate_series(0, 19) AS i`,
  );
  // Of each new study the copies of its UID would be locked; so many at once the lock table does not hold.
  await pool.query('ALTER TABLE study DISABLE TRIGGER study_order_copies');
  await pool.query(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, patient_name_alphabetic, patient_name_pinyin, patient_birth_date,
                        patient_sex, study_date, accession_number, modalities)
     SELECT 'h' || i / 4 % 20, '1.2.' || i, 'P' || i / 4, ($2::text[])[1 + i / 4 % 10] || '^WEI' || i / 4 % 997, '',
            to_char(date '1940-01-01' + i / 4, 'YYYYMMDD'), 'F', to_char(date '2024-01-01' + i / 110, 'YYYYMMDD'), 'ACC' || i, '{CT}'
       FROM generate_series(1, $1::integer) AS i`,
    [STUDIES, NAMES],
  );
  await pool.query('ALTER TABLE study ENABLE TRIGGER study_order_copies');
  await pool.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     SELECT study_id, 'CT-01', 's', 'sHR', 'applied', '', '', 'engine' FROM study WHERE study_id % 3 = 0`,
  );
  await pool.query('VACUUM ANALYZE study, hr_label_event');
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

const OTHERS = Array.from({ length: 19 }, (_, i) => `h${i + 1}`);

test.each([
  [{ name: 'Zhang Wei10', birthDate: '1940-01-11', sex: 'F' }, 1],
  [{ name: 'Zhang Wei10', patientId: 'P10' }, 1],
  [{ name: 'Zhang Wei10', accessionNumber: 'ACC42' }, 1],
  // Of a name that many have, and somebody who is none of them.
  [{ name: 'Zhang', birthDate: '1940-01-11', sex: 'F' }, 0],
])('a search for %j reads by indexes alone, and little', async (keys, found) => {
  const view = { hospitals: ['h0'], granted: [], studyIds: [1, 2, 3] };
  const { text, values } = elsewhereStatement(parseSearch(keys), view, { all: [], labelled: OTHERS });
  const { rows } = await database.pool.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
    values,
  );
  const plan = rows[0]!['QUERY PLAN'][0]!.Plan;
  expect(plan['Actual Rows']).toBe(found);
  const studies = nodesOf(plan).filter((node) => node['Relation Name'] === 'study');
  expect(studies.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  const read = studies.map(
    (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
  );
  // At most those with the name.
  expect(Math.max(...read)).toBeLessThanOrEqual(STUDIES / 9);
});
