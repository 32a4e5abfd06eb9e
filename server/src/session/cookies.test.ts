import { request } from 'node:http';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';
import { createPerson } from '../oidc/testing.ts';

const PUBLIC = 'https://imaging.example.org';
let server: TestServer;
let plain: TestServer;
beforeAll(async () => {
  server = await startTestServer({ env: { HUTONG_PUBLIC_URL: PUBLIC, HUTONG_TRUST_PROXY: 'on' } });
  plain = await startTestServer();
});
afterAll(async () => {
  await server.close();
  await plain.close();
});

interface Cookie {
  name: string;
  value: string;
  line: string;
}

async function signedIn(to: TestServer): Promise<{ username: string; cookies: Cookie[] }> {
  const { username, password } = await createPerson(to, [{ role: 'radiologist', hospital: null }]);
  const answer = await fetch(`${to.url}/api/session`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ username, password }),
  });
  expect(answer.status).toBe(201);
  const cookies = answer.headers.getSetCookie().map((line) => {
    const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
    return { name, value, line };
  });
  return { username, cookies };
}

async function whoIs(to: TestServer, cookie: string): Promise<string | number> {
  const answer = await fetch(`${to.url}/api/session`, { headers: { Cookie: cookie } });
  if (answer.status !== 200) return answer.status;
  return ((await answer.json()) as { subject: string }).subject;
}

const sessionOf = (cookies: readonly Cookie[]): Cookie => {
  const found = cookies.find(({ name }) => name.endsWith('hutong_session'));
  if (found === undefined) throw new Error('no session');
  return found;
};

test('by https the session is bound to its host, so that no neighbour under the same domain gives one away', async () => {
  const { username, cookies } = await signedIn(server);
  const { name, value, line } = sessionOf(cookies);
  expect(name).toBe('__Host-hutong_session');
  expect(line).toMatch(/; Path=\/;/);
  expect(line).toMatch(/; Secure/);
  expect(line).toMatch(/; HttpOnly/);
  expect(line).not.toMatch(/domain=/i);
  expect(await whoIs(server, `${name}=${value}`)).toBe(username);
  // What a neighbour can set for the whole domain has another name, and is worth nothing.
  expect(await whoIs(server, `hutong_session=${value}`)).toBe(401);
  const other = sessionOf((await signedIn(server)).cookies);
  expect(await whoIs(server, `hutong_session=${other.value}; ${name}=${value}`)).toBe(username);
  const out = await fetch(`${server.url}/api/session`, {
    method: 'DELETE',
    headers: { Cookie: `${name}=${value}` },
  });
  expect(out.headers.getSetCookie().join()).toMatch(/__Host-hutong_session=;.*Secure/);
  expect(await whoIs(server, `${name}=${value}`)).toBe(401);
});

test('of two sessions in one request none is taken: nobody works in the name of another without knowing', async () => {
  const own = sessionOf((await signedIn(plain)).cookies);
  const { username, cookies } = await signedIn(plain);
  const other = sessionOf(cookies);
  expect(own.name).toBe('hutong_session');
  for (const pair of [
    [own, other],
    [other, own],
  ])
    expect(await whoIs(plain, pair.map(({ name, value }) => `${name}=${value}`).join('; '))).toBe(401);
  expect(await whoIs(plain, `a=b; ${other.name}=${other.value}; ${other.name}=${other.value}`)).toBe(
    username,
  );
});

test('a session that somebody brings along is not the one that goes on after signing in', async () => {
  const { username, password } = await createPerson(plain, [{ role: 'radiologist', hospital: null }]);
  const before = sessionOf((await signedIn(plain)).cookies);
  for (const brought of [before.value, 'hts_chosen-by-a-stranger']) {
    const answer = await fetch(`${plain.url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', Cookie: `hutong_session=${brought}` },
      body: JSON.stringify({ username, password }),
    });
    expect(answer.status).toBe(201);
    expect(answer.headers.getSetCookie().join()).not.toContain(brought);
    expect(await whoIs(plain, `hutong_session=${brought}`)).toBe(401);
  }
});

test('a request is of this server by its own name alone: one with two hosts, or a made-up one, moves no cookie', async () => {
  const ask = (headers: string[]): Promise<{ status: number; cookies: string[] }> =>
    new Promise((resolve, reject) => {
      request(`${plain.url}/api/session`, { method: 'POST', headers }, (answer) => {
        answer.resume();
        resolve({ status: answer.statusCode ?? 0, cookies: answer.headers['set-cookie'] ?? [] });
      })
        .on('error', reject)
        .end('{"username":"nobody","password":"nothing"}');
    });
  const json = ['Content-Type', 'application/json', 'Content-Length', '42'];
  const { host } = new URL(plain.url);
  const foreign = await ask(['Host', host, 'Origin', 'https://attacker.example.org', ...json]);
  expect(foreign).toEqual({ status: 403, cookies: [] });
  const rebound = await ask(['Host', 'attacker.example.org', 'Origin', plain.url, ...json]);
  expect(rebound).toEqual({ status: 403, cookies: [] });
});
