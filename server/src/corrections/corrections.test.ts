import { createApiKey, type KeyScope, type ObjectStore, ObjectStoreFull } from '@hutong/storage-config';
import { afterAll, beforeAll, beforeEach, expect, test } from 'vitest';
import { aCtStudy, anInstance, type FactoryStudy, uidFrom } from '../../../test/factories/index.ts';
import type { CorrectionsPage, KeptAsidePage } from '../contract.ts';
import { multipartBody, postStore, sha256, startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
const keys = { store: '', read: '', correct: '', other: '', region: '' };

let full = false;

/** The real store, without room for tombstones when a test says so. */
const wrapObjects = (objects: ObjectStore): ObjectStore =>
  new Proxy(objects, {
    get(target, name) {
      if (name === 'put' && full) return () => Promise.reject(new ObjectStoreFull('full'));
      const value: unknown = Reflect.get(target, name);
      return typeof value === 'function' ? (value.bind(target) as unknown) : value;
    },
  });

beforeAll(async () => {
  server = await startTestServer({ wrapObjects });
  keys.store = await server.hospitalKey('h1', ['store', 'read']);
  keys.other = await server.hospitalKey('h2', ['store', 'read', 'correct']);
  const key = async (hospital: string | null, scopes: KeyScope[], label: string) =>
    (await createApiKey(server.index, { hospital, scopes, label })).secret;
  keys.correct = await key('h1', ['store', 'read', 'correct'], 'PACS of h1');
  keys.read = await key('h1', ['read'], 'reader');
  keys.region = await key(null, ['read'], 'region');
});
afterAll(() => server.close());

let number = 0;
let study: FactoryStudy;
beforeEach(async () => {
  number += 1;
  study = aCtStudy({ seed: `routes ${number}` });
  await put(study);
});

const put = (one: FactoryStudy, key = keys.store) =>
  postStore(`${server.url}/dicomweb`, multipartBody(one.instances.map(({ bytes }) => bytes)), { key });

interface Asked {
  key?: string;
  method?: string;
  body?: unknown;
  headers?: Record<string, string>;
}

const ask = (path: string, { key = keys.correct, method = 'GET', body, headers = {} }: Asked = {}) =>
  fetch(server.url + path, {
    method,
    headers: {
      Authorization: `Bearer ${key}`,
      ...(body === undefined ? {} : { 'Content-Type': 'application/json' }),
      ...headers,
    },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const reason = { code: 'WRONG_PATIENT', text: '王医生要求' };
const remove = (path: string, asked: Asked = {}) =>
  ask(`/dicomweb/studies/${path}`, { method: 'DELETE', body: { reason }, ...asked });
const found = async (uid: string, key = keys.read) =>
  (await ask(`/dicomweb/studies/${uid}/instances`, { key })).status === 200;
const history = async (uid: string, key = keys.correct) =>
  (await (await ask(`/api/studies/${uid}/history`, { key })).json()) as CorrectionsPage;

test('DELETE answers 204, again too, and nothing of the study is found', async () => {
  const uid = study.studyInstanceUid;
  for (let again = 0; again < 2; again += 1) expect((await remove(uid)).status).toBe(204);
  expect(await found(uid)).toBe(false);
  expect((await ask(`/dicomweb/studies/${uid}`, { key: keys.read })).status).toBe(404);
  const { events } = await history(uid);
  expect(events).toHaveLength(1);
  expect(events[0]).toMatchObject({
    kind: 'deleted',
    reason: { code: 'WRONG_PATIENT', text: '王医生要求' },
    author: { kind: 'machine', name: 'PACS of h1' },
    instances: 3,
    recoverable: true,
  });
});

test('a reason is needed: as a body, or as a header for clients without one', async () => {
  const uid = study.studyInstanceUid;
  const none = await ask(`/dicomweb/studies/${uid}`, { method: 'DELETE' });
  expect(none.status).toBe(400);
  expect(await none.json()).toMatchObject({ code: 'reason-missing' });
  for (const bad of [
    { code: 'NO_SUCH', text: '' },
    { code: 'OTHER', text: ' ' },
    { code: 'TEST', text: 'x'.repeat(501) },
  ])
    expect((await remove(uid, { body: { reason: bad } })).status).toBe(400);
  expect(await found(uid)).toBe(true);
  const headers = { 'Hutong-Reason': `OTHER; text=${encodeURIComponent('测试, 无效')}` };
  const answer = await ask(`/dicomweb/studies/${uid}`, { method: 'DELETE', headers });
  expect(answer.status).toBe(204);
  expect((await history(uid)).events[0]!.reason).toMatchObject({ code: 'OTHER', text: '测试, 无效' });
});

test('without room for the tombstone the answer is 503, and nothing is deleted', async () => {
  const uid = study.studyInstanceUid;
  full = true;
  const answer = await remove(uid);
  full = false;
  expect(answer.status).toBe(503);
  expect(answer.headers.get('retry-after')).not.toBeNull();
  expect(await found(uid)).toBe(true);
  expect((await history(uid)).events).toEqual([]);
  expect((await remove(uid)).status).toBe(204);
});

test('a body that is no JSON, or a path that is no UID, is answered 400', async () => {
  const uid = study.studyInstanceUid;
  const headers = { Authorization: `Bearer ${keys.correct}`, 'Content-Type': 'application/json' };
  const broken = await fetch(`${server.url}/dicomweb/studies/${uid}`, {
    method: 'DELETE',
    headers,
    body: '{"reason"',
  });
  expect(broken.status).toBe(400);
  expect((await remove('not-a-uid')).status).toBe(400);
});

test('only who may correct deletes; what a caller cannot see is absent for it', async () => {
  const uid = study.studyInstanceUid;
  expect((await remove(uid, { key: keys.read })).status).toBe(403);
  expect((await remove(uid, { key: keys.other })).status).toBe(404);
  expect((await remove(`${uid}/series/1.2.3`)).status).toBe(404);
  expect((await remove('1.2.3.4')).status).toBe(404);
  const [one] = study.instances;
  const wrongSeries = `${uid}/series/${uidFrom('elsewhere')}/instances/${one!.sopInstanceUid}`;
  expect((await remove(wrongSeries)).status).toBe(404);
  expect(await found(uid)).toBe(true);
});

test('a region that reads all may correct what it may correct', async () => {
  const uid = study.studyInstanceUid;
  await put(study, keys.other);
  const { secret } = await createApiKey(server.index, {
    hospital: null,
    scopes: ['read', 'correct'],
    label: 'QC',
  });
  const asked = (root: string) =>
    ask(`${root}/studies/${uid}`, { key: secret, method: 'DELETE', body: { reason } });
  expect((await asked('/hospitals/h2/dicomweb')).status).toBe(204);
  expect((await ask(`/hospitals/h1/dicomweb/studies?StudyInstanceUID=${uid}`, { key: secret })).status).toBe(
    200,
  );
  expect((await ask(`/hospitals/h2/dicomweb/studies?StudyInstanceUID=${uid}`, { key: secret })).status).toBe(
    204,
  );
  expect((await asked('/dicomweb')).status).toBe(204);
  expect((await ask(`/hospitals/h1/dicomweb/studies?StudyInstanceUID=${uid}`, { key: secret })).status).toBe(
    204,
  );
});

test('a copy that may be read but not corrected is 403', async () => {
  const uid = study.studyInstanceUid;
  const { id } = await createApiKey(server.index, { hospital: 'h2', scopes: ['correct'], label: 'x' });
  expect(id).not.toBe('');
  const { secret } = await createApiKey(server.index, {
    hospital: null,
    scopes: ['read'],
    label: 'reads all',
  });
  expect((await remove(uid, { key: secret })).status).toBe(403);
  expect(await found(uid)).toBe(true);
});

test('an instance or a series goes alone, and comes back byte for byte', async () => {
  const uid = study.studyInstanceUid;
  const [one, two] = study.instances;
  const path = `${uid}/series/${one!.seriesInstanceUid}/instances/${one!.sopInstanceUid}`;
  expect((await remove(path)).status).toBe(204);
  expect((await ask(`/dicomweb/studies/${path}`)).status).toBe(404);
  const other = await ask(`/dicomweb/studies/${path.replace(one!.sopInstanceUid, two!.sopInstanceUid)}`, {
    headers: { Accept: 'application/dicom' },
  });
  expect(sha256(new Uint8Array(await other.arrayBuffer()))).toBe(sha256(two!.bytes));

  const sent = await put(study);
  expect(sent.status).toBe(202);
  expect(sent.failed).toMatchObject([{ sopInstanceUid: one!.sopInstanceUid, reason: 0x0124 }]);

  expect((await ask(`/api/studies/${uid}/recover`, { method: 'POST', body: {} })).status).toBe(400);
  const recover = { method: 'POST', body: { reason: { code: 'MISTAKE' } } };
  expect((await ask(`/api/studies/${uid}/recover`, { ...recover, key: keys.read })).status).toBe(403);
  expect((await ask(`/api/studies/${uid}/recover`, { ...recover, key: keys.other })).status).toBe(404);
  const answer = await ask(`/api/studies/${uid}/recover`, recover);
  expect(answer.status).toBe(200);
  expect(((await answer.json()) as { events: number[] }).events).toHaveLength(1);
  const back = await ask(`/dicomweb/studies/${path}`, { headers: { Accept: 'application/dicom' } });
  expect(sha256(new Uint8Array(await back.arrayBuffer()))).toBe(sha256(one!.bytes));
  expect((await put(study)).status).toBe(200);
  expect(await (await ask(`/api/studies/${uid}/recover`, recover)).json()).toEqual({ events: [] });
});

test('a corrected re-send is a new version, and the one before can be had by who may correct', async () => {
  const uid = study.studyInstanceUid;
  const corrected = aCtStudy({ seed: `routes ${number}`, overrides: { PatientName: 'Xin^Ming' } });
  expect((await put(corrected, keys.correct)).status).toBe(200);
  const list = await ask(`/dicomweb/studies?StudyInstanceUID=${uid}`, {
    headers: { Accept: 'application/dicom+json' },
  });
  expect(JSON.stringify(await list.json())).toContain('Xin^Ming');
  const { events } = await history(uid);
  expect(events[0]).toMatchObject({ kind: 'corrected', instances: 3 });
  const version = events[0]!.versions.find(
    ({ sopInstanceUid }) => sopInstanceUid === study.instances[0]!.sopInstanceUid,
  );
  expect(version).toMatchObject({ why: 'corrected', retrievable: true, recovered: false });
  const former = await ask(`/api/studies/${uid}/versions/${version!.id}`);
  expect(former.headers.get('content-type')).toBe('application/dicom');
  expect(sha256(new Uint8Array(await former.arrayBuffer()))).toBe(sha256(study.instances[0]!.bytes));
  expect((await ask(`/api/studies/${uid}/versions/${version!.id}`, { key: keys.store })).status).toBe(403);
  expect((await ask(`/api/studies/${uid}/versions/${version!.id}`, { key: keys.other })).status).toBe(404);
  expect((await ask(`/api/studies/1.2.3/versions/${version!.id}`)).status).toBe(404);
  expect((await ask(`/api/studies/${uid}/versions/x`)).status).toBe(404);
  // On record at the hospital, where the patient's access history finds it.
  const { rows } = await server.index.query(
    `SELECT DISTINCT hospital_code AS hospital FROM audit_event WHERE action = 'retrieve' AND study_instance_uid = $1`,
    [uid],
  );
  expect(rows).toEqual([{ hospital: 'h1' }]);
  expect((await history(uid, keys.other)).events).toEqual([]);
  expect((await history(uid, keys.read)).events[0]!.versions[0]).toMatchObject({ retrievable: false });
});

test('what is kept aside is listed with what differs, and accepted or discarded', async () => {
  const uid = study.studyInstanceUid;
  const other = aCtStudy({
    seed: `routes ${number}`,
    overrides: { PatientName: 'Bie^Ren', PatientSex: undefined },
  });
  expect((await put(other)).status).toBe(409);
  const list = async (key: string, query = `?study=${uid}`) =>
    (await (await ask(`/api/kept-aside${query}`, { key })).json()) as KeptAsidePage;
  const { entries } = await list(keys.read);
  expect(entries).toHaveLength(3);
  expect(entries[0]).toMatchObject({ kind: 'DIFFERENT_DATASET', hospital: { code: 'h1' }, mayDecide: false });
  expect(entries[0]!.differences!.attributes).toEqual([
    { path: '00100010', keyword: 'PatientName', vr: 'PN', current: 'Ceshi^Yi=测试^一', keptAside: 'Bie^Ren' },
    { path: '00100040', keyword: 'PatientSex', vr: 'CS', current: 'O', keptAside: null },
  ]);
  expect((await list(keys.other)).entries).toEqual([]);
  const first = await list(keys.correct, `?study=${uid}&limit=2`);
  expect(first.entries).toHaveLength(2);
  expect((await list(keys.correct, `?study=${uid}&limit=2&before=${first.next}`)).entries).toHaveLength(1);

  const { secret: blind } = await createApiKey(server.index, {
    hospital: 'h1',
    scopes: ['correct', 'read'],
    label: 'b',
  });
  const facets = (await (await ask('/api/kept-aside/facets', { key: blind })).json()) as { total: number };
  expect(facets.total).toBeGreaterThanOrEqual(3);

  const [one, two] = entries;
  const decide = (id: number, decision: string, key = keys.correct) =>
    ask(`/api/kept-aside/${id}`, { key, method: 'POST', body: { decision, reason: { code: 'WRONG_DATA' } } });
  expect((await decide(one!.id, 'accept', keys.read)).status).toBe(403);
  expect((await decide(one!.id, 'accept', keys.other)).status).toBe(404);
  expect((await decide(one!.id, 'keep')).status).toBe(400);
  expect((await decide(one!.id, 'accept')).status).toBe(200);
  expect((await decide(one!.id, 'accept')).status).toBe(404);
  expect((await decide(two!.id, 'discard')).status).toBe(200);
  expect((await list(keys.read)).entries).toHaveLength(1);
  const listed = await ask(`/dicomweb/studies?StudyInstanceUID=${uid}`, {
    headers: { Accept: 'application/dicom+json' },
  });
  expect(JSON.stringify(await listed.json())).toContain('Bie^Ren');
  expect((await history(uid)).events.map(({ kind }) => kind)).toEqual(['discarded', 'accepted']);
});

test('a version of another series is moved when it is accepted', async () => {
  const [one] = study.instances;
  const series = uidFrom(`moved ${number}`);
  const elsewhere = uidFrom(`moved study ${number}`);
  const moved = anInstance(
    { SeriesInstanceUID: series, StudyInstanceUID: elsewhere, SOPInstanceUID: one!.sopInstanceUid },
    { seed: `routes ${number}` },
  );
  const sent = await postStore(`${server.url}/dicomweb`, multipartBody([moved.bytes]), { key: keys.correct });
  expect(sent.failed).toMatchObject([{ reason: 0x0111 }]);
  const { entries } = (await (await ask(`/api/kept-aside?study=${elsewhere}`)).json()) as KeptAsidePage;
  expect(entries).toMatchObject([
    { kind: 'OTHER_SERIES', current: { studyInstanceUid: study.studyInstanceUid } },
  ]);
  const accepted = await ask(`/api/kept-aside/${entries[0]!.id}`, {
    method: 'POST',
    body: { decision: 'accept', reason: { code: 'WRONG_STUDY' } },
  });
  expect(accepted.status).toBe(200);
  expect(
    (await ask(`/dicomweb/studies/${elsewhere}/series/${series}/instances/${one!.sopInstanceUid}`)).status,
  ).toBe(200);
  const rest = await ask(`/dicomweb/studies/${study.studyInstanceUid}/instances`, {
    headers: { Accept: 'application/json' },
  });
  expect(await rest.json()).toHaveLength(2);
  expect((await history(study.studyInstanceUid)).events).toMatchObject([
    { kind: 'accepted', studyInstanceUid: elsewhere },
  ]);
});

interface Recorded {
  action: string;
  hospital: string;
  patient: string;
  study: string;
  series: string;
  count: number;
  detail: Record<string, unknown>;
}
const recorded = async (action: string, uid: string): Promise<Recorded[]> =>
  (
    await server.index.query<Recorded>(
      `SELECT action, hospital_code AS hospital, patient_id AS patient, study_instance_uid AS study,
              series_instance_uid AS series, count, detail::jsonb AS detail
         FROM audit_event WHERE action = $1 AND study_instance_uid = $2 ORDER BY sequence`,
      [action, uid],
    )
  ).rows;

test('below the root of the region a copy of another patient stays, and goes below the root of its hospital', async () => {
  const uid = study.studyInstanceUid;
  const overrides = { PatientID: 'another', PatientName: 'Another^Patient' };
  await put(aCtStudy({ seed: `routes ${number}`, overrides }), keys.other);
  const { secret: region } = await createApiKey(server.index, {
    hospital: null,
    scopes: ['read', 'correct'],
    label: 'QC of two patients',
  });
  const remaining = async (hospital: string) =>
    (await ask(`/hospitals/${hospital}/dicomweb/studies/${uid}/instances`, { key: region })).status;
  const removeBelow = (root: string) =>
    ask(`${root}/dicomweb/studies/${uid}`, { key: region, method: 'DELETE', body: { reason } });
  expect((await removeBelow('')).status).toBe(204);
  expect([await remaining('h1'), await remaining('h2')]).toEqual([204, 200]);
  expect(await recorded('delete', uid)).toMatchObject([{ hospital: 'h1' }]);
  expect((await removeBelow('/hospitals/h2')).status).toBe(204);
  expect(await remaining('h2')).toBe(204);
});

test('the record of a deletion and of a recovery says whose study it was and how much, at each hospital', async () => {
  const uid = study.studyInstanceUid;
  const patient = `P-routes ${number}`;
  await put(study, keys.other);
  const { secret: region } = await createApiKey(server.index, {
    hospital: null,
    scopes: ['read', 'correct'],
    label: 'QC',
  });
  const removed = { key: region, method: 'DELETE', body: { reason } };
  expect((await ask(`/dicomweb/studies/${uid}`, removed)).status).toBe(204);
  const whole = (hospital: string) => ({ hospital, patient, study: uid, series: '', count: 3 });
  expect(await recorded('delete', uid)).toMatchObject([whole('h1'), whole('h2')]);
  expect((await recorded('delete', uid))[0]!.detail).not.toHaveProperty('sopInstanceUid');

  const recover = { key: region, method: 'POST', body: { reason: { code: 'MISTAKE' } } };
  expect((await ask(`/api/studies/${uid}/recover`, recover)).status).toBe(200);
  expect(await recorded('recover', uid)).toMatchObject([whole('h1'), whole('h2')]);

  const [one] = study.instances;
  const path = `${uid}/series/${one!.seriesInstanceUid}/instances/${one!.sopInstanceUid}`;
  expect((await remove(path)).status).toBe(204);
  expect((await recorded('delete', uid)).at(-1)).toMatchObject({
    ...whole('h1'),
    series: one!.seriesInstanceUid,
    count: 1,
    detail: { sopInstanceUid: one!.sopInstanceUid },
  });

  const { secret: auditor } = await createApiKey(server.index, { hospital: 'h1', scopes: ['audit'] });
  const told = await ask('/api/audit?action=recover', { key: auditor });
  expect(JSON.stringify(await told.json())).toContain(uid);
  const xml = await (
    await ask('/api/audit?action=delete', { key: auditor, headers: { Accept: 'application/xml' } })
  ).text();
  // PS3.15 Table A.5.3.8-1: one patient.
  expect(xml).toContain(`ParticipantObjectID="${patient}^^^h1"`);
  expect(xml).not.toContain(Buffer.from('null').toString('base64'));
});

test('the record of a decision about what was kept aside says whose study it is', async () => {
  const uid = study.studyInstanceUid;
  await put(aCtStudy({ seed: `routes ${number}`, overrides: { PatientName: 'Bie^Ren' } }));
  const { entries } = (await (await ask(`/api/kept-aside?study=${uid}`)).json()) as KeptAsidePage;
  const body = { decision: 'discard', reason: { code: 'DUPLICATE' } };
  expect((await ask(`/api/kept-aside/${entries[0]!.id}`, { method: 'POST', body })).status).toBe(200);
  expect(await recorded('correct', uid)).toMatchObject([
    { hospital: 'h1', patient: `P-routes ${number}`, series: entries[0]!.seriesInstanceUid, count: 1 },
  ]);
});

test('recovering what was recovered by another event answers 409, and says so', async () => {
  const uid = study.studyInstanceUid;
  await remove(uid);
  const recover = (event?: number) =>
    ask(`/api/studies/${uid}/recover`, { method: 'POST', body: { event, reason: { code: 'MISTAKE' } } });
  const [deletion] = (await history(uid)).events;
  expect((await recover()).status).toBe(200);
  const again = await recover(deletion!.id);
  expect(again.status).toBe(409);
  expect(await again.json()).toMatchObject({ code: 'nothing-to-recover' });
  expect((await history(uid)).events).toMatchObject([
    { kind: 'recovered', recoverable: false },
    { kind: 'deleted', recoverable: false },
  ]);
});

test('what was deleted is refused when it is sent again by who may correct', async () => {
  const uid = study.studyInstanceUid;
  await remove(uid);
  const sent = await put(study, keys.correct);
  expect(sent.status).toBe(409);
  expect(sent.failed.map(({ reason }) => reason)).toEqual([0x0124, 0x0124, 0x0124]);
  expect(await found(uid)).toBe(false);
});

test('nothing of a reason or of a patient gets into the log', () => {
  const log = JSON.stringify(server.logged);
  expect(server.logged.length).toBeGreaterThan(0);
  expect(log).not.toMatch(/王医生|Ceshi|Bie\^Ren/);
});
