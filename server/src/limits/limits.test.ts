import { request } from 'node:http';
import { createApiKey } from '@hutong/storage-config';
import { afterEach, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';

/** How long to look for what comes soon on a busy machine. */
const SOON = { timeout: 15_000 };

let server: TestServer;
afterEach(() => server.close());

const ask = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(server.url + path, { headers });
const bearer = (secret: string) => ({ Authorization: `Bearer ${secret}` });

test('a caller who asks too often is told how long to wait, and others are not', async () => {
  server = await startTestServer({ env: { HUTONG_REQUESTS_PER_MINUTE: '3' } });
  const keys = await Promise.all([server.hospitalKey('a'), server.hospitalKey('b')]);
  const [runsWild, quiet] = keys;
  const statuses = [];
  for (let n = 0; n < 5; n += 1) statuses.push((await ask('/dicomweb/studies', bearer(runsWild))).status);
  expect(statuses).toEqual([204, 204, 204, 429, 429]);
  const refused = await ask('/api/worklist', bearer(runsWild));
  expect(refused.status).toBe(429);
  const seconds = Number(refused.headers.get('retry-after'));
  expect(seconds).toBeGreaterThan(0);
  expect(seconds).toBeLessThanOrEqual(60);
  expect(await refused.json()).toMatchObject({
    code: 'too-many-requests',
    detailZh: expect.stringContaining('秒后继续') as string,
  });
  expect((await ask('/dicomweb/studies', bearer(quiet))).status).toBe(204);
});

test('no more requests of one caller are worked on at once than allowed, and ended ones make room', async () => {
  server = await startTestServer({ env: { HUTONG_REQUESTS_AT_ONCE: '8' } });
  const key = await server.hospitalKey('a');
  const statusNow = async (): Promise<number> => (await ask('/dicomweb/studies', bearer(key))).status;
  // One more than may be worked on: one of them may come while the question below is.
  const unfinished = Array.from({ length: 9 }, () =>
    request(`${server.url}/dicomweb/studies`, {
      method: 'POST',
      headers: { ...bearer(key), 'Content-Type': 'application/dicom', 'Content-Length': '1000' },
    }),
  );
  for (const store of unfinished) {
    store.on('error', () => undefined);
    store.write('half a file');
  }
  await expect.poll(statusNow, SOON).toBe(429);
  for (const store of unfinished) store.destroy();
  await expect.poll(statusNow, SOON).toBe(204);
});

test('an address that shows wrong credentials again and again is told to wait; a right one still passes', async () => {
  server = await startTestServer({ env: { HUTONG_STRANGER_REQUESTS_PER_MINUTE: '4' } });
  const key = await server.hospitalKey('a');
  const statuses = [];
  for (let n = 0; n < 6; n += 1) statuses.push((await ask('/dicomweb/studies', bearer(`htk_${n}`))).status);
  expect(statuses).toEqual([401, 401, 401, 401, 429, 429]);
  expect((await ask('/dicomweb/studies', bearer(key))).status).toBe(204);
});

test('what needs no credential is not asked for without end by one address', async () => {
  server = await startTestServer({ env: { HUTONG_STRANGER_REQUESTS_PER_MINUTE: '2' } });
  const { secret } = await createApiKey(server.index, { hospital: null, scopes: ['read'] });
  const statuses = [];
  for (let n = 0; n < 3; n += 1) statuses.push((await ask('/api/openapi.json')).status);
  expect(statuses).toEqual([200, 200, 429]);
  expect((await ask('/cds-services')).status).toBe(429);
  expect((await ask('/api/openapi.json', bearer(secret))).status).toBe(200);
});

test('nor is a share by showing any credential, or from below its address', async () => {
  server = await startTestServer({ env: { HUTONG_STRANGER_REQUESTS_PER_MINUTE: '1' } });
  const open = () =>
    fetch(`${server.url}/api/share-sessions`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...bearer('htk_anything') },
      body: JSON.stringify({ token: 'htsh_guessed' }),
    });
  const statuses = [];
  for (let n = 0; n < 4; n += 1) statuses.push((await open()).status);
  statuses.push((await ask('/shares/abcdefghijkm/content')).status);
  statuses.push((await ask('/shares/abcdefghijkm/content')).status);
  expect(statuses).toEqual([404, 404, 404, 404, 404, 429]);
});
