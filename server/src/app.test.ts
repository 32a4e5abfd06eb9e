import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { buffer } from 'node:stream/consumers';
import { brotliCompressSync } from 'node:zlib';
import { createApiKey, createSignInLink, revokeApiKey } from '@hutong/storage-config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { anInstance } from '../../test/factories/index.ts';
import { multipartBody, postStore, startTestServer, type TestServer } from './testing.ts';

const INLINE = 'import("./main.js");\r\n';
const INLINE_HASH = "'sha256-ucwW+3fv8OJVYLRkLh1iJfsGdLQqXj5EVH6q3Ck8cNQ='";

async function builtViewers(): Promise<{ folder: string; portal: string; ohif: string }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'hutong-viewers-'));
  const [portal, ohif] = [path.join(folder, 'portal'), path.join(folder, 'ohif')];
  await mkdir(path.join(portal, 'assets'), { recursive: true });
  await mkdir(ohif);
  await writeFile(
    path.join(portal, 'index.html'),
    `<!doctype html><title>portal</title><script>${INLINE}</script>`,
  );
  await writeFile(path.join(portal, 'assets/main-AbCd_123.js'), 'console.log("portal")');
  await writeFile(
    path.join(portal, 'assets/main-AbCd_123.js.br'),
    brotliCompressSync('console.log("portal")'),
  );
  await writeFile(path.join(portal, 'favicon.svg'), '<svg/>');
  await writeFile(path.join(portal, 's.html'), '<!doctype html><title>shared</title>');
  await writeFile(path.join(folder, 'secret.txt'), 'outside');
  await writeFile(path.join(ohif, 'index.html'), '<!doctype html><title>ohif</title>');
  await writeFile(path.join(ohif, '85860a3b40ae5d4d4ea8.wasm'), Buffer.from([0, 0x61, 0x73, 0x6d]));
  return { folder, portal, ohif };
}

/** A request that sends the path and headers exactly as given. */
function raw(
  url: string,
  options: { path?: string; method?: string; headers?: Record<string, string> } = {},
) {
  return new Promise<{ status: number; headers: IncomingMessage['headers']; body: Buffer }>(
    (resolve, reject) => {
      const sent = request(url, { ...options, agent: false }, (answer) => {
        buffer(answer).then((body) => {
          resolve({ status: answer.statusCode ?? 0, headers: answer.headers, body });
        }, reject);
      });
      sent.on('error', reject).end();
    },
  );
}

let viewers: Awaited<ReturnType<typeof builtViewers>>;
let server: TestServer;

beforeAll(async () => {
  viewers = await builtViewers();
  server = await startTestServer({ viewerDirectories: viewers });
});

afterAll(async () => {
  await server.close();
  await rm(viewers.folder, { recursive: true });
});

describe('static files', () => {
  test('the portal and the viewer answer their pages for every path that is no file', async () => {
    for (const page of ['/', '/studies/1.2/x', '/sign-in']) {
      const answer = await raw(server.url, { path: page.replace('1.2', 'one') });
      expect(answer.status).toBe(200);
      expect(answer.body.toString()).toContain('portal');
      expect(answer.headers['cache-control']).toBe('no-cache');
    }
    // A path with a page of its own.
    const shared = await raw(server.url, { path: '/s' });
    expect(shared.body.toString()).toContain('shared');
    expect(String(shared.headers['content-security-policy'])).toContain("frame-ancestors 'none'");
    for (const page of ['/viewer', '/viewer/', '/viewer/hutong?StudyInstanceUIDs=1.2.3'])
      expect((await raw(server.url, { path: page })).body.toString()).toContain('ohif');
  });

  test("a page's policy names its inline scripts and no foreign host", async () => {
    const { headers } = await raw(server.url, { path: '/' });
    const policy = String(headers['content-security-policy']);
    expect(policy).toContain(`script-src 'self' 'wasm-unsafe-eval' ${INLINE_HASH};`);
    expect(policy).toContain("frame-ancestors 'none'");
    expect(policy).not.toMatch(/https?:|unsafe-eval'(?<!wasm-unsafe-eval')/);
    expect(headers['x-content-type-options']).toBe('nosniff');
    expect(headers['referrer-policy']).toBe('no-referrer');
  });

  test('compressed twins are sent to who takes them, and names with a hash are cached for good', async () => {
    const file = '/assets/main-AbCd_123.js';
    const compressed = await raw(server.url, { path: file, headers: { 'accept-encoding': 'gzip, br' } });
    expect(compressed.headers['content-encoding']).toBe('br');
    expect(compressed.headers['cache-control']).toContain('immutable');
    expect(compressed.headers.vary).toContain('Accept-Encoding');
    const plain = await raw(server.url, { path: file });
    expect(plain.headers['content-encoding']).toBeUndefined();
    expect(plain.body.toString()).toBe('console.log("portal")');
    const known = await raw(server.url, {
      path: file,
      headers: { 'if-none-match': String(plain.headers.etag) },
    });
    expect(known.status).toBe(304);
    const wasm = await raw(server.url, { path: '/viewer/85860a3b40ae5d4d4ea8.wasm' });
    expect(wasm.headers['content-type']).toBe('application/wasm');
    expect(wasm.headers['cache-control']).toContain('immutable');
    expect((await raw(server.url, { path: '/favicon.svg' })).headers['cache-control']).toBe('no-cache');
  });

  test('no path leads outside of the folder', async () => {
    for (const attempt of [
      '/../secret.txt',
      '/%2e%2e/secret.txt',
      '/assets/..%2f..%2fsecret.txt',
      '//secret.txt',
      '/%00',
      '/%',
    ]) {
      const answer = await raw(server.url, { path: attempt });
      expect(answer.body.toString()).not.toContain('outside');
    }
  });

  test('a page says so when it has not been built', async () => {
    const bare = await startTestServer();
    const answer = await raw(bare.url, { path: '/' });
    expect(answer.status).toBe(503);
    expect(answer.body.toString()).toContain('npm run build');
    await bare.close();
  });
});

describe('addresses of programs', () => {
  test('answer problems, not pages, where nothing is', async () => {
    const key = await server.hospitalKey('nothing');
    const headers = { authorization: `Bearer ${key}` };
    for (const nowhere of [
      '/api/nothing',
      '/dicomweb/nothing',
      '/hospitals/nothing/dicomweb/nothing',
      '/hospitals/x',
      '/wado/nothing',
    ]) {
      const answer = await raw(server.url, { path: nowhere, headers });
      expect(answer.status).toBe(404);
      expect(answer.headers['content-type']).toContain('application/problem+json');
      expect(JSON.parse(answer.body.toString())).toMatchObject({ status: 404, code: 'not-found' });
    }
  });

  test('health and readiness need no credentials', async () => {
    expect((await raw(server.url, { path: '/healthz' })).status).toBe(200);
    const ready = await raw(server.url, { path: '/readyz' });
    expect(JSON.parse(ready.body.toString())).toEqual({ status: 'ok', index: 'ok', objects: 'ok' });
  });

  test('a well formed request id is kept, any other replaced', async () => {
    const kept = await raw(server.url, { path: '/healthz', headers: { 'x-request-id': 'trace-0123456789' } });
    expect(kept.headers['x-request-id']).toBe('trace-0123456789');
    const replaced = await raw(server.url, { path: '/healthz', headers: { 'x-request-id': 'a b<script>' } });
    expect(replaced.headers['x-request-id']).toMatch(/^[0-9a-f-]{36}$/);
  });
});

describe('API keys', () => {
  const studies = (headers: Record<string, string>, root = '/dicomweb') =>
    raw(server.url, { path: `${root}/studies`, headers }).then((answer) => answer.status);
  const { bytes } = anInstance({}, { seed: 'keys' });

  test('are taken as Bearer token and as password of Basic, and nothing else is', async () => {
    const key = await server.hospitalKey('keys');
    expect(await studies({ authorization: `Bearer ${key}` })).toBe(204);
    expect(await studies({ authorization: `Basic ${btoa(`any:${key}`)}` })).toBe(204);
    for (const authorization of [
      `Bearer ${key}x`,
      'Bearer',
      'Basic !',
      `Token ${key}`,
      'Bearer htk_',
      `Basic ${btoa(key)}`,
    ])
      expect(await studies({ authorization })).toBe(401);
    const without = await raw(server.url, { path: '/dicomweb/studies' });
    expect(without.status).toBe(401);
    expect(without.headers['www-authenticate']).toContain('Basic');
    const browser = await raw(server.url, {
      path: '/dicomweb/studies',
      headers: { 'sec-fetch-mode': 'cors' },
    });
    expect(browser.headers['www-authenticate']).not.toContain('Basic');
  });

  test('store for their own hospital only', async () => {
    const [ours, theirs] = [await server.hospitalKey('ours'), await server.hospitalKey('theirs')];
    const root = (hospital: string) => `${server.url}/hospitals/${hospital}/dicomweb`;
    const status = async (key: string, hospital: string) =>
      (await postStore(root(hospital), multipartBody([bytes]), { key })).status;
    expect(await status(ours, 'ours')).toBe(200);
    expect(await status(ours, 'theirs')).toBe(403);
    expect(await status(theirs, 'theirs')).toBe(200);
    const region = await createApiKey(server.index, { hospital: null, scopes: ['read'] });
    expect(await status(region.secret, 'ours')).toBe(403);
    expect(
      (await postStore(`${server.url}/dicomweb`, multipartBody([bytes]), { key: region.secret })).status,
    ).toBe(403);
  });

  test('read what their hospital stored, a key of the region reads all', async () => {
    const [one, other] = [await server.hospitalKey('one'), await server.hospitalKey('other')];
    await postStore(`${server.url}/dicomweb`, multipartBody([bytes]), { key: one });
    const region = await createApiKey(server.index, { hospital: null, scopes: ['read'] });
    const headers = (key: string) => ({ authorization: `Bearer ${key}` });
    expect(await studies(headers(one))).toBe(200);
    expect(await studies(headers(region.secret), '/hospitals/one/dicomweb')).toBe(200);
    expect(await studies(headers(other))).toBe(204);
    expect(await studies(headers(other), '/hospitals/one/dicomweb')).toBe(204);
    expect(await studies(headers(other), '/hospitals/unknown/dicomweb')).toBe(204);
  });

  test('do only what their scopes say', async () => {
    const [storeOnly, readOnly] = [
      await server.hospitalKey('so', ['store']),
      await server.hospitalKey('ro', ['read']),
    ];
    const post = (key: string) => postStore(`${server.url}/dicomweb`, multipartBody([bytes]), { key });
    expect((await post(storeOnly)).status).toBe(200);
    expect(await studies({ authorization: `Bearer ${storeOnly}` })).toBe(403);
    expect((await post(readOnly)).status).toBe(403);
  });

  test('end when they are revoked, within seconds', async () => {
    const { id, secret } = await createApiKey(server.index, { hospital: null, scopes: ['read'] });
    const authorization = `Bearer ${secret}`;
    expect(await studies({ authorization })).not.toBe(401);
    await revokeApiKey(server.index, id);
    await expect.poll(() => studies({ authorization })).toBe(401);
  });
});

describe('a sign-in link', () => {
  const session = (method: string, headers: Record<string, string> = {}, body?: unknown) =>
    fetch(`${server.url}/api/session`, {
      method,
      headers: { ...headers, ...(body === undefined ? {} : { 'Content-Type': 'application/json' }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });

  test('opens a session once; the session reads, does not store, and ends', async () => {
    const token = await createSignInLink(server.index, { subject: 'li.ming', ttlSeconds: 60 });
    const opened = await session('POST', {}, { token });
    expect(opened.status).toBe(201);
    expect(await opened.json()).toMatchObject({
      subject: 'li.ming',
      role: 'administrator',
      rights: { read: null, correct: null, review: null, share: null, admin: null, accounts: null },
      deletedKeepDays: 30,
    });
    const [setCookie = ''] = opened.headers.getSetCookie();
    expect(setCookie).toMatch(/^hutong_session=.+; Path=\/;.*HttpOnly; SameSite=Lax$/);
    expect((await session('POST', {}, { token })).status).toBe(401);

    const cookie = { Cookie: setCookie.split(';')[0]! };
    expect(await (await session('GET', cookie)).json()).toMatchObject({ subject: 'li.ming' });
    expect((await fetch(`${server.url}/dicomweb/studies?limit=1`, { headers: cookie })).status).toBe(200);
    const { bytes } = anInstance({}, { seed: 'session' });
    expect(
      (await postStore(`${server.url}/dicomweb`, multipartBody([bytes]), { headers: cookie })).status,
    ).toBe(403);

    expect((await session('DELETE', cookie)).status).toBe(204);
    expect((await session('GET', cookie)).status).toBe(401);
  });

  test('is refused when wrong, and from pages of other servers', async () => {
    for (const body of [{ token: 'htl_wrong' }, { token: '' }, { token: 7 }, {}, []])
      expect((await session('POST', {}, body)).status).toBe(401);
    const token = await createSignInLink(server.index, { subject: 'x', ttlSeconds: 60 });
    expect((await session('POST', { Origin: 'https://evil.example' }, { token })).status).toBe(403);
    expect((await session('POST', { 'Sec-Fetch-Site': 'cross-site' }, { token })).status).toBe(403);
    expect((await session('POST', { Origin: server.url }, { token })).status).toBe(201);
  });

  test('gives a problem to a body that is too large or no JSON', async () => {
    expect((await session('POST', {}, { token: 'x'.repeat(10_000) })).status).toBe(413);
    const answer = await fetch(`${server.url}/api/session`, {
      method: 'POST',
      body: '{',
      headers: { 'Content-Type': 'application/json' },
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
  });
});

describe('without authentication', () => {
  let trial: TestServer;
  beforeAll(async () => {
    trial = await startTestServer({ env: { HUTONG_AUTH: 'off' } });
  });
  afterAll(() => trial.close());

  test('this machine may store and read, and the default hospital is made on demand', async () => {
    const { bytes } = anInstance({}, { seed: 'trial' });
    expect((await postStore(`${trial.url}/dicomweb`, multipartBody([bytes]))).status).toBe(200);
    expect((await postStore(`${trial.url}/hospitals/unknown/dicomweb`, multipartBody([bytes]))).status).toBe(
      404,
    );
    const { rows } = await trial.index.query('SELECT hospital_code FROM study');
    expect(rows).toEqual([{ hospital_code: 'default' }]);
    const info = await fetch(`${trial.url}/api/session`);
    expect(await info.json()).toMatchObject({
      role: 'trial',
      expiresAt: null,
      rights: { store: null, read: null, correct: null, review: null, share: null },
    });
  });

  test.each([
    ['a foreign Host', { host: 'pacs.example.org' }],
    ['a name that only begins like loopback', { host: 'localhost.example.org' }],
    ['Forwarded', { forwarded: 'for=10.0.0.1' }],
    ['X-Forwarded-For', { 'x-forwarded-for': '10.0.0.1' }],
    ['X-Forwarded-Host', { 'x-forwarded-host': 'pacs.example.org' }],
  ])('a request with %s is refused', async (_name, headers) => {
    for (const asked of ['/dicomweb/studies', '/', '/api/session'])
      expect((await raw(trial.url, { path: asked, headers })).status).toBe(403);
  });

  test('a change that a foreign page sends is refused', async () => {
    const { bytes } = anInstance({}, { seed: 'foreign page' });
    const answer = await postStore(`${trial.url}/dicomweb`, multipartBody([bytes]), {
      headers: { Origin: 'https://evil.example' },
    });
    expect(answer.status).toBe(403);
  });
});
