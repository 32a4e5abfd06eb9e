/** Providers that are slow, change their keys, or publish more than they should. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, expect, test, vi } from 'vitest';
import { type HostileProvider, startHostileProvider } from '../../../test/harness/hostileProvider.ts';
import { CookieBrowser } from '../../../test/harness/identityProvider.ts';
import { startTestServer, type TestServer } from '../testing.ts';

const NAMES = ['slow', 'silent', 'changing', 'crowded'] as const;
let server: TestServer;
let folder: string;
const providers = new Map<string, HostileProvider>();

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-unwell-'));
  await writeFile(path.join(folder, 'secret'), 'a secret of the tests, long enough for a key');
  for (const name of NAMES) providers.set(name, await startHostileProvider());
  const settings = NAMES.map((id) => ({
    id,
    name: { zh: id, en: id },
    issuer: providers.get(id)?.url,
    clientId: 'hutong',
    clientSecretFile: 'secret',
    accessTokens: { audience: 'hutong-api' },
    roles: ['radiologist', 'administrator'].map((role) => ({
      claim: 'realm_access.roles',
      value: `hutong-${role}`,
      role,
      hospital: null,
    })),
  }));
  await writeFile(path.join(folder, 'providers.json'), JSON.stringify({ providers: settings }));
  server = await startTestServer({
    env: { HUTONG_OIDC_PROVIDERS_FILE: path.join(folder, 'providers.json') },
  });
}, 60_000);
afterEach(() => {
  vi.useRealTimers();
});
afterAll(async () => {
  await server.close();
  for (const provider of providers.values()) await provider.close();
  await rm(folder, { recursive: true, force: true });
});

const at = (name: string) => `${server.url}/api/sign-in/providers/${name}`;
const named = (name: string): HostileProvider => {
  const provider = providers.get(name);
  if (provider === undefined) throw new Error(`no provider ${name}`);
  return provider;
};

async function signIn(name: string): Promise<string> {
  const browser = new CookieBrowser();
  const { url } = await browser.follow(`${at(name)}/start`, ({ pathname }) => pathname.endsWith('/callback'));
  if (!url.pathname.endsWith('/callback')) return (await browser.ask(url.href)).url;
  return (await browser.ask(url.href)).headers.get('location') ?? '';
}
const problemOf = (location: string) => new URL(location, server.url).searchParams.get('problem');

function tokenOf(name: string, over: Record<string, unknown> = {}): Promise<string> {
  const iat = Math.floor(Date.now() / 1000);
  const claims = { iss: named(name).url, aud: 'hutong-api', sub: 'a-doctor', typ: 'Bearer', azp: 'viewer' };
  const roles = { realm_access: { roles: ['hutong-radiologist', 'hutong-administrator'] } };
  return named(name).sign({ ...claims, ...roles, iat, exp: iat + 120, ...over });
}
const ask = (token: string, route = '/api/worklist') =>
  fetch(server.url + route, { headers: { authorization: `Bearer ${token}` } });

test.each([
  ['slow', ['/token']],
  ['silent', ['/.well-known/openid-configuration']],
])(
  'people of a provider (%s) that takes questions and never answers are told so',
  async (name, silentAt) => {
    await named(name).misbehave({ silentAt });
    expect(problemOf(await signIn(name))).toBe('provider-unavailable');
    // Nobody else waits for it.
    expect((await fetch(`${server.url}/api/sign-in/providers`)).status).toBe(200);
    await named(name).misbehave({});
    expect(await signIn(name)).toBe('/');
  },
  30_000,
);

test('a token of a provider whose keys cannot be had is neither taken nor called wrong', async () => {
  const own = named('silent');
  await own.misbehave({ silentAt: ['/keys'] });
  const answer = await ask(await tokenOf('silent'));
  expect(answer.status).toBe(503);
  expect(Number(answer.headers.get('retry-after'))).toBeGreaterThan(0);
  await own.misbehave({});
  expect((await ask(await tokenOf('silent'))).status).toBe(200);
}, 30_000);

test('a provider that changes its key is believed by the new one, and asked for it a few times alone', async () => {
  const own = named('changing');
  await own.misbehave({});
  expect(await signIn('changing')).toBe('/');
  const before = await tokenOf('changing');
  expect((await ask(before)).status).toBe(200);
  await own.misbehave({ rotate: true });
  const asked = own.asked.length;
  for (let n = 0; n < 20; n += 1)
    expect((await ask(await tokenOf('changing', { jti: `${n}` }))).status).toBe(401);
  expect(own.asked.length - asked).toBeLessThan(3);
  vi.useFakeTimers({ toFake: ['Date'], now: Date.now() + 61_000 });
  expect((await ask(await tokenOf('changing'))).status).toBe(200);
  expect(await signIn('changing')).toBe('/');
});

test('thousands of keys, and keys that are none, are in nobody’s way', async () => {
  await named('crowded').misbehave({
    furtherKeys: [
      {},
      { kty: 'RSA' },
      { kty: 'oct', k: 'c2VjcmV0', kid: 'shared' },
      { kty: 'RSA', kid: 'x'.repeat(100_000), n: 'AQ', e: 'AQAB' },
      ...Array.from({ length: 3000 }, (_, n) => ({ kty: 'RSA', kid: `key-${n}`, n: 'AQAB', e: 'AQAB' })),
    ],
  });
  expect(await signIn('crowded')).toBe('/');
  expect((await ask(await tokenOf('crowded'))).status).toBe(200);
});

test('an application with a token of a provider sees to no account, whatever roles its person has', async () => {
  const own = named('crowded');
  const token = await tokenOf('crowded', { sub: 'an-administrator' });
  expect((await ask(token)).status).toBe(200);
  for (const route of ['/api/accounts', '/api/account', '/api/account/sessions'])
    expect([route, (await ask(token, route)).status]).toEqual([route, 403]);
  const { rows } = await server.index.query<{ application: string }>(
    `SELECT DISTINCT detail::json ->> 'application' AS application FROM audit_event WHERE actor_id LIKE '%crowded' AND action <> 'signIn'`,
  );
  expect(rows).toContainEqual({ application: 'viewer (crowded)' });
  expect(own.asked.length).toBeGreaterThan(0);
});

test.each([
  '//evil.example',
  '/\\evil.example',
  '/%09/evil.example',
  '\t//evil.example',
  'https://evil.example/',
  'javascript:alert(1)',
  '/./\\evil.example',
  '/x/..//evil.example',
  '/api/session',
  '/%2e%2e//evil.example',
  '/@evil.example',
  '/:80/evil',
])('after signing in nobody is sent to another address (%j)', async (returnTo) => {
  const browser = new CookieBrowser();
  const start = `${at('crowded')}/start?${new URLSearchParams({ returnTo }).toString()}`;
  const { url } = await browser.follow(start, ({ pathname }) => pathname.endsWith('/callback'));
  const location = (await browser.ask(url.href)).headers.get('location') ?? '';
  const landed = new URL(location, 'https://imaging.example.org/sign-in');
  expect(landed.origin).toBe('https://imaging.example.org');
  expect(location).toMatch(/^\/(?![/\\])/);
  expect(landed.pathname).not.toMatch(/^\/(api|dicomweb)\b/);
});
