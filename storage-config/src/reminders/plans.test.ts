import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { type MatchQuery, matchStatement } from './findMatches.ts';
import { studyDateBefore } from './testing.ts';

let database: TestDatabase;

const STUDIES = 30_000;
const PERSONS = STUDIES / 4;

/** Studies of twenty hospitals; a person has two in each of two hospitals, and every third study a label. */
beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await pool.query(
    `INSERT INTO hospital (code, name_zh, name_en) SELECT 'h' || i, '院', 'H' FROM generate_series(0, 19) AS i`,
  );
  // Of each new study the copies of its UID would be locked; so many at once the lock table does not hold.
  await pool.query('ALTER TABLE study DISABLE TRIGGER study_order_copies');
  await pool.query(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, study_date, modalities, conformance_revision, judged_revision)
     -- Numbers of patients that every hospital gives.
     SELECT 'h' || i % 20, '1.2.' || i, 'P' || i / 40, $2, '{CT}', 1, 1 FROM generate_series(1, $1::integer) AS i`,
    [STUDIES, studyDateBefore(5)],
  );
  await pool.query('ALTER TABLE study ENABLE TRIGGER study_order_copies');
  await pool.query(
    `INSERT INTO study_item (study_id, item_code, verdict, machine_verdict, hospital_code)
     SELECT study_id, 'CT-0' || 1 + study_id % 3, 'PASS', 'PASS', hospital_code FROM study`,
  );
  await pool.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     SELECT study_id, item_code, s, s || 'HR', 'applied', '', '', 'engine' FROM study_item, unnest('{市,省}'::text[]) AS s`,
  );
  await pool.query(
    `INSERT INTO person (person_id) SELECT lpad(to_hex(i), 32, '0')::uuid FROM generate_series(0, $1::integer) AS i`,
    [PERSONS],
  );
  await pool.query(
    `INSERT INTO patient_link (hospital_code, patient_id, person_id, how, author_kind, author_id)
     SELECT hospital_code, patient_id, lpad(to_hex(row_number() OVER () / 2), 32, '0')::uuid, 'identifier', 'system', 'test'
       FROM (SELECT DISTINCT hospital_code, patient_id FROM study) AS patients`,
  );
  await pool.query('VACUUM ANALYZE study, study_item, hr_label_event, hr_label, patient_link');
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

const ITEMS = [{ code: 'CT-01', since: studyDateBefore(180), until: studyDateBefore(-1) }];
const PERSON = `${'0'.repeat(29)}123`;
const QUERY: MatchQuery = {
  hospital: 'h3',
  patientId: 'P12',
  issuerOfPatientId: '',
  person: PERSON,
  items: ITEMS,
};

test.each([
  ['a person', QUERY],
  ['the own patient alone', { ...QUERY, person: null }],
  ['somebody who has no number here', { ...QUERY, patientId: '' }],
  ['nobody', { ...QUERY, patientId: 'NOBODY', person: null }],
] as const)('a reminder of %s reads by indexes alone, and little', async (_who, query) => {
  const { text, values } = matchStatement(query);
  // As a prepared statement that is used often: without looking at the values.
  const client = await database.pool.connect();
  try {
    await client.query(`SET plan_cache_mode = force_generic_plan`);
    await client.query(`PREPARE matches (uuid, text, text, text, text[], text[], text[]) AS ${text}`);
    const given = values
      .map((value) =>
        value === null
          ? 'NULL'
          : client.escapeLiteral(typeof value === 'string' ? value : `{${(value as string[]).join(',')}}`),
      )
      .join(', ');
    const { rows } = await client.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
      `EXPLAIN (ANALYZE, FORMAT JSON) EXECUTE matches (${given})`,
    );
    const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
    if (plan === undefined) throw new Error('no plan');
    const big = nodesOf(plan).filter((node) =>
      ['study', 'study_item', 'hr_label', 'patient_link'].includes(node['Relation Name'] ?? ''),
    );
    expect(big.length).toBeGreaterThan(3);
    expect(big.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    const read = big.map(
      (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
    );
    // Twenty hospitals give each number, to two studies each.
    expect(Math.max(...read)).toBeLessThanOrEqual(200);
  } finally {
    client.release(true);
  }
});
