/** Providers of identity that do not keep to the rules: nobody gets in, and no other machine is asked. */
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type HostileProvider, startHostileProvider } from '../../../test/harness/hostileProvider.ts';
import { CookieBrowser } from '../../../test/harness/identityProvider.ts';
import { startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let folder: string;
/** Each name a provider of its own, for metadata are kept. */
const providers = new Map<string, HostileProvider>();
const NAMES = ['plain', 'other', 'wandering', 'issuer', 'access'];

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-hostile-'));
  await writeFile(path.join(folder, 'secret'), 'a secret of the tests, long enough for a key');
  for (const name of NAMES) providers.set(name, await startHostileProvider());
  const settings = NAMES.map((id) => ({
    id,
    name: { zh: id, en: id },
    issuer: providers.get(id)?.url,
    clientId: 'hutong',
    clientSecretFile: 'secret',
    ...(id === 'access' ? { claimsFrom: 'accessToken' } : {}),
    ...(id === 'plain' ? { accessTokens: { audience: 'hutong-api' } } : {}),
    roles: [
      {
        claim: 'realm_access.roles',
        value: 'hutong-radiologist',
        role: 'radiologist',
        hospitalClaim: 'hospital',
      },
    ],
  }));
  await writeFile(path.join(folder, 'providers.json'), JSON.stringify({ providers: settings }));
  server = await startTestServer({
    env: { HUTONG_OIDC_PROVIDERS_FILE: path.join(folder, 'providers.json') },
  });
  await server.hospitalKey('a');
}, 60_000);
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

/** The whole way to a provider and back. */
async function signIn(name: string, browser = new CookieBrowser()): Promise<string> {
  const { url } = await browser.follow(`${at(name)}/start`, ({ pathname }) => pathname.endsWith('/callback'));
  if (!url.pathname.endsWith('/callback')) return (await browser.ask(url.href)).url;
  return (await browser.ask(url.href)).headers.get('location') ?? '';
}
const problemOf = (location: string) => new URL(location, server.url).searchParams.get('problem');

test('who keeps to the rules gets in', async () => {
  expect(await signIn('plain')).toBe('/');
});

const now = Math.floor(Date.now() / 1000);
test.each([
  ['of another sign-in (nonce)', { claims: { nonce: 'of another' } }],
  ['without nonce', { claims: { nonce: undefined } }],
  ['for another client', { claims: { aud: 'another' } }],
  ['for several clients, authorised for another', { claims: { aud: ['hutong', 'another'], azp: 'another' } }],
  ['of another issuer', { claims: { iss: 'https://evil.example' } }],
  ['that expired', { claims: { exp: now - 3600, iat: now - 7200 } }],
  ['without an end', { claims: { exp: undefined } }],
  ['without a subject', { claims: { sub: undefined } }],
  ['signed by a key of somebody else', { foreignKey: true }],
  ['without signature (alg none)', { algNone: true }],
  ['signed by the shared secret (algorithm confusion)', { hmac: true }],
  ['that is an error', { answer: { status: 400, body: '{"error":"invalid_grant"}' } }],
  ['that is no JSON', { answer: { status: 200, body: '<script>alert(1)</script>' } }],
  [
    'that leads elsewhere',
    { answer: { status: 307, headers: { location: 'http://127.0.0.1:1/' }, body: '' } },
  ],
])('an ID token %s is refused', async (_what, how) => {
  await named('plain').misbehave(how);
  const browser = new CookieBrowser();
  expect(problemOf(await signIn('plain', browser))).toBe('provider-answer');
  expect((await browser.ask(`${server.url}/api/session`)).status).toBe(401);
});

test('an answer without end is not read to its end', async () => {
  await named('plain').misbehave({ answer: { status: 200, body: 'x'.repeat(3_000_000) } });
  expect(problemOf(await signIn('plain'))).toBe('provider-answer');
});

test('an answer of one provider at the callback of another is refused (mix-up)', async () => {
  await named('plain').misbehave({});
  const browser = new CookieBrowser();
  const { url } = await browser.follow(`${at('plain')}/start`, ({ pathname }) =>
    pathname.endsWith('/callback'),
  );
  const mixed = url.href.replace('/plain/', '/other/');
  expect(problemOf((await browser.ask(mixed)).headers.get('location') ?? '')).toBe('state-expired');
});

test('a subject of one provider is not the same subject of another', async () => {
  await named('other').misbehave({});
  const [one, two] = [new CookieBrowser(), new CookieBrowser()];
  expect([await signIn('plain', one), await signIn('other', two)]).toEqual(['/', '/']);
  const subject = async (browser: CookieBrowser) =>
    ((await (await browser.ask(`${server.url}/api/session`)).json()) as { subject: string }).subject;
  expect([await subject(one), await subject(two)]).toEqual(['mallory@plain', 'mallory@other']);
});

test.each(['token_endpoint', 'jwks_uri', 'authorization_endpoint', 'userinfo_endpoint'])(
  'metadata whose %s lies elsewhere are refused, and nobody there is asked',
  async (endpoint) => {
    const victim = named('other');
    const before = victim.asked.length;
    await named('wandering').misbehave({ metadata: { [endpoint]: `${victim.url}/internal` } });
    const answer = await fetch(`${at('wandering')}/start`, { redirect: 'manual' });
    expect(problemOf(answer.headers.get('location') ?? '')).toBe('provider-unavailable');
    expect(victim.asked).toHaveLength(before);
  },
);

test('metadata of another issuer are refused', async () => {
  await named('issuer').misbehave({ metadata: { issuer: 'https://evil.example' } });
  const answer = await fetch(`${at('issuer')}/start`, { redirect: 'manual' });
  expect(problemOf(answer.headers.get('location') ?? '')).toBe('provider-unavailable');
});

describe('a logout token', () => {
  const EVENTS = { 'http://schemas.openid.net/event/backchannel-logout': {} };
  const claims = (over: Record<string, unknown> = {}) => {
    const iat = Math.floor(Date.now() / 1000);
    const sub = 'hostile-subject';
    const right = { iss: named('plain').url, aud: 'hutong', sub, jti: randomUUID(), events: EVENTS };
    const all = { ...right, iat, exp: iat + 120, ...over };
    return Object.fromEntries(Object.entries(all).filter(([, value]) => (value as unknown) !== undefined));
  };
  const post = async (token: string, name = 'plain', headers: Record<string, string> = {}) =>
    fetch(`${at(name)}/back-channel-logout`, {
      method: 'POST',
      body: new URLSearchParams({ logout_token: token }),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    });
  const open = async (): Promise<() => Promise<number>> => {
    const browser = new CookieBrowser();
    expect(await signIn('plain', browser)).toBe('/');
    return async () => (await browser.ask(`${server.url}/api/session`)).status;
  };

  test('of the provider ends all sessions of its subject, once', async () => {
    await named('plain').misbehave({});
    const status = await open();
    const token = await named('plain').sign(claims());
    expect((await post(token)).status).toBe(200);
    expect(await status()).toBe(401);
    const again = await open();
    expect((await post(token)).status).toBe(400);
    expect(await again()).toBe(200);
  });

  test.each([
    ['for another client', { aud: 'another' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['with a nonce, as ID tokens have', { nonce: 'x' }],
    ['without the event', { events: {} }],
    ['with the event as text', { events: { 'http://schemas.openid.net/event/backchannel-logout': 'x' } }],
    ['without a number of its own', { jti: undefined }],
    ['that names nobody', { sub: undefined }],
    ['that expired', { exp: now - 600 }],
    ['that is old', { iat: now - 3600 }],
    ['without an end', { exp: undefined }],
  ])('%s is refused', async (_what, over) => {
    await named('plain').misbehave({});
    const status = await open();
    expect((await post(await named('plain').sign(claims(over)))).status).toBe(400);
    expect(await status()).toBe(200);
  });

  test('signed by somebody else, by nobody, sent to another provider, or by a page is refused', async () => {
    await named('plain').misbehave({});
    const status = await open();
    const right = await named('plain').sign(claims());
    expect((await post(await named('other').sign(claims()))).status).toBe(400);
    expect((await post(await named('plain').sign(claims(), { typ: 'at+jwt' }))).status).toBe(400);
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${right.split('.')[1] ?? ''}.`;
    expect((await post(none)).status).toBe(400);
    expect((await post(right, 'other')).status).toBe(400);
    expect((await post(right, 'plain', { origin: 'https://evil.example' })).status).toBe(403);
    expect((await post('', 'plain')).status).toBe(400);
    expect(await status()).toBe(200);
  });
});

describe('an access token of a provider', () => {
  const claims = (over: Record<string, unknown> = {}) => {
    const iat = Math.floor(Date.now() / 1000);
    const right = {
      iss: named('plain').url,
      aud: ['hutong-api', 'account'],
      sub: 'a-program-of-a-doctor',
      typ: 'Bearer',
    };
    const mapped = {
      realm_access: { roles: ['hutong-radiologist'] },
      hospital: ['a'],
      preferred_username: 'tok',
    };
    return { ...right, ...mapped, iat, exp: iat + 60, ...over };
  };
  const ask = async (token: string) =>
    fetch(`${server.url}/api/worklist`, { headers: { authorization: `Bearer ${token}` } });

  test('for this audience is taken at the API, with the roles of its claims', async () => {
    await named('plain').misbehave({});
    const token = await named('plain').sign(claims());
    expect((await ask(token)).status).toBe(200);
    const answer = await fetch(`${server.url}/api/session`, {
      headers: { authorization: `Bearer ${token}` },
    });
    expect(await answer.json()).toMatchObject({ subject: 'tok@plain', rights: { read: ['a'] } });
    // What was taken away here is given back by no token.
    await server.index.query(
      'DELETE FROM account_role USING account a WHERE a.account_id = account_role.account_id AND a.username = $1',
      ['tok@plain'],
    );
    expect((await ask(await named('plain').sign(claims({ jti: 'another' })))).status).toBe(403);
  });

  test.each([
    ['for another audience', { aud: 'account' }],
    ['for the client itself, as ID tokens are', { aud: 'hutong' }],
    ['with a nonce', { nonce: 'x' }],
    ['marked as an ID token', { typ: 'ID' }],
    ['that expired', { exp: now - 600 }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['of nobody', { sub: undefined }],
  ])('%s is refused', async (_what, over) => {
    await named('plain').misbehave({});
    const given = Object.fromEntries(
      Object.entries(claims(over)).filter(([, value]) => (value as unknown) !== undefined),
    );
    expect((await ask(await named('plain').sign(given))).status).toBe(401);
  });

  test('of a provider whose tokens are not let in, or signed by another, is refused', async () => {
    await named('plain').misbehave({});
    const others = await named('other').sign(claims({ iss: named('other').url }));
    const borrowed = await named('other').sign(claims());
    const right = await named('plain').sign(claims({ sub: 'x' }));
    const none = `${Buffer.from('{"alg":"none"}').toString('base64url')}.${right.split('.')[1] ?? ''}.`;
    for (const token of [others, borrowed, none]) expect((await ask(token)).status).toBe(401);
  });
});

describe('roles that stand in the access token, as Keycloak has them', () => {
  const soon = () => ({ iat: Math.floor(Date.now() / 1000), exp: Math.floor(Date.now() / 1000) + 60 });
  const roles = { realm_access: { roles: ['hutong-radiologist'] }, hospital: ['a'] };
  const right = { sub: 'hostile-subject', aud: 'account', azp: 'hutong', ...roles };
  const bare = { realm_access: undefined, hospital: undefined };

  test('are taken from a token of this client', async () => {
    await named('access').misbehave({ claims: bare, accessClaims: { ...right, ...soon() } });
    expect(await signIn('access')).toBe('/');
  });

  test.each([
    ['for another client', { azp: 'another' }],
    ['of another person', { sub: 'somebody-else' }],
    ['of another issuer', { iss: 'https://evil.example' }],
    ['that expired', { exp: now - 600 }],
  ])('are not taken from one %s', async (_what, over) => {
    await named('access').misbehave({ claims: bare, accessClaims: { ...right, ...soon(), ...over } });
    expect(problemOf(await signIn('access'))).toBe('provider-answer');
  });

  test('are not taken from what is no token', async () => {
    await named('access').misbehave({ claims: bare });
    expect(problemOf(await signIn('access'))).toBe('provider-answer');
  });
});
