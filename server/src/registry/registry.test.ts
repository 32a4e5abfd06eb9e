import { createApiKey } from '@hutong/storage-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Problem } from '../contract.ts';
import type {
  EvaluationMatrixBody,
  EvaluationsPage,
  ExpiringBody,
  RegistryBody,
  RegistryImportBody,
} from '../contract/registry.ts';
import { startTestServer, type TestServer } from '../testing.ts';
import { aPerson, send } from '../testingPeople.ts';

const DEFAULT = '龙南市';
let server: TestServer;
let region: string;
let admin: string;
let ofA: string;

beforeAll(async () => {
  server = await startTestServer();
  for (const code of ['a', 'b']) await server.hospitalKey(code);
  const key = async (hospital: string | null, scopes: ('registry' | 'admin')[]) =>
    (await createApiKey(server.index, { hospital, scopes })).secret;
  region = await key(null, ['registry']);
  admin = await key(null, ['registry', 'admin']);
  ofA = await key('a', ['registry']);
});
afterAll(() => server.close());

const ask = (method: string, path: string, key: string, body?: unknown): Promise<Response> =>
  fetch(`${server.url}/api/registry${path}`, {
    method,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const get = async <T>(path: string, key = region): Promise<T> => {
  const answer = await ask('GET', path, key);
  expect(answer.status).toBe(200);
  expect(answer.headers.get('cache-control')).toBe('no-store');
  return (await answer.json()) as T;
};
const today = new Date(Date.now() + 8 * 3_600_000).toISOString().slice(0, 10);
const daysAgo = (days: number) => new Date(Date.parse(today) - days * 86_400_000).toISOString().slice(0, 10);
const evaluation = (change: object = {}) => ({
  hospital: 'a',
  items: ['CT-05'],
  evaluatedAt: daysAgo(30),
  result: 'passed',
  ...change,
});

test('S0: evaluations are entered for the region, and never by the hospital itself', async () => {
  const refused = await ask('POST', '/evaluations', ofA, evaluation());
  expect(refused.status).toBe(403);
  expect(((await refused.json()) as Problem).detailZh).toContain('不能自评');
  const made = await ask('POST', '/evaluations', region, evaluation());
  expect(made.status).toBe(201);
  const { evaluations } = (await made.json()) as EvaluationsPage;
  expect(evaluations).toMatchObject([{ hospital: 'a', item: 'CT-05', scope: DEFAULT, revoked: null }]);
});

test('S0: people of a quality centre enter what it evaluated, of its items and scope alone', async () => {
  const centre = { code: 'ct', nameZh: 'CT质控', nameEn: 'CT', scope: DEFAULT, modalities: ['CT'] };
  expect((await ask('PUT', '/centres', ofA, centre)).status).toBe(403);
  expect((await ask('PUT', '/centres', region, centre)).status).toBe(204);
  const person = await aPerson(server, [{ role: 'qualityControl', hospital: 'a' }]);
  const enter = (change: object) =>
    send<EvaluationsPage>(server, 'POST', '/registry/evaluations', person.cookie, evaluation(change));
  expect((await enter({ hospital: 'b', items: ['CT-02'] })).status).toBe(403);
  const people = { code: 'ct', usernames: [person.username] };
  expect(
    (await ask('PUT', '/centres/people', region, { code: 'ct', usernames: ['nobody.here'] })).status,
  ).toBe(400);
  expect((await ask('PUT', '/centres/people', region, people)).status).toBe(204);
  const made = await enter({ hospital: 'b', items: ['CT-02'] });
  expect([made.status, made.body.evaluations[0]?.centre]).toEqual([201, 'ct']);
  expect((await enter({ hospital: 'b', items: ['MR-02'] })).status).toBe(403);
  const { may } = (await send<RegistryBody>(server, 'GET', '/registry', person.cookie)).body;
  expect(may).toMatchObject({ keepRegion: false, centres: ['ct'], deviceHospitals: ['a'] });
  const id = made.body.evaluations[0]?.id ?? 0;
  const revoke = () =>
    send(server, 'POST', `/registry/evaluations/${id}/revoke`, person.cookie, { reason: '录错' });
  expect((await revoke()).status).toBe(200);
  expect((await ask('POST', '/centres/end', region, { code: 'ct' })).status).toBe(204);
  expect((await enter({ hospital: 'b', items: ['CT-02'] })).status).toBe(403);
});

test('the matrix shows where hospitals stand, own ones alone to who keeps those', async () => {
  await ask(
    'POST',
    '/evaluations',
    region,
    evaluation({ hospital: 'b', items: ['CT-01'], result: 'failed' }),
  );
  const matrix = await get<EvaluationMatrixBody>('/evaluations/matrix');
  expect([matrix.scope, matrix.day, matrix.hospitals]).toEqual([DEFAULT, today, ['a', 'b']]);
  expect(matrix.cells.map(({ hospital, item, state }) => [hospital, item, state])).toEqual([
    ['a', 'CT-05', 'valid'],
    ['b', 'CT-01', 'failed'],
  ]);
  const own = await get<EvaluationMatrixBody>('/evaluations/matrix', ofA);
  expect(own.hospitals).toEqual(['a']);
  expect(own.cells.map(({ hospital }) => hospital)).toEqual(['a']);
  expect(
    (await get<EvaluationsPage>('/evaluations', ofA)).evaluations.map(({ hospital }) => hospital),
  ).toEqual(['a']);
});

test('S0: an evaluation of half a year is warned of 30 days before its end', async () => {
  await ask(
    'POST',
    '/evaluations',
    region,
    evaluation({ items: ['MR-01'], evaluatedAt: daysAgo(170), validUntil: daysAgo(-12) }),
  );
  const { days, evaluations } = await get<ExpiringBody>('/expiring', ofA);
  expect(days).toBe(30);
  expect(evaluations).toMatchObject([{ hospital: 'a', item: 'MR-01', daysLeft: 12 }]);
  expect((await get<ExpiringBody>('/expiring?days=5')).evaluations).toEqual([]);
  expect((await get<RegistryBody>('', ofA)).expiring).toBe(1);
  const metrics = (await createApiKey(server.index, { hospital: null, scopes: ['metrics'] })).secret;
  const scrape = await fetch(`${server.url}/metrics`, { headers: { Authorization: `Bearer ${metrics}` } });
  expect(await scrape.text()).toContain('hutong_qualifications_expiring{hospital="a"} 1');
});

test('what was entered by mistake is taken back with a reason, and stays readable', async () => {
  const made = await ask('POST', '/evaluations', region, evaluation({ items: ['CT-07'], hospital: 'b' }));
  const id = ((await made.json()) as EvaluationsPage).evaluations[0]?.id ?? 0;
  const revoke = (key: string, body: object) => ask('POST', `/evaluations/${id}/revoke`, key, body);
  expect((await revoke(region, {})).status).toBe(400);
  expect((await revoke(ofA, { reason: '录错' })).status).toBe(404);
  expect((await revoke(region, { reason: '录错' })).status).toBe(200);
  expect((await revoke(region, { reason: '录错' })).status).toBe(409);
  const of = async (revoked: boolean) =>
    (await get<EvaluationsPage>(`/evaluations?hospital=b&item=CT-07&revoked=${revoked}`)).evaluations;
  expect(await of(false)).toEqual([]);
  expect(await of(true)).toMatchObject([{ id, revoked: { reason: '录错' } }]);
  const { rows } = await server.index.query<{ count: number }>(
    `SELECT count(*)::int AS count FROM audit_event WHERE action = 'configure' AND detail LIKE $1`,
    [`%"revoked":${id},%`],
  );
  expect(rows[0]?.count).toBe(1);
});

test('the document of an evaluation is a file of a known kind, once, and for who sees the evaluation', async () => {
  const [one] = (await get<EvaluationsPage>('/evaluations?hospital=a&item=CT-05')).evaluations;
  const put = (key: string, bytes: Buffer) =>
    fetch(`${server.url}/api/registry/evaluations/${one?.id ?? 0}/document`, {
      method: 'PUT',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/pdf' },
      body: new Uint8Array(bytes),
    });
  const pdf = Buffer.from('%PDF-1.7 ...');
  expect((await put(region, Buffer.from('<script>'))).status).toBe(400);
  expect((await put(ofA, pdf)).status).toBe(403);
  expect((await put(region, pdf)).status).toBe(204);
  expect((await put(region, pdf)).status).toBe(409);
  const got = await ask('GET', `/evaluations/${one?.id ?? 0}/document`, ofA);
  expect([got.headers.get('content-type'), Buffer.from(await got.arrayBuffer())]).toEqual([
    'application/pdf',
    pdf,
  ]);
  const ofB = (await createApiKey(server.index, { hospital: 'b', scopes: ['registry'] })).secret;
  expect((await ask('GET', `/evaluations/${one?.id ?? 0}/document`, ofB)).status).toBe(404);
});

test('hospitals are added and renamed by administrators, levels kept by the registry, with their history', async () => {
  const added = { code: 'c', nameZh: '丙医院', level: '二甲', region: '360783' };
  expect((await ask('POST', '/hospitals', region, added)).status).toBe(403);
  expect((await ask('POST', '/hospitals', admin, { ...added, level: '很好' })).status).toBe(400);
  expect((await ask('POST', '/hospitals', admin, added)).status).toBe(201);
  expect((await ask('POST', '/hospitals', admin, added)).status).toBe(409);
  expect((await ask('PATCH', '/hospitals/c', region, { nameZh: '丁' })).status).toBe(403);
  expect((await ask('PATCH', '/hospitals/c', ofA, { level: '三甲' })).status).toBe(403);
  expect((await ask('PATCH', '/hospitals/zz', region, { level: '三甲' })).status).toBe(404);
  expect((await ask('PATCH', '/hospitals/c', region, { level: '三甲' })).status).toBe(204);
  const { hospitals } = await get<RegistryBody>('');
  expect(hospitals.find(({ code }) => code === 'c')).toMatchObject({
    level: '三级甲等',
    tier: 3,
    grade: '甲',
  });
  const { events } = await get<{ events: { kind: string; after: { level: string } }[] }>(
    '/hospitals/c/history',
  );
  expect(events.map(({ kind, after }) => [kind, after.level])).toEqual([
    ['hospital', '三级甲等'],
    ['hospital', '二级甲等'],
  ]);
  expect((await ask('GET', '/hospitals/c/history', ofA)).status).toBe(404);
});

test('scopes form a tree that crosses provinces and never closes to a ring, and are kept for the region', async () => {
  const put = (body: object, key = region) => ask('PUT', '/scopes', key, body);
  expect((await put({ name: '京津冀', kind: 'crossProvince' }, ofA)).status).toBe(403);
  expect((await put({ name: '京津冀', kind: 'crossProvince' })).status).toBe(204);
  expect((await put({ name: '河北省', kind: 'province', within: ['京津冀'] })).status).toBe(204);
  expect((await put({ name: '京津冀', within: ['河北省'] })).status).toBe(400);
  expect((await put({ name: '京津冀', within: ['火星'] })).status).toBe(400);
  const join = { scope: '河北省', hospital: 'b', day: daysAgo(10) };
  expect((await ask('POST', '/members', region, join)).status).toBe(204);
  expect((await ask('POST', '/members', region, join)).status).toBe(409);
  const { hospitals } = await get<RegistryBody>('');
  expect(hospitals.find(({ code }) => code === 'b')?.scopes).toEqual(['京津冀', '河北省', DEFAULT].sort());
  expect(
    (await ask('POST', '/members/end', region, { scope: '河北省', hospital: 'b', day: today })).status,
  ).toBe(204);
  expect((await ask('POST', '/scopes/end', region, { name: DEFAULT })).status).toBe(400);
  expect((await ask('POST', '/scopes/end', region, { name: '河北省' })).status).toBe(204);
});

test('alliances and their members come and go with their days', async () => {
  expect((await ask('PUT', '/alliances', region, { code: 'm', nameZh: '医联体', nameEn: 'M' })).status).toBe(
    204,
  );
  const member = { alliance: 'm', hospital: 'a' };
  expect((await ask('POST', '/alliance-members', region, member)).status).toBe(204);
  expect((await get<RegistryBody>('')).hospitals.find(({ code }) => code === 'a')?.alliances).toEqual(['m']);
  expect((await ask('POST', '/alliance-members/end', region, member)).status).toBe(204);
  expect((await ask('POST', '/alliance-members/end', region, member)).status).toBe(400);
});

test('a hospital enters the state tests of its own devices', async () => {
  const given = { hospital: 'a', serialNumber: 'SN-1', testedOn: daysAgo(360), result: 'passed' };
  expect((await ask('POST', '/device-tests', ofA, { ...given, hospital: 'b' })).status).toBe(404);
  const made = await ask('POST', '/device-tests', ofA, given);
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as { id: number };
  const { devices } = await get<{ devices: { serialNumber: string; state: string }[] }>('/devices', ofA);
  expect(devices).toMatchObject([{ serialNumber: 'SN-1', state: 'expiring' }]);
  expect((await get<ExpiringBody>('/expiring')).devices).toMatchObject([{ serialNumber: 'SN-1' }]);
  expect((await ask('POST', `/device-tests/${id}/revoke`, ofA, { reason: '录错' })).status).toBe(204);
  expect((await get<{ tests: unknown[] }>('/device-tests')).tests).toEqual([]);
});

test('S0: issuing is suspended and lifted for the region, and shown to the hospital', async () => {
  const given = { hospital: 'a', scope: DEFAULT, reason: '整改' };
  expect((await ask('POST', '/suspensions', ofA, given)).status).toBe(403);
  const made = await ask('POST', '/suspensions', region, given);
  expect(made.status).toBe(201);
  const { id } = (await made.json()) as { id: number };
  expect(
    (await get<EvaluationMatrixBody>('/evaluations/matrix', ofA)).cells.every(({ suspended }) => suspended),
  ).toBe(true);
  expect((await get<{ suspensions: object[] }>('/suspensions', ofA)).suspensions).toMatchObject([{ id }]);
  expect((await ask('POST', `/suspensions/${id}/lift`, ofA, { reason: '好了' })).status).toBe(403);
  expect((await ask('POST', `/suspensions/${id}/lift`, region, { reason: '合格' })).status).toBe(200);
  expect((await ask('POST', `/suspensions/${id}/lift`, region, { reason: '合格' })).status).toBe(409);
});

test('tables go out as workbooks, come in again, and are tried out without effect', async () => {
  const upload = async (table: string, bytes: BodyInit, key: string, dryRun = false) => {
    const answer = await fetch(`${server.url}/api/registry/import/${table}?dryRun=${dryRun}`, {
      method: 'POST',
      headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/octet-stream' },
      body: bytes,
    });
    return { status: answer.status, ...((await answer.json()) as RegistryImportBody) };
  };
  for (const table of ['hospitals', 'evaluations', 'deviceTests']) {
    for (const format of ['csv', 'xlsx']) {
      const file = await ask('GET', `/export/${table}?format=${format}&language=en`, admin);
      expect(file.headers.get('content-disposition')).toBe(`attachment; filename="${table}.${format}"`);
      const again = await upload(table, await file.arrayBuffer(), admin);
      expect(again).toMatchObject({ status: 200, added: 0, changed: 0, errors: [] });
      const template = await ask('GET', `/templates/${table}?format=${format}`, ofA);
      expect(template.status).toBe(200);
      const read = await upload(table, await template.arrayBuffer(), admin, true);
      expect(read.errors.filter(({ line }) => line < 2)).toEqual([]);
    }
  }
  const text = `医院,互认项目,评价日期,评价结果\nb,CT-21,${today},合格\n`;
  expect(await upload('evaluations', text, ofA)).toMatchObject({
    status: 400,
    added: 0,
    errors: [{ line: 2 }],
  });
  expect(await upload('evaluations', text, region, true)).toMatchObject({ status: 200, added: 1 });
  expect(await upload('evaluations', text, region)).toMatchObject({ status: 200, added: 1 });
  expect(await upload('evaluations', text, region)).toMatchObject({ status: 200, added: 0, unchanged: 1 });
  expect((await ask('GET', '/export/secrets', region)).status).toBe(404);
});

test.each([
  ['POST', '/evaluations', { ...evaluation(), evaluatedAt: 'soon' }],
  ['POST', '/evaluations', { ...evaluation(), items: ['XX-01'] }],
  ['POST', '/evaluations', { ...evaluation(), hospital: 'zz' }],
  ['POST', '/evaluations', { ...evaluation(), evaluatedAt: '2999-01-01' }],
  ['POST', '/evaluations', { ...evaluation(), centre: 'nobody' }],
  ['POST', '/suspensions', { hospital: 'a', reason: ' ' }],
  ['PUT', '/scopes', { name: '' }],
  ['PUT', '/centres', { code: 'x', nameZh: 'x', nameEn: 'x', scope: '火星' }],
])('%s %s with %j is answered 400', async (method, path, body) => {
  expect((await ask(method, path, region, body)).status).toBe(400);
});
