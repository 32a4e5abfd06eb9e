import { namePinyin, type openIndex } from '../../storage-config/src/index.ts';

type Pool = ReturnType<typeof openIndex>;
interface Client {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/** A region's index as years of storing leave it: names of many patients, some hospitals, ten series a study. */
export interface LargeIndex {
  studies: number;
  seriesOfStudy: number;
}

const HOSPITALS = 20;
const PATIENTS_OF_STUDIES = 0.4;
const DAYS = 3650;
const FIRST_DAY = '2016-01-01';
const BATCH = 100_000;
const SURNAMES =
  '王李张刘陈杨赵黄周吴徐孙胡朱高林何郭马罗梁宋郑谢韩唐冯于董萧程曹袁邓许傅沈曾彭吕苏卢蒋蔡贾丁魏薛叶阎';
const GIVEN =
  '伟芳娜秀英敏静丽强磊军洋勇艳杰娟涛明超秀霞平刚桂文辉建国华红梅玉兰志云海鹏飞宇欣怡子涵浩然梓轩雨';

/** The patient of study `n`, and what else follows from it, as the SQL of {@link makeIndex} has it. */
export const patientOf = (n: number, studies: number): number =>
  (n * 7919) % Math.round(studies * PATIENTS_OF_STUDIES);
export const studyUidOf = (n: number): string => `1.2.826.0.1.3680043.8.498.77.${n}`;
export const hospitalOf = (n: number): string => `hospital-${n % HOSPITALS}`;

/** Distinct names; a patient's is the one at his number modulo their count. */
export function patientNames(): string[] {
  const given = Array.from(GIVEN);
  return Array.from(SURNAMES).flatMap((surname) =>
    given.flatMap((first, i) => [
      surname + first,
      surname + first + (given[(i * 7 + 3) % given.length] ?? ''),
    ]),
  );
}

/**
 * Fills an empty index. Its triggers rest meanwhile (each row would lock the copies of its UID, and there are none), and
 * its secondary indexes are made at the end, which is the same index in a fraction of the time.
 */
export async function makeIndex(pool: Pool, index: LargeIndex): Promise<void> {
  const client = await pool.connect();
  try {
    await client.query(`SET statement_timeout = 0; SET maintenance_work_mem = '512MB'`);
    await fill(client, index);
  } finally {
    client.release(true);
  }
}

async function fill(pool: Client, { studies, seriesOfStudy }: LargeIndex): Promise<void> {
  await pool.query(
    `INSERT INTO hospital (code, name_zh, name_en)
     SELECT 'hospital-' || i, '第' || i || '医院', 'Hospital ' || i FROM generate_series(0, $1::integer - 1) AS i`,
    [HOSPITALS],
  );
  const names = patientNames();
  await pool.query('CREATE TABLE bench_name (n integer PRIMARY KEY, ideographic text, pinyin text)');
  await pool.query('INSERT INTO bench_name SELECT * FROM unnest($1::integer[], $2::text[], $3::text[])', [
    names.map((_, i) => i),
    names,
    names.map((name) => namePinyin(['', name, ''])),
  ]);
  const indexes = await secondaryIndexes(pool);
  for (const { name } of indexes) await pool.query(`DROP INDEX ${name}`);
  await pool.query(
    `ALTER TABLE study DISABLE TRIGGER USER; ALTER TABLE study ENABLE TRIGGER study_search_columns;
     ALTER TABLE series DISABLE TRIGGER ALL`,
  );
  for (let first = 1; first <= studies; first += BATCH) {
    const last = Math.min(first + BATCH - 1, studies);
    const { rows } = await pool.query('SELECT coalesce(max(study_id), 0) AS known FROM study');
    const [{ known } = { known: 0 }] = rows as { known: number }[];
    await pool.query(STUDIES_SQL, [
      first,
      last,
      Math.round(studies * PATIENTS_OF_STUDIES),
      names.length,
      seriesOfStudy,
    ]);
    await pool.query(SERIES_SQL, [known, seriesOfStudy]);
  }
  await pool.query('ALTER TABLE study ENABLE TRIGGER USER; ALTER TABLE series ENABLE TRIGGER ALL');
  for (const { definition } of indexes) await pool.query(definition);
  await pool.query('DROP TABLE bench_name');
  await pool.query('VACUUM ANALYZE study, series');
}

async function secondaryIndexes(pool: Client): Promise<{ name: string; definition: string }[]> {
  const { rows } = await pool.query(
    `SELECT c.relname AS name, pg_get_indexdef(x.indexrelid) AS definition
       FROM pg_index x JOIN pg_class c ON c.oid = x.indexrelid
      WHERE x.indrelid IN ('study'::regclass, 'series'::regclass)
        AND NOT EXISTS (SELECT FROM pg_constraint k WHERE k.conindid = x.indexrelid)`,
  );
  return rows as { name: string; definition: string }[];
}

const STUDIES_SQL = `
INSERT INTO study (hospital_code, study_instance_uid, patient_id, patient_name_alphabetic, patient_name_ideographic,
                   patient_name_pinyin, patient_birth_date, patient_sex, study_date, study_time, accession_number,
                   study_id_text, study_description, modalities, number_of_series, number_of_instances, revision,
                   judged_revision, first_stored_at, last_stored_at)
SELECT 'hospital-' || i % ${HOSPITALS}, '${studyUidOf(0).slice(0, -1)}' || i, 'P' || lpad(p.patient::text, 8, '0'), '',
       b.ideographic, b.pinyin, to_char(date '1930-01-01' + (p.patient % 30000)::integer, 'YYYYMMDD'),
       CASE WHEN p.patient % 2 = 0 THEN 'M' ELSE 'F' END, to_char(d.day, 'YYYYMMDD'),
       lpad((i % 24)::text, 2, '0') || '3015', 'ACC' || i, 'S' || i, '检查 ' || i % 50,
       ARRAY[(ARRAY['CT', 'CT', 'MR', 'DX', 'DX', 'US', 'MG'])[1 + i % 7]], $5::integer, $5::integer * 100, 1, 0, d.day, d.day
  FROM generate_series($1::bigint, $2::bigint) AS i,
       LATERAL (SELECT (i * 7919) % $3::integer AS patient) AS p,
       LATERAL (SELECT date '${FIRST_DAY}' + (i * ${DAYS} / 1000003 + i % 3)::integer AS day) AS d,
       bench_name b
 WHERE b.n = p.patient % $4::integer`;

const SERIES_SQL = `
INSERT INTO series (study_id, hospital_code, series_instance_uid, modality, series_number, series_description,
                    body_part_examined, performed_procedure_step_start_date, performed_procedure_step_start_time,
                    request_attributes, number_of_instances, revision, first_stored_at, last_stored_at)
SELECT s.study_id, s.hospital_code, s.study_instance_uid || '.' || n, s.modalities[1], n, 'Series ' || n, 'CHEST',
       s.study_date, s.study_time,
       jsonb_build_array(jsonb_build_object('00401001', jsonb_build_object('vr', 'SH', 'Value', jsonb_build_array('RP' || s.study_id)))),
       100, 1, s.first_stored_at, s.last_stored_at
  FROM study s, generate_series(1, $2::integer) AS n
 WHERE s.study_id > $1`;
