import { createApiKey } from '@hutong/storage-config';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { ClientBody, ClientsBody, NewClientAnswer, NewClientBody } from '../contract/clients.ts';
import { startTestServer, type TestServer } from '../testing.ts';
import { bearer, machineToken, REDIRECT } from './testing.ts';

let server: TestServer;
let region: string;
let ofA: string;
let ofB: string;
beforeAll(async () => {
  server = await startTestServer();
  const keyOf = async (hospital: string | null): Promise<string> =>
    (await createApiKey(server.index, { hospital, scopes: ['keys', 'read'] })).secret;
  await server.hospitalKey('a');
  await server.hospitalKey('b');
  [region, ofA, ofB] = await Promise.all([keyOf(null), keyOf('a'), keyOf('b')]);
});
afterAll(async () => {
  await server.close();
});

const ask = (key: string, method: string, path: string, body?: unknown): Promise<Response> =>
  fetch(`${server.url}/api/clients${path}`, {
    method,
    headers: { Authorization: `Bearer ${key}`, 'Content-Type': 'application/json' },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });

const machine = (more: Partial<NewClientBody> = {}): NewClientBody => ({
  kind: 'machine',
  name: '集成平台',
  hospital: 'a',
  scopes: ['read'],
  authentication: 'secret',
  ...more,
});
const web = (more: Partial<NewClientBody> = {}): NewClientBody => ({
  kind: 'web',
  name: '阅片应用',
  hospital: 'a',
  scopes: ['read', 'share'],
  authentication: 'none',
  redirectUris: [REDIRECT],
  ...more,
});
const made = async (key: string, body: NewClientBody): Promise<NewClientAnswer> => {
  const answer = await ask(key, 'POST', '', body);
  expect(answer.status).toBe(201);
  return (await answer.json()) as NewClientAnswer;
};

test('a machine is made known, its secret is shown once, replaced with an overlap, and ended with its tokens', async () => {
  const { client, secret } = await made(ofA, machine());
  const { access_token: token } = await machineToken(server, client, secret);
  expect((await bearer(server, token)).status).toBe(200);
  const listed = (await (await ask(ofA, 'GET', '')).json()) as ClientsBody;
  expect(listed.issuer).toBe(`${server.url}/oidc`);
  const entry = listed.clients.find(({ id }) => id === client.id);
  expect(entry?.lastUsedAt).not.toBeNull();
  expect(JSON.stringify(listed)).not.toContain(secret);
  const rotated = (await (
    await ask(ofA, 'POST', `/${client.id}/secret`, { overlapHours: 1 })
  ).json()) as NewClientAnswer;
  expect(rotated.client.secrets.length).toBe(2);
  await machineToken(server, client, secret);
  await machineToken(server, client, rotated.secret);
  expect((await ask(ofA, 'DELETE', `/${client.id}`)).status).toBe(204);
  await new Promise((resolve) => setTimeout(resolve, 2200));
  expect((await bearer(server, token)).status).toBe(401);
  expect((await ask(ofA, 'GET', `/${client.id}`)).status).toBe(404);
});

test("another hospital's applications are not there, to read, change, replace or end", async () => {
  const { client } = await made(ofA, web());
  const absent = await ask(ofB, 'GET', '/htc_AAAAAAAAAAAAAAAA');
  const words = await absent.text();
  for (const [method, path, body] of [
    ['GET', '', undefined],
    ['PATCH', '', { name: 'x' }],
    ['POST', '/secret', {}],
    ['DELETE', '', undefined],
  ] as const) {
    const answer = await ask(ofB, method, `/${client.id}${path}`, body);
    expect(answer.status).toBe(404);
    const strip = (text: string): string => text.replace(/"requestId":"[^"]*"/, '');
    expect(strip(await answer.text())).toBe(strip(words));
  }
  expect(JSON.stringify(await (await ask(ofB, 'GET', '')).json())).not.toContain(client.id);
  expect(JSON.stringify(await (await ask(region, 'GET', '')).json())).toContain(client.id);
});

test('nobody makes a machine for another hospital or with more than the own scopes', async () => {
  expect((await ask(ofA, 'POST', '', machine({ hospital: 'b' }))).status).toBe(403);
  expect((await ask(ofA, 'POST', '', machine({ hospital: null }))).status).toBe(403);
  expect((await ask(ofA, 'POST', '', machine({ scopes: ['read', 'admin'] }))).status).toBe(403);
  expect((await ask(ofA, 'POST', '', web({ hospital: null }))).status).toBe(403);
  expect((await ask(region, 'POST', '', machine({ hospital: 'nowhere' }))).status).toBe(404);
});

test.each([
  ['http to another machine', { redirectUris: ['http://app.example.org/back'] }],
  ['a script', { redirectUris: ['javascript:alert(1)'] }],
  ['a wildcard', { redirectUris: ['https://*.example.org/back'] }],
  ['a fragment', { redirectUris: ['https://app.example.org/back#x'] }],
  ['a password', { redirectUris: ['https://a:b@app.example.org/back'] }],
  ['a scheme of its own for pages', { redirectUris: ['cn.example.app:/back'] }],
  ['a short scheme for an app', { kind: 'native', redirectUris: ['app:/back'] }],
  ['no address', { redirectUris: [] }],
  ['a secret in an app on a device', { kind: 'native', authentication: 'secret' }],
  ['a private key', { authentication: 'privateKey', jwks: { keys: [{ kty: 'EC', d: 'x' }] } }],
  ['a shared secret as a key', { authentication: 'privateKey', jwks: { keys: [{ kty: 'oct', k: 'x' }] } }],
  ['an own key without one', { authentication: 'privateKey' }],
  ['a scope that is none', { scopes: ['everything'] }],
  ['a control character in its name', { name: 'a\u0000b' }],
  ['a member that is none', { trusted: true }],
] as const)('an application with %s is refused', async (_what, more) => {
  const answer = await ask(region, 'POST', '', { ...web(), ...more });
  expect(answer.status).toBe(400);
});

test('an app on a device has a scheme of its own or a loopback address', async () => {
  const { client, secret } = await made(
    ofA,
    web({ kind: 'native', redirectUris: ['cn.example.viewer:/back', 'http://127.0.0.1/back'] }),
  );
  expect(secret).toBeNull();
  const changed = await ask(ofA, 'PATCH', `/${client.id}`, { name: '新名称', scopes: ['read'] });
  expect((await changed.json()) as ClientBody).toMatchObject({ name: '新名称', scopes: ['read'] });
});

test('each change of an application is on record with who did it', async () => {
  const { client } = await made(ofA, web());
  await ask(ofA, 'DELETE', `/${client.id}`);
  const { rows } = await server.index.query<{ what: string; hospital_code: string }>(
    `SELECT detail::json ->> 'what' AS what, hospital_code FROM audit_event
      WHERE action = 'rights' AND detail::json ->> 'client' = $1 ORDER BY at`,
    [client.id],
  );
  expect(rows.map(({ what }) => what)).toEqual(['client created', 'client ended']);
  expect(rows.every(({ hospital_code }) => hospital_code === 'a')).toBe(true);
});
