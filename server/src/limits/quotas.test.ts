import { countUsage, createApiKey } from '@hutong/storage-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { aCtStudy } from '../../../test/factories/index.ts';
import type { UsageBody } from '../contract/limits.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let store = '';
let region = '';
let ofHospital = '';
beforeAll(async () => {
  server = await startTestServer();
  store = await server.hospitalKey('a');
  await server.hospitalKey('b');
  region = (await createApiKey(server.index, { hospital: null, scopes: ['admin'] })).secret;
  ofHospital = (await createApiKey(server.index, { hospital: 'a', scopes: ['admin'] })).secret;
});
afterAll(() => server.close());

const ask = (key: string, method: string, path: string, body?: object): Promise<Response> =>
  fetch(`${server.url}/api${path}`, {
    method,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
const usage = async (key: string): Promise<UsageBody> =>
  (await (await ask(key, 'GET', '/usage')).json()) as UsageBody;
const push = (seed: string) =>
  postStore(`${server.url}/dicomweb`, multipartBody(aCtStudy({ seed }).instances.map(({ bytes }) => bytes)), {
    key: store,
  });

test('what a hospital stores is counted as it comes, and the count of all agrees', async () => {
  expect((await push('first')).status).toBe(200);
  const counted = async (): Promise<number> => (await usage(ofHospital)).hospitals[0]?.bytes ?? 0;
  await expect.poll(counted, { timeout: 15_000 }).toBeGreaterThan(0);
  const asItCame = (await usage(ofHospital)).hospitals[0];
  await countUsage(server.index);
  const [afterwards] = (await usage(ofHospital)).hospitals;
  expect(afterwards).toMatchObject({ bytes: asItCame?.bytes, instances: asItCame?.instances, studies: 1 });
  expect(afterwards?.countedAt).not.toBeNull();
});

test('a hospital that has stored as much as it may is told so, and stores again when it may store more', async () => {
  expect((await ask(region, 'PUT', '/usage/a', { maxBytes: 1000 })).status).toBe(204);
  const refused = async (): Promise<number> => (await push('second')).status;
  await expect.poll(refused, { timeout: 25_000 }).toBe(507);
  const answer = await push('third');
  expect(JSON.parse(answer.text)).toMatchObject({
    code: 'quota-exceeded',
    detailZh: '本院存储配额已用完，请联系区域管理员扩容。',
  });
  expect((await ask(region, 'PUT', '/usage/a', { maxBytes: null })).status).toBe(204);
  await expect.poll(refused, { timeout: 25_000 }).toBe(200);
}, 60_000);

test('a hospital sees its own usage; only the region says how much it may be', async () => {
  const own = await usage(ofHospital);
  expect([own.hospitals.map(({ hospital }) => hospital.code), own.maySet]).toEqual([['a'], false]);
  expect((await usage(region)).hospitals.map(({ hospital }) => hospital.code)).toEqual(['a', 'b']);
  expect((await ask(ofHospital, 'PUT', '/usage/a', { maxBytes: null })).status).toBe(403);
});

test.each([[{ maxBytes: 0 }], [{ maxBytes: 1.5 }], [{ maxBytes: '1' }], [{}], [{ maxBytes: 1, more: 1 }]])(
  'a quota that is none is refused: %j',
  async (body) => {
    expect((await ask(region, 'PUT', '/usage/a', body)).status).toBe(400);
  },
);

test('a hospital that is not known has no quota', async () => {
  expect((await ask(region, 'PUT', '/usage/nowhere', { maxBytes: 1 })).status).toBe(404);
});
