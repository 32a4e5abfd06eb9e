import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import { namePinyin } from '@hutong/storage-config';
import { isShown } from './copies.ts';
import { inView, Parameters } from './statement.ts';

let database: TestDatabase;

beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(
    `INSERT INTO hospital (code, name_zh, name_en) VALUES ('a', '甲', 'A'), ('b', '乙', 'B'), ('c', '丙', 'C')`,
  );
});
afterAll(() => database.drop());

interface Patient {
  id?: string;
  issuer?: string;
  /** Component groups. */
  name?: string;
  born?: string;
  sex?: string;
}

let made = 0;

/** A study that hospitals a, b and c have, each of its own patient. */
async function copies(...patients: Patient[]): Promise<{ uid: string; ids: number[] }> {
  made += 1;
  const uid = `1.2.${made}`;
  const ids: number[] = [];
  for (const [i, { id = '', issuer = '', name = '', born = '', sex = '' }] of patients.entries()) {
    const [alphabetic = '', ideographic = '', phonetic = ''] = name.split('=');
    const { rows } = await database.pool.query<{ study_id: number }>(
      `INSERT INTO study (hospital_code, study_instance_uid, patient_id, issuer_of_patient_id, patient_name_alphabetic,
                          patient_name_ideographic, patient_name_phonetic, patient_name_pinyin, patient_birth_date, patient_sex)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING study_id`,
      [
        'abc'.charAt(i),
        uid,
        id,
        issuer,
        alphabetic,
        ideographic,
        phonetic,
        namePinyin([alphabetic, ideographic, phonetic]),
        born,
        sex,
      ],
    );
    ids.push(rows[0]?.study_id ?? 0);
  }
  return { uid, ids };
}

/** Hospitals whose copies the union of `hospitals` shows. */
async function shown(uid: string, hospitals: string[] | null = null): Promise<string> {
  const parameters = new Parameters();
  const view = { hospitals, granted: [], studyIds: [] };
  const { rows } = await database.pool.query<{ hospital: string }>(
    `SELECT s.hospital_code AS hospital FROM study s WHERE s.study_instance_uid = ${parameters.add(uid, 'text')}
        AND ${inView('s', view, parameters)} AND ${isShown('s', view, parameters)} ORDER BY s.study_id`,
    parameters.values,
  );
  return rows.map(({ hospital }) => hospital).join('');
}

test.each<[string, Patient, Patient]>([
  ['one PatientID', { id: 'P1' }, { id: 'P1' }],
  ['one PatientID of one issuer', { id: 'P1', issuer: 'CITY', name: 'LI^SI' }, { id: 'P1', issuer: 'CITY' }],
  ['one name and birth date', { name: 'LI^SI', born: '19800101' }, { name: 'Li^Si^', born: '19800101' }],
  [
    'one name and birth date under numbers of their own',
    { id: 'A1', name: 'LI^SI', born: '19800101', sex: 'M' },
    { id: 'B1', name: 'LI^SI', born: '19800101' },
  ],
  [
    'a name in characters and in pinyin',
    { id: 'A1', name: '李四', born: '19800101' },
    { id: 'B1', name: 'LI^SI', born: '19800101' },
  ],
  [
    'a name in characters beside its pinyin, and alone',
    { id: 'A1', name: 'LI^SI=李^四', born: '19800101' },
    { id: 'B1', name: '李四', born: '19800101' },
  ],
  [
    'the words of a name in another order',
    { id: 'A1', name: 'SI LI', born: '19800101' },
    { id: 'B1', name: 'LI^SI', born: '19800101' },
  ],
  [
    'a birth date that is written where none is known',
    { id: 'P1', name: 'LI^SI', born: '19000101' },
    { id: 'P1', name: 'LI^SI', born: '19800101' },
  ],
])('copies are united by %s', async (_what, one, other) => {
  expect(await shown((await copies(one, other)).uid)).toBe('ab');
});

test.each<[string, Patient, Patient]>([
  ['another name under one PatientID', { id: 'P1', name: 'ALPHA^ANN' }, { id: 'P1', name: 'BETA^BOB' }],
  ['another birth date', { id: 'P1', born: '19800101' }, { id: 'P1', born: '19800102' }],
  ['another sex', { id: 'P1', sex: 'M' }, { id: 'P1', sex: 'F' }],
  [
    'other characters of one pinyin',
    { id: 'P1', name: '张伟', born: '19800101' },
    { id: 'P1', name: '章伟', born: '19800101' },
  ],
  [
    'another number of one issuer',
    { id: 'P1', issuer: 'CITY', name: 'LI^SI', born: '19800101' },
    { id: 'P2', issuer: 'CITY', name: 'LI^SI', born: '19800101' },
  ],
  ['one number of different issuers', { id: 'P1', issuer: 'A' }, { id: 'P1', issuer: 'B' }],
  ['a name without a birth date', { id: 'A1', name: 'LI^SI' }, { id: 'B1', name: 'LI^SI' }],
  ['a birth date without a name', { id: 'A1', born: '19800101' }, { id: 'B1', born: '19800101' }],
  ['nothing that is known', {}, {}],
])('copies stay apart by %s', async (_what, one, other) => {
  const { uid } = await copies(one, other);
  expect(await shown(uid)).toBe('a');
  expect(await shown(uid, ['b', 'c'])).toBe('b');
  expect(await shown(uid, ['b'])).toBe('b');
});

test('of three copies those stand together that are of the patient of the first one in view', async () => {
  const [ann, bob] = [
    { id: 'XA', name: 'ALPHA^ANN' },
    { id: 'XB', name: 'BETA^BOB' },
  ];
  expect(await shown((await copies(ann, bob, ann)).uid)).toBe('ac');
  const { uid } = await copies(ann, bob, bob);
  expect(await shown(uid)).toBe('a');
  expect(await shown(uid, ['b', 'c'])).toBe('bc');
});

/** Links the patients of copies to one person, by what somebody said. */
async function linked(ids: readonly number[]): Promise<void> {
  const { rows } = await database.pool.query<{ id: string }>(
    'INSERT INTO person DEFAULT VALUES RETURNING person_id AS id',
  );
  await database.pool.query(
    `INSERT INTO patient_link (hospital_code, patient_id, issuer_of_patient_id, person_id, how, author_kind, author_id)
     SELECT hospital_code, patient_id, issuer_of_patient_id, $2, 'confirmed', 'person', 'x' FROM study WHERE study_id = ANY ($1)`,
    [ids, rows[0]?.id],
  );
}

test('copies of patients that are known to be one person are united', async () => {
  const { uid, ids } = await copies({ id: 'LA', name: 'LI^SI' }, { id: 'LB', name: 'LI^SI' });
  expect(await shown(uid)).toBe('a');
  await linked(ids);
  expect(await shown(uid)).toBe('ab');
  await database.pool.query(`INSERT INTO study_apart (study_id, because) VALUES ($1, '{}')`, [ids[1]]);
  expect(await shown(uid)).toBe('a');
});

test('another name stays apart whatever links its patient', async () => {
  const { uid, ids } = await copies({ id: 'MA', name: 'LI^SI' }, { id: 'MB', name: 'WANG^WU' });
  await linked(ids);
  expect(await shown(uid)).toBe('a');
});

test('copies of patients of whom somebody said that they are not one stay apart', async () => {
  const { uid, ids } = await copies(
    { id: 'RA', name: 'LI^SI', born: '19800101' },
    { id: 'RB', name: 'LI^SI', born: '19800101' },
  );
  expect(await shown(uid)).toBe('ab');
  const { rows } = await database.pool.query<{ number: number }>(
    `INSERT INTO patient (hospital_code, patient_id) SELECT hospital_code, patient_id FROM study WHERE study_id = ANY ($1)
     RETURNING patient_number AS number`,
    [ids],
  );
  await database.pool.query(
    `INSERT INTO match_candidate (kind, one_patient, other_patient, score, because, state) VALUES ('alike', $1, $2, 1, '{}', 'refused')`,
    rows.map(({ number }) => number).sort((a, b) => a - b),
  );
  expect(await shown(uid)).toBe('a');
});
