import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import { parseFilters } from './filters.ts';
import { writeCursor } from '../listQuery.ts';
import { facetsStatement, reviewsStatement, type Statement } from './statement.ts';

let database: TestDatabase;

const STUDIES = 40_000;

/** Studies of twenty hospitals, one item each: a tenth waits for a person, a few are stale, a few are not judged yet. */
beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await pool.query(
    `INSERT INTO hospital (code, name_zh, name_en) SELECT 'h' || i, '院', 'H' FROM generate_series(0, 19) AS i`,
  );
  // Of each new study the copies of its UID would be locked; so many at once the lock table does not hold.
  await pool.query('ALTER TABLE study DISABLE TRIGGER study_order_copies');
  await pool.query(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_name_pinyin, study_date, modalities, conformance_revision,
                        judged_revision)
     SELECT 'h' || i / 7 % 20, '1.2.' || i, '', '20240301', ARRAY[(ARRAY['CT', 'MR', 'DX'])[1 + i % 3]], 1,
            CASE WHEN i % 500 = 0 THEN 0 ELSE 1 END
       FROM generate_series(1, $1::integer) AS i`,
    [STUDIES],
  );
  await pool.query('ALTER TABLE study ENABLE TRIGGER study_order_copies');
  await pool.query(
    `INSERT INTO study_item (study_id, hospital_code, item_code, machine_verdict, verdict, decision_stale, evidence_sha256)
     SELECT study_id, hospital_code, 'IT-' || study_id / 3 % 52, verdict, verdict, study_id % 2000 = 3, ''
       FROM study, LATERAL (SELECT CASE WHEN study_id % 10 = 0 THEN 'REVIEW' ELSE 'PASS' END AS verdict) AS made`,
  );
  await pool.query(
    `INSERT INTO conformance_result (study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result)
     SELECT study_id, 1, 'c', '1', '1', true, '{"results": []}' FROM study_item WHERE verdict = 'REVIEW' OR decision_stale`,
  );
  await pool.query('VACUUM ANALYZE study, study_item, conformance_result');
});
afterAll(() => database.drop());

const viewIn = (hospitals: string[] | null) => ({ hospitals, granted: [], studyIds: [] });

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

/** Rows that the nodes of a plan read of a table, and the kinds of nodes that read large tables. */
async function explain({ text, values }: Statement) {
  const { rows } = await database.pool.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
    values,
  );
  const large = nodesOf(rows[0]!['QUERY PLAN'][0]!.Plan).filter((node) =>
    ['study', 'study_item', 'conformance_result'].includes(node['Relation Name'] ?? ''),
  );
  return {
    kinds: large.map((node) => node['Node Type']),
    read: Math.max(
      ...large.map(
        (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
      ),
    ),
  };
}

const deep = writeCursor([STUDIES - 4000, 'IT-1', 4000, false]);

test.each([
  ['', null],
  ['', ['h3']],
  ['', ['h3', 'h5']],
  ['limit=200', null],
  ['hospital=h4', null],
  ['item=IT-7', null],
  ['item=IT-7&item=IT-8', ['h3']],
  ['modality=MR', null],
  ['stale=true', null],
  ['stale=true', ['h3']],
  [`cursor=${deep}`, null],
  [`cursor=${deep}&hospital=h3`, null],
])('reviews with %s in %s read by indexes alone, and what waits at most', async (query, hospitals) => {
  const filters = parseFilters([...new URLSearchParams(query)]);
  const { kinds, read } = await explain(reviewsStatement(filters, viewIn(hospitals)));
  expect(kinds).not.toContain('Seq Scan');
  expect(read).toBeLessThanOrEqual(STUDIES / 9);
});

test('a page far into the list reads no more than a page', async () => {
  const filters = parseFilters([['cursor', deep]]);
  expect((await explain(reviewsStatement(filters, viewIn(null)))).read).toBeLessThan(200);
});

test.each([[null], [['h3']]])('facets in %s count by indexes alone', async (hospitals) => {
  const { kinds, read } = await explain(facetsStatement(viewIn(hospitals)));
  expect(kinds).not.toContain('Seq Scan');
  expect(read).toBeLessThanOrEqual(STUDIES / 9);
});
