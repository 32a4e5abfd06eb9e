import { createApiKey } from '@hutong/storage-config';
import { pino } from 'pino';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { runExport } from '../../../workers/src/exports/exportStudy.ts';
import { openSecretBox } from '../../../storage-config/src/secretBox.ts';
import { aCtStudy, type FactoryStudy } from '../../../test/factories/index.ts';
import type {
  DataProtectionBody,
  ExportBody,
  ExportChoices,
  ExportPreview,
  ExportsPage,
} from '../contract/privacy.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';
import { aPerson, type Person, send } from '../testingPeople.ts';

let server: TestServer;
let ofA: string;
let ofB: string;
let storing: string;
let second: Person;
let study: FactoryStudy;

beforeAll(async () => {
  server = await startTestServer({ env: { HUTONG_EXPORT_RELEASE: 'on', HUTONG_EXPORT_KEEP_DAYS: '9' } });
  storing = await server.hospitalKey('a', ['store']);
  await server.hospitalKey('b', ['store']);
  study = aCtStudy({
    seed: 'exported',
    slices: 2,
    overrides: { PatientName: 'Miming^Lao', PatientID: 'GEHEIM-7' },
  });
  const body = multipartBody(study.instances.map(({ bytes }) => bytes));
  expect((await postStore(`${server.url}/dicomweb`, body, { key: storing })).status).toBe(200);
  const key = async (hospital: string) =>
    (await createApiKey(server.index, { hospital, scopes: ['export', 'read'] })).secret;
  [ofA, ofB] = [await key('a'), await key('b')];
  second = await aPerson(server, [{ role: 'administrator', hospital: 'a' }]);
});
afterAll(() => server.close());

const ask = (method: string, path: string, key: string, body?: unknown): Promise<Response> =>
  fetch(`${server.url}/api${path}`, {
    method,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const wish = (changes: object = {}) => ({
  project: 'LUNG-1',
  title: '结节',
  approval: 'EC-7',
  reason: '教学',
  filter: {},
  ...changes,
});
const make = async (key = ofA): Promise<ExportBody> => {
  const answer = await ask('POST', '/exports', key, wish());
  expect(answer.status).toBe(201);
  return (await answer.json()) as ExportBody;
};

test('an export is made, released by a second person, written, downloaded and on record study by study', async () => {
  const made = await make();
  expect(made).toMatchObject({ state: 'unreleased', studies: 1, mayRelease: false, mayDownload: false });
  expect((await ask('POST', `/exports/${made.id}/release`, ofA)).status).toBe(403);
  expect((await ask('GET', `/exports/${made.id}/archive`, ofA)).status).toBe(404);
  expect((await send(server, 'POST', `/exports/${made.id}/release`, second.cookie, {})).status).toBe(200);
  await write(made.id);
  const done = (await (await ask('GET', `/exports/${made.id}`, ofA)).json()) as ExportBody;
  expect(done).toMatchObject({ state: 'done', studiesDone: 1, instances: 2, mayDownload: true });
  const archive = await ask('GET', `/exports/${made.id}/archive`, ofA);
  expect(archive.headers.get('content-type')).toBe('application/zip');
  expect(archive.headers.get('cache-control')).toBe('no-store');
  const bytes = Buffer.from(await archive.arrayBuffer());
  expect(bytes.subarray(0, 2).toString()).toBe('PK');
  expect(bytes.toString('latin1')).not.toMatch(/Miming|GEHEIM-7/);
  const { rows } = await server.index.query<{ action: string; study: string; purpose: string }>(
    `SELECT action, study_instance_uid AS study, purpose FROM audit_event WHERE action = 'export' AND study_instance_uid <> ''`,
  );
  expect(rows).toEqual([{ action: 'export', study: study.studyInstanceUid, purpose: 'HRESCH' }]);
  expect((await ask('DELETE', `/exports/${made.id}`, ofA)).status).toBe(200);
  expect((await ask('GET', `/exports/${made.id}/archive`, ofA)).status).toBe(404);
});

test('nobody releases the own export by a key, nor that of the own key', async () => {
  const { username } = second;
  const { secret } = await createApiKey(server.index, {
    hospital: 'a',
    scopes: ['export'],
    author: { kind: 'person', id: username, name: username },
  });
  const byPerson = await send<ExportBody>(server, 'POST', '/exports', second.cookie, wish());
  expect((await ask('POST', `/exports/${byPerson.body.id}/release`, secret)).status).toBe(403);
  const byKey = await make(secret);
  expect((await send(server, 'POST', `/exports/${byKey.id}/release`, second.cookie, {})).status).toBe(403);
  const third = await aPerson(server, [{ role: 'administrator', hospital: 'a' }]);
  const released = await send<ExportBody>(server, 'POST', `/exports/${byKey.id}/release`, third.cookie, {});
  expect([released.status, released.body.state]).toEqual([200, 'waiting']);
  await ask('DELETE', `/exports/${byKey.id}`, ofA);
});

test('who may not read the studies sees no header of them in the preview', async () => {
  const { secret } = await createApiKey(server.index, { hospital: 'a', scopes: ['export'] });
  const answer = await ask('POST', '/exports/preview', secret, wish());
  expect(await answer.json()).toMatchObject({ studies: 1, example: null });
});

async function write(id: string): Promise<void> {
  const box = openSecretBox({
    dataDirectory: server.folder,
    databaseUrl: null,
    secretKey: null,
    secretKeyFile: null,
  });
  await runExport(
    {
      index: server.index,
      objects: server.objects,
      secrets: box,
      config: { exports: { keepDays: 9, maxStudies: 10, release: true } },
      log: pino({ level: 'silent' }),
    },
    id,
  );
}

test('the preview counts, and shows one header before and after', async () => {
  const answer = await ask('POST', '/exports/preview', ofA, wish());
  const { studies, instances, example } = (await answer.json()) as ExportPreview;
  expect([studies, instances]).toEqual([1, 2]);
  const name = example?.find(({ keyword }) => keyword === 'PatientName');
  expect(name?.before).toContain('Miming');
  expect(name?.after).toMatch(/^EXAMPLE-/);
});

test('nothing of an export shows to another hospital, and its studies are not exported from there', async () => {
  const made = await make();
  for (const [method, path] of [
    ['GET', `/exports/${made.id}`],
    ['DELETE', `/exports/${made.id}`],
    ['POST', `/exports/${made.id}/release`],
    ['GET', `/exports/${made.id}/archive`],
  ] as const)
    expect([method, path, (await ask(method, path, ofB)).status]).toEqual([method, path, 404]);
  expect(((await (await ask('GET', '/exports', ofB)).json()) as ExportsPage).exports).toEqual([]);
  const ofStudy = wish({ filter: { studies: [study.studyInstanceUid], hospitals: ['a'] } });
  expect((await ask('POST', '/exports', ofB, ofStudy)).status).toBe(409);
  expect(await (await ask('POST', '/exports/preview', ofB, ofStudy)).json()).toMatchObject({
    studies: 0,
    example: null,
  });
  const choices = (await (await ask('GET', '/exports/choices', ofB)).json()) as ExportChoices;
  expect(choices).toMatchObject({ hospitals: [{ code: 'b' }], modalities: [], keepDays: 9, release: true });
});

test.each([
  [{ approval: '' }],
  [{ reason: ' ' }],
  [{ project: '../x' }],
  [{ filter: { from: '2026' } }],
  [{ options: { dates: 'keep' } }],
  [{ options: { retainUids: true } }],
  [{ more: 1 }],
])('a body with %j is refused', async (changes) => {
  expect((await ask('POST', '/exports', ofA, wish(changes))).status).toBe(400);
});

test('the list of exports goes by pages', async () => {
  await make();
  const first = (await (await ask('GET', '/exports?limit=1', ofA)).json()) as ExportsPage;
  expect(first.exports).toHaveLength(1);
  const next = (await (
    await ask('GET', `/exports?limit=1&cursor=${first.next ?? ''}`, ofA)
  ).json()) as ExportsPage;
  expect(next.exports[0]?.id).not.toBe(first.exports[0]?.id);
});

test('everyone may read what is kept how long, as it is set', async () => {
  const answer = await fetch(`${server.url}/api/data-protection`);
  expect(answer.status).toBe(200);
  const body = (await answer.json()) as DataProtectionBody;
  expect(body).toMatchObject({ exportKeepDays: 9, deletedKeepDays: 30, inpatientYears: 30, contact: null });
});

test('the preview takes names in pinyin out of texts, as the worker does', async () => {
  const one = aCtStudy({
    seed: 'preview in pinyin',
    slices: 1,
    overrides: {
      PatientName: 'Doe=张^三丰',
      PatientID: 'PINYIN-1',
      ConvolutionKernel: 'B30 Zhang Sanfeng',
    },
  });
  const stored = await postStore(
    `${server.url}/dicomweb`,
    multipartBody(one.instances.map(({ bytes }) => bytes)),
    { key: storing },
  );
  expect(stored.status).toBe(200);
  const asked = wish({ filter: { studies: [one.studyInstanceUid] } });
  const { example } = (await (await ask('POST', '/exports/preview', ofA, asked)).json()) as ExportPreview;
  const kernel = example?.find(({ keyword }) => keyword === 'ConvolutionKernel');
  expect(kernel?.before).toBe('B30 Zhang Sanfeng');
  expect(kernel?.after?.trim()).toBe('B30');
});
