/** Persons through real HTTP: the work-list, decisions and their undoing, other studies of the same person, and what nobody learns. */
import {
  findCandidates,
  makePatientsKnown,
  openPersonKeys,
  loadConfig,
  registerPatient,
  inTransaction,
} from '@hutong/storage-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy, type FactoryStudy } from '../../../test/factories/index.ts';
import type { AccessFound, GrantBody } from '../contract/access.ts';
import type {
  PersonBody,
  PersonDecided,
  PersonMatchDetail,
  PersonMatchesPage,
  PersonsFound,
  StudyPerson,
} from '../contract/persons.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';
import { aSignedInPerson, type Person, send } from '../testingPeople.ts';

/** Right by GB 11643: 1968-03-03, female. */
const ID_CARD = '362127196803032468';
let server: TestServer;
const stored: Record<string, FactoryStudy> = {};
let centre: Person, ofA: Person, doctor: Person;

async function work(): Promise<void> {
  const keys = openPersonKeys(loadConfig({ HUTONG_DATA: server.folder }));
  while ((await makePatientsKnown(server.index, keys)) + (await findCandidates(server.index)) > 0);
}

beforeAll(async () => {
  server = await startTestServer();
  for (const [hospital, PatientID] of [
    ['a', 'A-1'],
    ['b', 'B-1'],
    ['c', 'C-1'],
  ] as const) {
    const key = await server.hospitalKey(hospital);
    const study = aCtStudy({
      seed: hospital,
      slices: 1,
      overrides: { PatientName: 'ZHAO^LIU', PatientID, PatientBirthDate: '19680303', PatientSex: 'F' },
    });
    stored[hospital] = study;
    const answer = await postStore(
      `${server.url}/dicomweb`,
      multipartBody(study.instances.map(({ bytes }) => bytes)),
      {
        key,
      },
    );
    expect(answer.status).toBe(200);
  }
  centre = await aSignedInPerson(server, 'centre', [{ role: 'qualityControl', hospital: null }]);
  ofA = await aSignedInPerson(server, 'of.a', [{ role: 'qualityControl', hospital: 'a' }]);
  doctor = await aSignedInPerson(server, 'doctor', [{ role: 'clinician', hospital: 'a' }]);
  await work();
});
afterAll(() => server.close());

const matches = async (who: Person): Promise<PersonMatchesPage['matches']> =>
  (await send<PersonMatchesPage>(server, 'GET', '/person-matches', who.cookie)).body.matches;

const person = async (hospital: string, patientId: string): Promise<string> =>
  (await send<PersonsFound>(server, 'POST', '/persons/search', centre.cookie, { hospital, patientId })).body
    .persons[0]?.person ?? '';

const others = (who: Person, hospital: string) =>
  send<StudyPerson>(
    server,
    'GET',
    `/studies/${stored[hospital]?.studyInstanceUid ?? ''}/person?hospital=${hospital}`,
    who.cookie,
  );

test('who may decide on one side alone sees no question, and cannot answer it', async () => {
  const all = await matches(centre);
  expect(all).toHaveLength(3);
  expect(await matches(ofA)).toEqual([]);
  const id = all[0]?.id ?? 0;
  expect((await send(server, 'GET', `/person-matches/${id}`, ofA.cookie)).status).toBe(404);
  const answer = await send(server, 'POST', `/person-matches/${id}`, ofA.cookie, {
    same: true,
    reason: '核实',
  });
  expect(answer.status).toBe(404);
  expect((await matches(centre)).length).toBe(3);
});

test('a question shows both sides with their studies', async () => {
  const [match] = await matches(centre);
  const { body } = await send<PersonMatchDetail>(
    server,
    'GET',
    `/person-matches/${match?.id ?? 0}`,
    centre.cookie,
  );
  expect(body).toMatchObject({ kind: 'alike', name: 'same', birthDate: 'same', sex: 'same', state: 'open' });
  expect(body.oneStudies[0]).toMatchObject({ modalities: ['CT'], birthDate: '1968-03-03' });
  expect(body.otherStudies).toHaveLength(1);
});

test('a merger is decided with a reason, shown in the history, and undone', async () => {
  const [one, other] = [await person('a', 'A-1'), await person('b', 'B-1')];
  expect((await send(server, 'POST', '/persons/merge', centre.cookie, { one, other })).status).toBe(400);
  const merged = await send<PersonDecided>(server, 'POST', '/persons/merge', centre.cookie, {
    one,
    other,
    reason: '电话核实',
  });
  expect(merged.status).toBe(200);
  const page = await send<PersonBody>(server, 'GET', `/persons/${merged.body.person}`, centre.cookie);
  expect(page.body.patients.map(({ hospital, how }) => [hospital.code, how])).toEqual([
    ['a', 'confirmed'],
    ['b', 'confirmed'],
  ]);
  expect(page.body.events[0]).toMatchObject({ kind: 'merged', reason: '电话核实', undoable: true });
  // Another hospital's patient is as if it were not there.
  const own = await send<PersonBody>(server, 'GET', `/persons/${merged.body.person}`, ofA.cookie);
  expect(own.body.patients.map(({ hospital }) => hospital.code)).toEqual(['a']);
  expect(own.text).not.toContain('B-1');
  const undo = await send(server, 'POST', `/person-events/${merged.body.event ?? 0}/undo`, centre.cookie, {
    reason: '误操作',
  });
  expect(undo.status).toBe(200);
  expect(await person('b', 'B-1')).toBe(other);
});

test('searching for a patient of a hospital without the right finds nothing', async () => {
  const found = await send<PersonsFound>(server, 'POST', '/persons/search', ofA.cookie, {
    hospital: 'b',
    patientId: 'B-1',
  });
  expect(found.body.persons).toEqual([]);
});

test('other studies of the same person are those that may be found, and told without UID until they are open', async () => {
  const keys = openPersonKeys(loadConfig({ HUTONG_DATA: server.folder }));
  for (const [hospital, patientId] of [
    ['a', 'A-1'],
    ['b', 'B-1'],
    ['c', 'C-1'],
  ] as const)
    await inTransaction(server.index, (client) =>
      registerPatient(client, keys, {
        hospital,
        patientId,
        name: 'ZHAO^LIU',
        sex: 'F',
        birthDate: '19680303',
        identifiers: [{ kind: 'idCard', value: ID_CARD }],
        author: { kind: 'machine', id: 'his', name: 'HIS' },
      }),
    );
  // Without a label nothing of another hospital may be found.
  expect((await others(doctor, 'a')).body).toEqual({ known: true, person: null, studies: [] });
  await server.index.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     SELECT study_id, 'CT-01', '龙南市', '龙南市HR', 'applied', '', '', 'test' FROM study WHERE hospital_code = 'b'`,
  );
  const found = (await others(doctor, 'a')).body;
  expect(found.studies).toHaveLength(1);
  expect(found.studies[0]).toMatchObject({
    hospital: { code: 'b' },
    labels: ['龙南市HR'],
    openable: false,
    studyInstanceUid: null,
  });
  const region = (await others(centre, 'a')).body;
  expect(region.person).not.toBeNull();
  expect(region.studies.map(({ openable }) => openable)).toEqual([true, true]);
  expect((await others(doctor, 'b')).status).toBe(404);
});

test('digits of the document are compared with the number that the person bears, and opened by', async () => {
  const ask = async () =>
    (
      await send<AccessFound>(server, 'POST', '/access/search', doctor.cookie, {
        name: 'Zhao Liu',
        birthDate: '1968-03-03',
        sex: 'F',
      })
    ).body.studies[0]?.reference;
  const open = async (identityDigits: string) =>
    send<GrantBody>(server, 'POST', '/access/grants', doctor.cookie, {
      reference: await ask(),
      ground: 'patientPresent',
      birthDate: '1968-03-03',
      identityDigits,
      confirmed: true,
    });
  expect((await open('9999')).status).toBe(403);
  expect((await open(ID_CARD.slice(-4))).status).toBe(201);
  const opened = (await others(doctor, 'a')).body.studies[0];
  expect(opened).toMatchObject({ openable: true, studyInstanceUid: stored['b']?.studyInstanceUid });
  const { rows } = await server.index.query<{ compared: string }>(
    `SELECT evidence ->> 'identityDigitsCompared' AS compared FROM access_grant`,
  );
  expect(rows).toEqual([{ compared: 'same' }]);
});

test('neither log nor audit trail holds the number, a name or its digest', async () => {
  const { rows } = await server.index.query<{ all: string }>(
    'SELECT string_agg(e::text, $1) AS all FROM audit_event e',
    [' '],
  );
  const everything = JSON.stringify(server.logged) + (rows[0]?.all ?? '');
  expect(everything).not.toContain(ID_CARD);
  expect(everything).not.toContain('ZHAO');
});
