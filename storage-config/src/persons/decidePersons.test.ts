import { afterAll, beforeAll, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { findCandidates } from './candidates.ts';
import { decideMatch, type Deciding, mergePersons, separatePatients, undoDecision } from './decidePersons.ts';
import { patientsOfPerson, personOfPatient } from './findPersons.ts';
import { readMatches, readPerson } from './readPersons.ts';
import { addHospitals, idCardNumber, patientOf, register, TEST_AUTHOR } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await addHospitals(database.pool, 'a', 'b', 'c');
});
afterAll(() => database.drop());

const by = (hospitals: string[] | null = null): Deciding => ({
  hospitals,
  author: { ...TEST_AUTHOR, kind: 'person' },
  reason: '电话核实',
});

async function three(name: string, identifiers = false): Promise<string[]> {
  const value = idCardNumber('19800102', String(201 + 2 * name.length + 20 * name.charCodeAt(0)).slice(-3));
  const given = identifiers ? { identifiers: [{ kind: 'idCard' as const, value }] } : {};
  for (const hospital of ['a', 'b', 'c'])
    await register(database.pool, patientOf(hospital, name, { ...given, name }));
  return persons(name);
}
const persons = (name: string): Promise<string[]> =>
  Promise.all(
    ['a', 'b', 'c'].map(async (hospital) => (await personOfPatient(database.pool, hospital, name)) ?? ''),
  );
const numbersOf = async (person: string): Promise<Map<string, number>> =>
  new Map(
    (await readPerson(database.pool, person, null))?.patients.map(({ hospital, number }) => [
      hospital,
      number,
    ]),
  );
const fails = (answer: object): string => (answer as { fault?: string }).fault ?? '';

test('a merger joins two persons, and undoing it gives back exactly those that were', async () => {
  const [one = '', two = '', other = ''] = await three('merge');
  const merged = await mergePersons(database.pool, { one, other: two }, by());
  expect(await persons('merge')).toEqual([one, one, other]);
  if ('fault' in merged || merged.event === null) throw new Error('not merged');
  await undoDecision(database.pool, merged.event, by());
  expect(await persons('merge')).toEqual([one, two, other]);
  expect(fails(await undoDecision(database.pool, merged.event, by()))).toBe('decided');
  const kinds = (await readPerson(database.pool, one, null))?.events.map(({ kind }) => kind);
  expect(kinds).toContain('merged');
  expect(kinds).toContain('undone');
});

test('who is separated stays apart though the identifier is the same, and the others stay together', async () => {
  const [person = ''] = await three('card', true);
  expect(new Set(await persons('card')).size).toBe(1);
  const out = (await numbersOf(person)).get('c') ?? 0;
  const separated = await separatePatients(database.pool, person, [out], by());
  if ('fault' in separated || separated.event === null) throw new Error('not separated');
  const [a, b, c] = await persons('card');
  expect([a === b, b === c]).toEqual([true, false]);
  // The hospital sends the number again.
  await three('card', true);
  expect(await persons('card')).toEqual([a, b, c]);
  await undoDecision(database.pool, separated.event, by());
  expect(new Set(await persons('card')).size).toBe(1);
});

test('what people said is not joined against by a later merger', async () => {
  const [one = '', two = '', other = ''] = await three('contrary');
  await mergePersons(database.pool, { one, other: two }, by());
  const numbers = await numbersOf(one);
  const separated = await separatePatients(database.pool, one, [numbers.get('b') ?? 0], by());
  expect(fails(separated)).toBe('');
  await mergePersons(database.pool, { one, other }, by());
  expect(fails(await mergePersons(database.pool, { one: two, other: one }, by()))).toBe('');
  expect(new Set(await persons('contrary')).size).toBe(1);
});

test('a question is answered by who may see both sides, once', async () => {
  await three('张三丰');
  await findCandidates(database.pool);
  const all = { state: 'open' as const, kinds: [], id: null, after: null, limit: 50 };
  const asked = (await readMatches(database.pool, { ...all, hospitals: null })).filter(
    ({ one }) => one.patientId === '张三丰',
  );
  expect(asked).toHaveLength(3);
  expect(await readMatches(database.pool, { ...all, hospitals: ['a'] })).toEqual([]);
  const [ab, ...others] = asked.filter(
    ({ one, other }) => [one.hospital, other?.hospital].toSorted().join('') === 'ab',
  );
  expect(others).toEqual([]);
  const id = ab?.id ?? 0;
  expect(fails(await decideMatch(database.pool, id, true, by(['a', 'c'])))).toBe('absent');
  expect(fails(await decideMatch(database.pool, id, true, by(['a', 'b'])))).toBe('');
  expect(fails(await decideMatch(database.pool, id, true, by()))).toBe('decided');
  const [a, b, c] = await persons('张三丰');
  expect([a === b, b === c]).toEqual([true, false]);
  expect(await patientsOfPerson(database.pool, a ?? '')).toMatchObject([
    { how: 'confirmed' },
    { how: 'confirmed' },
  ]);
});

test('who is refused is not asked about again', async () => {
  await three('李四光');
  await findCandidates(database.pool);
  const all = { state: 'open' as const, kinds: [], id: null, after: null, limit: 50, hospitals: null };
  const of = async () =>
    (await readMatches(database.pool, all)).filter(({ one }) => one.patientId === '李四光');
  for (const { id } of await of()) await decideMatch(database.pool, id, false, by());
  await database.pool.query('UPDATE patient SET match_keys = NULL');
  await findCandidates(database.pool);
  expect(await of()).toEqual([]);
  expect(new Set(await persons('李四光')).size).toBe(3);
});
