import { randomBytes } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { patientsOfPerson, personByIdentifiers, personOfPatient } from './findPersons.ts';
import { IdentifierRefused } from './identifiers.ts';
import { personKeys, PersonKeysMissing } from './personKeys.ts';
import { addHospitals, idCardNumber, patientOf, register, TEST_KEYS } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await addHospitals(database.pool, 'a', 'b', 'c');
});
afterAll(() => database.drop());

let made = 0;
/** A number of its own in each test. */
const card = (birthDate = '19800102', sex: 'M' | 'F' = 'M') => {
  made += 1;
  const sequence = String(2 * made + (sex === 'M' ? 101 : 100)).padStart(3, '0');
  return { kind: 'idCard' as const, value: idCardNumber(birthDate, sequence) };
};

const open = async (kind: string): Promise<number> => {
  const { rowCount } = await database.pool.query(
    `SELECT FROM match_candidate WHERE kind = $1 AND state = 'open'`,
    [kind],
  );
  return rowCount ?? 0;
};

test('patients of two hospitals with the same ID card are one person', async () => {
  const id = card();
  const one = await register(database.pool, patientOf('a', 'same-1', { identifiers: [id] }));
  const other = await register(
    database.pool,
    patientOf('b', 'same-2', { name: '张伟', identifiers: [{ ...id, value: id.value.toLowerCase() }] }),
  );
  expect(other.personId).toBe(one.personId);
  expect(await personByIdentifiers(database.pool, TEST_KEYS, [id])).toBe(one.personId);
  expect(await patientsOfPerson(database.pool, one.personId)).toMatchObject([
    { hospital: 'a', how: 'identifier' },
    { hospital: 'b', how: 'identifier' },
  ]);
});

test('the same PatientID in two hospitals never mixes', async () => {
  const one = await register(database.pool, patientOf('a', '0001'));
  const other = await register(database.pool, patientOf('b', '0001'));
  expect(other.personId).not.toBe(one.personId);
  expect(await personOfPatient(database.pool, 'a', '0001')).toBe(one.personId);
  expect(await personOfPatient(database.pool, 'c', '0001')).toBeNull();
});

test('a number is in no table, and its digest only under the key', async () => {
  const id = card();
  await register(database.pool, patientOf('a', 'plain', { identifiers: [id] }));
  const { rows } = await database.pool.query<{ all: string }>(
    `SELECT string_agg(i::text, ' ') || coalesce((SELECT string_agg(e::text, ' ') FROM person_event e), '') AS all FROM patient_identifier i`,
  );
  expect(rows[0]?.all).not.toContain(id.value);
  expect(rows[0]?.all).not.toContain(Buffer.from(id.value).toString('hex'));
  expect(await personByIdentifiers(database.pool, personKeys([randomBytes(32)]), [id])).toBeNull();
});

test('without a key identifiers are refused and nothing is written; without identifiers no key is needed', async () => {
  const none = personKeys([]);
  await expect(
    register(database.pool, patientOf('a', 'nokey', { identifiers: [card()] }), none),
  ).rejects.toBeInstanceOf(PersonKeysMissing);
  expect(await personOfPatient(database.pool, 'a', 'nokey')).toBeNull();
  await register(database.pool, patientOf('a', 'nokey'), none);
  expect(await personOfPatient(database.pool, 'a', 'nokey')).not.toBeNull();
});

test('a wrong check digit refuses the registration', async () => {
  const { value } = card();
  const wrong = value.slice(0, 17) + (value.endsWith('1') ? '2' : '1');
  await expect(
    register(database.pool, patientOf('a', 'wrong', { identifiers: [{ kind: 'idCard', value: wrong }] })),
  ).rejects.toBeInstanceOf(IdentifierRefused);
});

test('an ID card that says another birth date than the patient has links nobody and asks', async () => {
  const id = card('19800102');
  const right = await register(database.pool, patientOf('a', 'own-1', { identifiers: [id] }));
  const before = await open('ownNumber');
  const wrong = await register(
    database.pool,
    patientOf('b', 'own-2', { birthDate: '19900102', identifiers: [id] }),
  );
  expect(wrong.personId).not.toBe(right.personId);
  expect(await open('ownNumber')).toBe(before + 1);
  expect(await personByIdentifiers(database.pool, TEST_KEYS, [id])).toBe(right.personId);
  // The hospital corrects the birth date.
  const corrected = await register(database.pool, patientOf('b', 'own-2', { identifiers: [id] }));
  expect(corrected.personId).toBe(right.personId);
  expect(await open('ownNumber')).toBe(before);
});

test('a card number that patients of different birth dates bear links none of them', async () => {
  const shared = { kind: 'healthCard' as const, value: 'H77120934' };
  const one = await register(database.pool, patientOf('a', 'shared-1', { identifiers: [shared] }));
  const two = await register(database.pool, patientOf('b', 'shared-2', { identifiers: [shared] }));
  expect(two.personId).toBe(one.personId);
  const three = await register(
    database.pool,
    patientOf('c', 'shared-3', { birthDate: '20010101', identifiers: [shared] }),
  );
  const persons = await Promise.all(
    ['a', 'b', 'c'].map((hospital, at) => personOfPatient(database.pool, hospital, `shared-${at + 1}`)),
  );
  expect(new Set(persons).size).toBe(3);
  expect(three.workItems).toBeGreaterThan(0);
  expect(await personByIdentifiers(database.pool, TEST_KEYS, [shared])).toBeNull();
});

test('a PatientID that is given to somebody else leaves the person it was', async () => {
  const id = card();
  const first = await register(database.pool, patientOf('a', 'reused', { identifiers: [id] }));
  const elsewhere = await register(database.pool, patientOf('b', 'not-reused', { identifiers: [id] }));
  expect(elsewhere.personId).toBe(first.personId);
  const before = await open('reused');
  const second = await register(
    database.pool,
    patientOf('a', 'reused', { name: '李^娜', sex: 'F', birthDate: '19950505' }),
  );
  expect(await open('reused')).toBe(before + 1);
  expect(await personOfPatient(database.pool, 'b', 'not-reused')).not.toBe(second.personId);
});

test('under a new key old digests still match, and are renewed when the number comes again', async () => {
  const [old, fresh] = [randomBytes(32), randomBytes(32)];
  const id = card();
  const one = await register(
    database.pool,
    patientOf('a', 'rotate-1', { identifiers: [id] }),
    personKeys([old]),
  );
  const both = personKeys([fresh, old]);
  expect(await personByIdentifiers(database.pool, both, [id])).toBe(one.personId);
  const two = await register(database.pool, patientOf('b', 'rotate-2', { identifiers: [id] }), both);
  expect(two.personId).toBe(one.personId);
  expect(await personByIdentifiers(database.pool, personKeys([fresh]), [id])).toBe(one.personId);
});

test('two hospitals that register the same number at the same moment make one person', async () => {
  for (let round = 0; round < 8; round += 1) {
    const id = card();
    const persons = await Promise.all(
      ['a', 'b', 'c'].map((hospital) =>
        register(database.pool, patientOf(hospital, `race-${round}`, { identifiers: [id] })),
      ),
    );
    const now = await Promise.all(
      ['a', 'b', 'c'].map((hospital) => personOfPatient(database.pool, hospital, `race-${round}`)),
    );
    expect(persons).toHaveLength(3);
    expect(new Set(now).size).toBe(1);
  }
});

test('a patient is the same whether its system names the issuer or not', async () => {
  const one = await register(database.pool, patientOf('a', 'issuer-1', { issuer: 'HIS' }));
  const two = await register(database.pool, patientOf('a', 'issuer-1'));
  expect(two.personId).toBe(one.personId);
  expect(await personOfPatient(database.pool, 'a', 'issuer-1', 'other')).toBeNull();
});

test('registering what is known already changes nothing', async () => {
  const id = card();
  const given = patientOf('a', 'again', { identifiers: [id] });
  const one = await register(database.pool, given);
  const count = async () =>
    (await database.pool.query<{ n: number }>('SELECT count(*) AS n FROM patient_link')).rows[0]?.n;
  const before = await count();
  expect((await register(database.pool, given)).personId).toBe(one.personId);
  expect(await count()).toBe(before);
});
