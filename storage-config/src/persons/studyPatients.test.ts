import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { findCandidates } from './candidates.ts';
import { identifiersOfDataset } from './dicomIdentifiers.ts';
import { personOfPatient } from './findPersons.ts';
import { makePatientsKnown, PATIENTS_AT_ONCE } from './studyPatients.ts';
import { addHospitals, idCardNumber, patientOf, register, TEST_KEYS } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await addHospitals(database.pool, 'a', 'b', 'c');
});
afterAll(() => database.drop());

let studies = 0;
async function study(
  hospital: string,
  patientId: string,
  { name = '张^伟', birthDate = '19800102', sex = 'M', dataset = null as object | null } = {},
): Promise<number> {
  studies += 1;
  const { rows } = await database.pool.query<{ id: number }>(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, patient_name_alphabetic, patient_birth_date, patient_sex)
     VALUES ($1, $2, $3, $4, $5, $6) RETURNING study_id AS id`,
    [hospital, `1.2.${studies}`, patientId, name, birthDate, sex],
  );
  const id = rows[0]?.id ?? 0;
  if (dataset !== null)
    await database.pool.query(
      `WITH s AS (INSERT INTO series (study_id, hospital_code, series_instance_uid) VALUES ($1, $2, $3) RETURNING series_id)
       INSERT INTO instance (series_id, study_id, hospital_code, sop_instance_uid, sop_class_uid, transfer_syntax_uid, object_key,
                             object_size, object_sha256, dataset_sha256, dataset)
       SELECT series_id, $1, $2, $3 || '.1', '1.2', '1.2', 'k' || $3, 1, '', '', $4 FROM s`,
      [id, hospital, `1.3.${studies}`, JSON.stringify(dataset)],
    );
  return id;
}

async function work(): Promise<void> {
  while ((await makePatientsKnown(database.pool, TEST_KEYS)) + (await findCandidates(database.pool)) > 0);
}

const studiesOf = async (person: string | null): Promise<number[]> =>
  (
    await database.pool.query<{ id: number }>(
      'SELECT study_id AS id FROM person_study WHERE person_id = $1 ORDER BY 1',
      [person],
    )
  ).rows.map(({ id }) => id);

const openItems = async (patientId: string) =>
  (
    await database.pool.query<{ kind: string; because: object }>(
      `SELECT m.kind, m.because FROM match_candidate m JOIN patient p ON p.patient_number IN (m.one_patient, m.other_patient)
        WHERE p.patient_id = $1 AND m.state = 'open'`,
      [patientId],
    )
  ).rows;

const withIds = (value: string, type = 'NNCHN') => ({
  '00101002': {
    vr: 'SQ',
    Value: [
      {
        '00100020': { vr: 'LO', Value: [value] },
        '00100022': { vr: 'CS', Value: ['TEXT'] },
        '00100024': { vr: 'SQ', Value: [{ '00400035': { vr: 'CS', Value: [type] } }] },
      },
    ],
  },
});

test('a study makes its patient known', async () => {
  const id = await study('a', 'known');
  await work();
  const person = await personOfPatient(database.pool, 'a', 'known');
  expect(person).not.toBeNull();
  expect(await studiesOf(person)).toEqual([id]);
});

test('a citizen number that studies hold links patients', async () => {
  const number = idCardNumber('19800102', '335');
  await study('a', 'dicom-1', { dataset: withIds(number) });
  await study('b', 'dicom-2', { dataset: withIds(number) });
  await work();
  const person = await personOfPatient(database.pool, 'a', 'dicom-1');
  expect(await personOfPatient(database.pool, 'b', 'dicom-2')).toBe(person);
  expect(await studiesOf(person)).toHaveLength(2);
});

test('of many patients at once each becomes what it becomes alone', async () => {
  const number = idCardNumber('19800102', '337');
  const plain = [await study('a', 'many-1'), await study('a', 'many-1'), await study('a', 'many-2')];
  await study('a', 'many-3', { dataset: withIds(number) });
  await study('b', 'many-4', { dataset: withIds(number) });
  await study('c', 'many-5');
  await study('c', 'many-5', { name: '李^娜', birthDate: '19950505', sex: 'F' });
  // Set apart while it was under another PatientID.
  await database.pool.query(`INSERT INTO study_apart (study_id, because) VALUES ($1, '{}')`, [plain[2]]);
  await makePatientsKnown(database.pool, TEST_KEYS);
  const [one, two, three, four, five] = await Promise.all(
    (['a', 'a', 'a', 'b', 'c'] as const).map((hospital, at) =>
      personOfPatient(database.pool, hospital, `many-${at + 1}`),
    ),
  );
  expect(await studiesOf(one ?? null)).toEqual(plain.slice(0, 2));
  expect(await studiesOf(two ?? null)).toEqual(plain.slice(2));
  expect(four).toBe(three);
  expect(new Set([one, two, three, five]).size).toBe(4);
  expect(await studiesOf(five ?? null)).toHaveLength(1);
  const { rows } = await database.pool.query<object>(
    `SELECT p.name, p.sex, p.birth_date, p.source, l.how FROM patient p
       JOIN patient_link l USING (hospital_code, patient_id, issuer_of_patient_id) WHERE patient_id = 'many-1'`,
  );
  expect(rows).toEqual([{ name: '张^伟', sex: 'M', birth_date: '19800102', source: 'study', how: 'alone' }]);
});

test('patients of new studies do not wait for those of years', async () => {
  await work();
  await database.pool.query(
    `INSERT INTO patient_seen (hospital_code, patient_id, issuer_of_patient_id)
     SELECT 'a', 'gone-' || n, '' FROM generate_series(1, $1::integer) AS n`,
    [PATIENTS_AT_ONCE],
  );
  await study('a', 'fresh');
  await makePatientsKnown(database.pool, TEST_KEYS);
  expect(await personOfPatient(database.pool, 'a', 'fresh')).not.toBeNull();
  await work();
});

test('only what says without doubt what it is counts as an identifier', () => {
  const number = idCardNumber('19800102', '335');
  expect(identifiersOfDataset(withIds(number) as never)).toHaveLength(1);
  expect(identifiersOfDataset(withIds(number, 'MR') as never)).toEqual([]);
  expect(identifiersOfDataset(withIds('110105194912310021') as never)).toEqual([]);
  expect(
    identifiersOfDataset({
      '00100020': { vr: 'LO', Value: [number] },
      '00100021': { vr: 'LO', Value: ['公安部'] },
    }),
  ).toEqual([]);
  expect(identifiersOfDataset({ '00101002': { vr: 'SQ', Value: ['x', null, 3] } })).toEqual([]);
});

test('a study of somebody else under a PatientID that was used before is nobody’s, and asks', async () => {
  const mine = await study('a', 'twice');
  await work();
  await study('a', 'twice', { name: '李^娜', birthDate: '19950505', sex: 'F' });
  await study('a', 'twice', { name: '王^强' });
  await work();
  const person = await personOfPatient(database.pool, 'a', 'twice');
  expect(await studiesOf(person)).toEqual([mine]);
  expect((await openItems('twice')).filter(({ kind }) => kind === 'reused')).toHaveLength(1);
});

test('when studies are corrected the patient follows and the question goes', async () => {
  const first = await study('a', 'fixed', { birthDate: '19800120' });
  await work();
  const second = await study('a', 'fixed');
  await work();
  expect(await studiesOf(await personOfPatient(database.pool, 'a', 'fixed'))).toEqual([first]);
  await database.pool.query(`UPDATE study SET patient_birth_date = '19800102' WHERE study_id = $1`, [first]);
  await work();
  expect(await studiesOf(await personOfPatient(database.pool, 'a', 'fixed'))).toEqual([first, second]);
  expect((await openItems('fixed')).filter(({ kind }) => kind === 'reused')).toEqual([]);
});

test('who looks alike in two hospitals is asked about, and not linked', async () => {
  await study('a', 'alike-1', { name: 'OUYANG^XIU=欧阳^修', birthDate: '19670809' });
  await study('b', 'alike-2', { name: 'Ouyang Xiu', birthDate: '19670809' });
  await study('c', 'alike-3', { name: '欧阳修', birthDate: '19670809', sex: 'F' });
  await work();
  expect(await openItems('alike-1')).toMatchObject([
    { kind: 'alike', because: { name: 'like', birthDate: 'same', sex: 'same' } },
  ]);
  expect(await personOfPatient(database.pool, 'a', 'alike-1')).not.toBe(
    await personOfPatient(database.pool, 'b', 'alike-2'),
  );
});

test('two who bear different ID cards are not asked about', async () => {
  const of = (sequence: string) => [{ kind: 'idCard' as const, value: idCardNumber('19710304', sequence) }];
  const about = { name: '赵^六', birthDate: '19710304', sex: 'M' };
  await register(database.pool, patientOf('a', 'cards-1', { ...about, identifiers: of('511') }));
  await register(database.pool, patientOf('b', 'cards-2', { ...about, identifiers: of('513') }));
  await work();
  expect(await openItems('cards-1')).toEqual([]);
});

test('a merge of patients takes what they bore to the one that stays', async () => {
  const number = idCardNumber('19800102', '717');
  await study('a', 'merge-from', { dataset: withIds(number) });
  await study('a', 'merge-into');
  await study('b', 'merge-else', { dataset: withIds(number) });
  await work();
  const person = await personOfPatient(database.pool, 'b', 'merge-else');
  expect(await personOfPatient(database.pool, 'a', 'merge-from')).toBe(person);
  const { rows } = await database.pool.query<{ id: number }>(
    `INSERT INTO patient_correction (hospital_code, kind, request, reason_code, author_kind, author_id)
     VALUES ('a', 'patientMerge', '{}', 'x', 'system', 'x') RETURNING patient_correction_id AS id`,
  );
  await database.pool.query(
    `INSERT INTO retired_patient (hospital_code, patient_id, columns, attributes, patient_correction_id)
     VALUES ('a', 'merge-from', '{"patient_id": "merge-into"}', '{}', $1)`,
    [rows[0]?.id],
  );
  await database.pool.query(`UPDATE study SET patient_id = 'merge-into' WHERE patient_id = 'merge-from'`);
  await work();
  const now = await personOfPatient(database.pool, 'a', 'merge-into');
  expect(await personOfPatient(database.pool, 'a', 'merge-from')).toBe(now);
  expect(await personOfPatient(database.pool, 'b', 'merge-else')).toBe(now);
  expect(await studiesOf(now)).toHaveLength(3);
});
