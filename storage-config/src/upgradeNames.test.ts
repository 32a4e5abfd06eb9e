import { afterAll, beforeAll, expect, test } from 'vitest';
import { refreshNames } from './indexing/refreshNames.ts';
import { fillNamePinyin } from './indexing/namePinyin.ts';
import { migrate, readMigrations } from './migrate.ts';
import { restoreCorrections } from './patientCorrections/restoreCorrections.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

/** The last one that kept one component group of referring physicians. */
const BEFORE = 32;

let database: TestDatabase;
const ask = async <T extends object>(text: string, values: unknown[] = []): Promise<T[]> =>
  (await database.pool.query<T>(text, values)).rows;

interface OldStudy {
  uid: string;
  name?: [alphabetic: string, ideographic?: string];
  referring?: string;
  /** Of the instances, in the order they were stored, the referring physician's groups. */
  datasets?: (Record<string, string> | null)[];
}

const OLD: OldStudy[] = [
  {
    uid: '1.1',
    referring: 'House^Gregory',
    datasets: [{ Alphabetic: 'House^Gregory', Ideographic: '张^三' }],
  },
  { uid: '1.2', referring: '张^三', datasets: [{ Ideographic: '张^三' }, { Alphabetic: 'Other^One' }] },
  { uid: '1.3', referring: 'House^Gregory', datasets: [{ Alphabetic: 'House^Gregory' }] },
  { uid: '1.4', referring: '', datasets: [null] },
  // The correction stands, whatever the dataset that is still to be written anew says.
  { uid: '1.5', referring: 'Wei^An', datasets: [{ Alphabetic: 'House^Gregory', Ideographic: '张^三' }] },
  { uid: '1.6', name: ['Łukasz^Nowak'] },
  { uid: '1.7', name: ['ABUDULA', '阿卜杜拉·买买提'] },
  { uid: '1.8', name: ['LI  MING'] },
  { uid: '1.9', name: ['ZHANG^SAN', '张^三'] },
];
const CORRECTED = { '00080090': { vr: 'PN', Value: [{ Alphabetic: 'Wei^An', Ideographic: '魏^安' }] } };

beforeAll(async () => {
  database = await createTestDatabase();
  const { pool } = database;
  await pool.query('DROP SCHEMA public CASCADE; CREATE SCHEMA public');
  await migrate(pool, (await readMigrations()).slice(0, BEFORE));
  await pool.query(`INSERT INTO hospital (code, name_zh, name_en) VALUES ('a', '甲', 'A')`);
  for (const study of OLD) await addStudy(study);
  await addCorrection();
  await addOperators();
  await fillNamePinyin(pool);
  await migrate(pool);
});
afterAll(() => database.drop());

async function addStudy({ uid, name = [''], referring = '', datasets = [] }: OldStudy): Promise<void> {
  await ask(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_name_alphabetic, patient_name_ideographic,
                        referring_physician_name) VALUES ('a', $1, $2, $3, $4)`,
    [uid, name[0], name[1] ?? '', referring],
  );
  await ask(
    `INSERT INTO series (study_id, hospital_code, series_instance_uid)
     SELECT study_id, 'a', $1 || '.1' FROM study WHERE study_instance_uid = $1`,
    [uid],
  );
  for (const [i, groups] of datasets.entries())
    await ask(
      `INSERT INTO instance (series_id, study_id, hospital_code, sop_instance_uid, sop_class_uid, transfer_syntax_uid,
                             object_key, object_size, object_sha256, dataset_sha256, dataset)
       SELECT series_id, study_id, 'a', $2, '1.2', '1.2', $2, 1, '', '', $3 FROM series WHERE series_instance_uid = $1 || '.1'`,
      [uid, `${uid}.1.${i}`, JSON.stringify({ '00080090': { vr: 'PN', Value: [groups] } })],
    );
}

/** A correction as the version before recorded it: with one group in the columns. */
async function addCorrection(): Promise<void> {
  const standing = { attributes: CORRECTED, columns: { referring_physician_name: 'Wei^An' } };
  await ask(
    `INSERT INTO patient_correction (hospital_code, kind, request, reason_code, author_kind, author_id)
     VALUES ('a', 'studyAttributes', '{}', 'OTHER', 'system', '')`,
  );
  await ask(
    `INSERT INTO study_correction (hospital_code, study_instance_uid, columns, attributes, patient_correction_id)
     SELECT 'a', '1.5', $1, $2, patient_correction_id FROM patient_correction`,
    [JSON.stringify(standing.columns), JSON.stringify(standing.attributes)],
  );
  await ask(`UPDATE study SET is_corrected = true WHERE study_instance_uid = '1.5'`);
  await ask(
    `INSERT INTO study_event (hospital_code, study_instance_uid, kind, reason_code, author_kind, author_id, details)
     SELECT 'a', '1.20', 'corrected', 'OTHER', 'system', '', jsonb_build_object('patientCorrection',
              patient_correction_id, 'request', '{"kind": "studyAttributes"}'::jsonb, 'values', $1::jsonb,
              'standing', $1::jsonb || '{"revision": 1}') FROM patient_correction`,
    [JSON.stringify(standing)],
  );
}

async function addOperators(): Promise<void> {
  await ask(`INSERT INTO search_attribute (tag, vr, level) VALUES ('00081070', 'PN', 'instance')`);
  await ask(
    `INSERT INTO searchable_value (search_attribute_id, value, study_id, series_id, instance_id)
     SELECT a.search_attribute_id, value, i.study_id, i.series_id, i.instance_id
       FROM search_attribute a, instance i, unnest(ARRAY['ŁUKASZ', '阿卜杜拉·买买提', 'PLAIN^ONE']) AS value
      WHERE i.sop_instance_uid = '1.1.1.0'`,
  );
}

const referring = async (uid: string): Promise<string | undefined> =>
  (
    await ask<{ name: string }>(
      'SELECT referring_physician_name AS name FROM study WHERE study_instance_uid = $1',
      [uid],
    )
  )[0]?.name;

test('a correction of the referring physician shows all of its groups at once', async () => {
  expect(await referring('1.5')).toBe('Wei^An=魏^安');
});

test('the workers read all groups of referring physicians from a dataset of each study, in several processes at once', async () => {
  await ask('INSERT INTO study_name_pending (study_id) VALUES (999999)');
  const looked = await Promise.all([refreshNames(database.pool), refreshNames(database.pool)]);
  // Four have a referring physician, three a patient whose name is read otherwise, and one was deleted meanwhile.
  expect(looked.reduce((sum, count) => sum + count, 0)).toBe(8);
  expect(await Promise.all(['1.1', '1.2', '1.3', '1.4', '1.5'].map(referring))).toEqual([
    'House^Gregory=张^三',
    '=张^三',
    'House^Gregory',
    '',
    'Wei^An=魏^安',
  ]);
  expect(await ask('SELECT FROM study_name_pending')).toEqual([]);
  expect(await refreshNames(database.pool)).toBe(0);
});

test.each([
  ['1.6', 'LUKASZ^NOWAK', "'^LUKASZ':*"],
  ['1.7', 'ABUDULA|阿卜杜拉·买买提', "'^阿卜杜拉买买提':*"],
  ['1.7', 'ABUDULA|阿卜杜拉·买买提', "'^买买提':*"],
  ['1.8', 'LI MING', "'^MING':*"],
  ['1.9', 'ZHANG^SAN|张^三', "'^张三':*"],
])('the name of %s, stored before, is compared as %s and found by %s', async (uid, folded, words) => {
  const rows = await ask<{ folded: string; found: boolean }>(
    `SELECT rtrim(array_to_string(patient_name_folded, '|'), '|') AS folded,
            patient_name_words @@ $2::tsquery AS found FROM study WHERE study_instance_uid = $1`,
    [uid, words],
  );
  expect(rows).toEqual([{ folded, found: true }]);
});

test('pinyin and joined words are made again where they may be others, and kept elsewhere', async () => {
  const missing = async (): Promise<string[]> =>
    (
      await ask<{ uid: string }>(
        'SELECT study_instance_uid AS uid FROM study WHERE patient_name_pinyin IS NULL ORDER BY 1',
      )
    ).map(({ uid }) => uid);
  expect(await missing()).toEqual(['1.6', '1.8']);
  await fillNamePinyin(database.pool);
  expect(await missing()).toEqual([]);
  const rows = await ask(`SELECT patient_name_pinyin AS words FROM study WHERE study_instance_uid = '1.6'`);
  expect(rows).toEqual([{ words: '^LUKASZNOWAK' }]);
});

test('values of person names that operators made searchable are folded again', async () => {
  const rows = await ask<{ value: string }>('SELECT value FROM searchable_value ORDER BY value');
  expect(rows.map(({ value }) => value)).toEqual(
    ['LUKASZ', 'PLAIN^ONE', '阿卜杜拉·买买提', '阿卜杜拉买买提'].sort(),
  );
});

test('a correction that the version before recorded in the bucket comes back with all groups', async () => {
  await restoreCorrections(database.pool);
  const rows = await ask(
    `SELECT columns ->> 'referring_physician_name' AS name FROM study_correction WHERE study_instance_uid = '1.20'`,
  );
  expect(rows).toEqual([{ name: 'Wei^An=魏^安' }]);
});
