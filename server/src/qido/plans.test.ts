import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import { parseQuery } from './parseQuery.ts';
import { Registered } from './registered.ts';
import { searchStatement } from './statement.ts';
import type { Level } from './attributes.ts';

let database: TestDatabase;

const STUDIES = 20_000;
/** Of each attribute that was made searchable: one an instance. */
const VALUES = 3 * STUDIES;
const NAMES = ['ZHANG', 'WANG', 'LI', 'LIU', 'CHEN', 'YANG', 'ZHAO', 'HUANG', 'ZHOU', 'WU'];

/** An index of a hospital's year: 20,000 studies of three series, each of one instance. */
beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await pool.query(`INSERT INTO hospital (code, name_zh, name_en) VALUES ('a', '甲', 'A'), ('b', '乙', 'B')`);
  // Of each new study the copies of its UID would be locked; so many at once the lock table does not hold.
  await pool.query('ALTER TABLE study DISABLE TRIGGER study_order_copies');
  await pool.query(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, patient_name_alphabetic, patient_name_pinyin,
                        study_date, study_time, accession_number, study_id_text, modalities, number_of_series, number_of_instances)
     SELECT CASE WHEN i % 2 = 0 THEN 'a' ELSE 'b' END, '1.2.' || i, 'P' || i / 4,
            ($2::text[])[1 + i % 10] || '^WEI' || i % 997, '', to_char(date '2024-01-01' + i / 80, 'YYYYMMDD'), '1015',
            'ACC' || i, 'S' || i, ARRAY[(ARRAY['CT', 'MR', 'DX'])[1 + i % 3]], 3, 3
       FROM generate_series(1, $1::integer) AS i`,
    [STUDIES, NAMES],
  );
  await pool.query('ALTER TABLE study ENABLE TRIGGER study_order_copies');
  await pool.query(
    `INSERT INTO series (study_id, hospital_code, series_instance_uid, modality, series_number, number_of_instances,
                         performed_procedure_step_start_date, request_attributes)
     SELECT study_id, hospital_code, study_instance_uid || '.' || number, modalities[1], number, 1, study_date,
            jsonb_build_array(jsonb_build_object('00401001', jsonb_build_object('vr', 'SH', 'Value', jsonb_build_array('RP' || study_id))))
       FROM study, generate_series(1, 3) AS number`,
  );
  await pool.query(
    `INSERT INTO instance (series_id, study_id, hospital_code, sop_instance_uid, sop_class_uid, instance_number,
                           transfer_syntax_uid, object_key, object_size, object_sha256, dataset_sha256, dataset)
     SELECT series_id, study_id, hospital_code, series_instance_uid || '.1', '1.2', 1, '1.2', '', 0, '', '', '{}' FROM series`,
  );
  // A serial number that each study has its own of, one protocol of ten, a date, and a name that all have.
  await pool.query(
    `INSERT INTO searchable_value (search_attribute_id, value, study_id, series_id, instance_id)
     SELECT made.id, made.value, i.study_id, i.series_id, i.instance_id
       FROM instance i JOIN study s USING (study_id),
            LATERAL (VALUES (1, 'SN' || i.study_id), (2, 'Protocol ' || i.study_id % 10), (3, s.study_date), (4, 'Hospital')) AS made (id, value)`,
  );
  await pool.query('VACUUM ANALYZE study, series, instance, searchable_value');
});
afterAll(() => database.drop());

/** Studies of b that grants open to somebody of a, here and there in the list. */
const GRANTED = Array.from({ length: 40 }, (_, i) => 1 + i * 300);

const REGISTERED = new Registered([
  { id: 1, tag: '00181000', creator: '', vr: 'LO', level: 'series', ready: true },
  { id: 2, tag: '00181030', creator: '', vr: 'LO', level: 'series', ready: true },
  { id: 3, tag: '00080022', creator: '', vr: 'DA', level: 'instance', ready: true },
  { id: 4, tag: '00080080', creator: '', vr: 'LO', level: 'study', ready: true },
]);

interface Plan {
  'Node Type': string;
  'Relation Name'?: string;
  'Actual Rows': number;
  'Actual Loops': number;
  'Rows Removed by Filter'?: number;
  Plans?: Plan[];
}

const nodesOf = (plan: Plan): Plan[] => [plan, ...(plan.Plans ?? []).flatMap(nodesOf)];

async function explain(
  level: Level,
  query: string,
  study: string | null,
  hospitals: string[] | null,
  studyIds: number[] = [],
) {
  const search = parseQuery(level, new URLSearchParams(query), study !== null, REGISTERED);
  const { text, values } = searchStatement({
    query: search,
    path: { studyInstanceUid: study, seriesInstanceUid: null },
    view: { hospitals, granted: [], studyIds },
    walk: { pageAt: (offset) => Buffer.from([offset]) },
    after: search.offset === 0 ? null : ['20240401', '7000'],
    matches: null,
    hidden: [],
  });
  const { rows } = await database.pool.query<{ 'QUERY PLAN': { Plan: Plan }[] }>(
    `EXPLAIN (ANALYZE, FORMAT JSON) ${text}`,
    values,
  );
  const [plan] = rows[0]?.['QUERY PLAN'] ?? [];
  return nodesOf(plan!.Plan);
}

test.each<[Level, string, string | null]>([
  ['study', 'StudyInstanceUID=1.2.777', null],
  ['study', 'AccessionNumber=ACC777', null],
  ['study', 'AccessionNumber=ACC77*', null],
  ['study', 'PatientID=P777', null],
  ['study', 'limit=20', null],
  ['study', 'limit=20&offset=20', null],
  ['study', 'limit=101&includefield=00081030,00080060', null],
  ['study', 'StudyDate=20240301', null],
  ['study', 'StudyDate=20240301-20240307&ModalitiesInStudy=CT&limit=50', null],
  ['study', 'StudyDate=20240301-20240307&StudyTime=08-12&limit=50', null],
  ['study', 'StudyDate=20240301&TimezoneOffsetFromUTC=%2B0800&limit=50', null],
  ['study', 'ModalitiesInStudy=CT&limit=20', null],
  ['study', 'PatientName=ZHANG*&limit=20', null],
  ['study', 'PatientName=zhang^wei77*&limit=20', null],
  ['study', 'PatientName=wei77 zhang&fuzzymatching=true&limit=20', null],
  ['series', '', '1.2.777'],
  ['series', 'SeriesInstanceUID=1.2.777.1', null],
  ['study', 'StudyID=S777', null],
  ['series', 'RequestAttributesSequence.RequestedProcedureID=RP777', null],
  ['series', 'Modality=CT&limit=20', null],
  ['instance', '', '1.2.777'],
  ['instance', 'SOPInstanceUID=1.2.777.1.1', null],
  ['instance', 'limit=20', null],
  ['study', 'DeviceSerialNumber=SN777', null],
  ['series', 'DeviceSerialNumber=SN777', null],
  ['instance', 'DeviceSerialNumber=SN777', null],
  ['instance', 'DeviceSerialNumber=SN77*', null],
  ['series', 'ProtocolName=Protocol 7&StudyDate=20240301&limit=20', null],
  ['study', 'ProtocolName=Protocol 7&StudyDate=20240301-20240303', null],
  ['instance', 'AcquisitionDate=20240301', null],
  ['study', 'InstitutionName=Hospital&limit=20', null],
  ['series', 'InstitutionName=Hospital&limit=20', null],
  ['instance', 'InstitutionName=Hosp*&limit=20', null],
  ['series', 'AcquisitionDate=20240301-20240302&ProtocolName=Protocol 3', null],
])('%s %s reads by indexes alone, and not much more than it answers', async (level, query, study) => {
  for (const [hospitals, studyIds] of [
    [null, []],
    [['a', 'b'], []],
    [['a'], []],
    // With what grants open of other hospitals.
    [['a'], GRANTED],
    [[], GRANTED],
  ] as [string[] | null, number[]][]) {
    const nodes = await explain(level, query, study, hospitals, studyIds);
    const large = nodes.filter((node) =>
      ['study', 'series', 'instance', 'searchable_value'].includes(node['Relation Name'] ?? ''),
    );
    expect(large.map((node) => node['Node Type'])).not.toContain('Seq Scan');
    const read = large.map(
      (node) =>
        ((node['Actual Rows'] + (node['Rows Removed by Filter'] ?? 0)) * node['Actual Loops']) /
        (node['Relation Name'] === 'searchable_value' ? VALUES : STUDIES),
    );
    expect(Math.max(...read)).toBeLessThan(1 / 5);
  }
});
