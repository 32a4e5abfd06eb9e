import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing.ts';

let database: TestDatabase;

const PATIENTS = 20_000;

/** Patients of ten hospitals with two studies each. */
beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await pool.query(
    `INSERT INTO hospital (code, name_zh, name_en) SELECT 'h' || i, '院', 'H' FROM generate_series(0, 9) AS i`,
  );
  await pool.query('ALTER TABLE study DISABLE TRIGGER study_order_copies');
  await pool.query(
    `INSERT INTO patient (hospital_code, patient_id, name, sex, birth_date, match_keys)
     SELECT 'h' || i % 10, 'P' || i, '张伟', 'M', to_char(date '1950-01-01' + i / 10, 'YYYYMMDD'),
            ARRAY[to_char(date '1950-01-01' + i / 10, 'YYYYMMDD') || ' h:张伟'] FROM generate_series(1, $1::integer) AS i`,
    [PATIENTS],
  );
  await pool.query(
    `INSERT INTO patient_link (hospital_code, patient_id, person_id, how, author_kind, author_id)
     SELECT hospital_code, patient_id, home_person, 'alone', 'system', 'x' FROM patient`,
  );
  await pool.query(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, patient_name_pinyin, patient_birth_date, patient_sex)
     SELECT hospital_code, '1.2.' || patient_number || '.' || n, patient_id, '', birth_date, sex
       FROM patient, generate_series(1, 2) AS n`,
  );
  await pool.query('ALTER TABLE study ENABLE TRIGGER study_order_copies');
  for (const table of ['patient', 'patient_link', 'study']) await pool.query(`VACUUM ANALYZE ${table}`);
});
afterAll(() => database.drop());

interface Plan {
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}
const rowsOf = (plan: Plan): number =>
  (plan['Actual Rows'] + (plan['Rows Removed by Filter'] ?? 0)) * plan['Actual Loops'] +
  (plan.Plans ?? []).reduce((sum, below) => sum + rowsOf(below), 0);

async function touched(sql: string, values: unknown[]): Promise<number> {
  const { rows } = await database.pool.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${sql}`,
    values,
  );
  const [plan] = rows[0]?.['QUERY PLAN'] ?? [];
  if (plan === undefined) throw new Error('no plan');
  return rowsOf(plan.Plan);
}

test('studies of a person are found by indexes', async () => {
  const { rows } = await database.pool.query<{ person: string }>(
    'SELECT person_id AS person FROM patient_link OFFSET 777 LIMIT 1',
  );
  expect(
    await touched('SELECT study_id FROM person_study WHERE person_id = $1', [rows[0]?.person]),
  ).toBeLessThan(50);
});

test('those that look alike are found by an index', async () => {
  expect(
    await touched('SELECT patient_number FROM patient WHERE match_keys && $1::text[]', [['19520501 h:张伟']]),
  ).toBeLessThan(60);
});
