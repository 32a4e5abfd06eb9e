import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import type { Request } from 'express';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { View } from '../context.ts';
import { readSearch } from '../fhirResources/searchParameters.ts';
import { imagingStudyId } from '../fhirResources/references.ts';
import { IMAGING_STUDY, imagingStudyStatement } from './imagingStudySearch.ts';

let database: TestDatabase;
const STUDIES = 40_000;
const HOSPITALS = 20;

/** Studies of twenty hospitals over a year, four of each patient; one in a hundred arrived today. */
beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await pool.query(
    `INSERT INTO hospital (code, name_zh, name_en) SELECT 'h' || i, '院', 'H' FROM generate_series(0, $1 - 1) AS i`,
    [HOSPITALS],
  );
  await pool.query('ALTER TABLE study DISABLE TRIGGER study_order_copies');
  await pool.query(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, patient_name_pinyin, study_date, study_time, modalities,
                        accession_number, last_stored_at, number_of_instances)
     SELECT 'h' || i / 4 % $2, '1.2.' || i, 'P' || i / 4, '', to_char(date '2025-01-01' + i / 110, 'YYYYMMDD'), '101500',
            ARRAY[(ARRAY['CT', 'MR', 'DX'])[1 + i % 3]], 'A' || i,
            CASE WHEN i % 1000 = 0 THEN now() ELSE now() - interval '100 days' END, 1
       FROM generate_series(1, $1::integer) AS i`,
    [STUDIES, HOSPITALS],
  );
  await pool.query('ALTER TABLE study ENABLE TRIGGER study_order_copies');
  await pool.query(
    `INSERT INTO patient_handle (patient_handle_id, hospital_code, patient_id) VALUES ('00000000-0000-4000-8000-000000000001', 'h17', 'P777')`,
  );
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

const view = (hospitals: string[] | null, grants = 0): View => ({
  hospitals,
  granted: [],
  studyIds: Array.from({ length: grants }, (_, i) => 1 + i * 397),
});
const asking = (query: string): Request =>
  ({ method: 'GET', originalUrl: `/fhir/ImagingStudy?${query}`, get: () => undefined }) as unknown as Request;
const yesterday = new Date(Date.now() - 86_400_000).toISOString();

test.each<[string, View, number]>([
  ['', view(null), 200],
  ['', view(['h3']), 3000],
  ['', view(['h3'], 40), 3000],
  ['modality=CT', view(null), 400],
  ['started=2025-03-01', view(null), 400],
  ['started=ge2025-03-01&started=lt2025-03-03&modality=MR', view(['h3'], 40), 600],
  ['identifier=urn:oid:1.2.777', view(null), 5],
  ['identifier=A777', view(null), 5],
  [`_id=${imagingStudyId('h14', '1.2.777')}`, view(null), 5],
  ['patient=00000000-0000-4000-8000-000000000001', view(null), 50],
  [`_lastUpdated=ge${yesterday}`, view(null), 400],
])('a search by %s in %j reads by indexes, and no more than it has to', async (query, of, most) => {
  const search = readSearch(asking(query), IMAGING_STUDY);
  const { text, values } = await imagingStudyStatement(database.pool, search, of);
  const { rows } = await database.pool.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
    values,
  );
  const nodes = nodesOf(rows[0]!['QUERY PLAN'][0]!.Plan).filter((node) => node['Relation Name'] === 'study');
  expect(nodes.length).toBeGreaterThan(0);
  expect(nodes.map((node) => node['Node Type'])).not.toContain('Seq Scan');
  const read = nodes.map(
    (node) => (node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops'],
  );
  expect(Math.max(...read)).toBeLessThanOrEqual(most);
});
