/** Signing in by a real OpenID provider in a process of its own, through HTTP alone. */
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setDisabled } from '@hutong/storage-config';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import {
  CookieBrowser,
  type IdentityProvider,
  type ProviderUser,
  startIdentityProvider,
} from '../../../test/harness/identityProvider.ts';
import type { SessionInfo, SignedOutBody, SignInProviders } from '../contract.ts';
import { startTestServer, type TestServer } from '../testing.ts';

let provider: IdentityProvider;
let server: TestServer;
let folder: string;

const SECRET = 'a secret of the tests, long enough for a key';
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-providers-'));
  provider = await startIdentityProvider();
  await writeFile(path.join(folder, 'secret'), `${SECRET}\n`);
  const settings = {
    id: 'keycloak',
    name: { zh: '统一身份认证', en: 'Hospital sign-in' },
    issuer: provider.url,
    clientId: 'hutong',
    clientSecretFile: 'secret',
    roles: [
      {
        claim: 'realm_access.roles',
        value: 'hutong-radiologist',
        role: 'radiologist',
        hospitalClaim: 'hospital',
      },
      { claim: 'realm_access.roles', value: 'hutong-admin', role: 'administrator', hospital: null },
    ],
    secondFactor: { amr: ['otp'] },
  };
  const down = { ...settings, id: 'down', issuer: 'http://127.0.0.1:9' };
  await writeFile(path.join(folder, 'providers.json'), JSON.stringify({ providers: [settings, down] }));
  server = await startTestServer({
    env: {
      HUTONG_OIDC_PROVIDERS_FILE: path.join(folder, 'providers.json'),
      HUTONG_SECOND_FACTOR: 'administrators',
    },
  });
  await server.hospitalKey('a');
  await server.hospitalKey('b');
  const base = `${server.url}/api/sign-in/providers/keycloak`;
  await provider.client({
    id: 'hutong',
    secret: SECRET,
    redirectUri: `${base}/callback`,
    home: `${server.url}/sign-in`,
    backChannelLogout: `${base}/back-channel-logout`,
  });
}, 60_000);
afterAll(async () => {
  await server.close();
  await provider.stop();
  await rm(folder, { recursive: true, force: true });
});

let made = 0;
async function aPerson(over: Partial<ProviderUser> = {}): Promise<{ sub: string; user: ProviderUser }> {
  made += 1;
  const sub = `00000000-0000-4000-8000-${String(made).padStart(12, '0')}`;
  const user = {
    username: `doctor${made}`,
    name: '李医生',
    roles: ['hutong-radiologist'],
    hospital: ['a'],
    ...over,
  };
  await provider.user(sub, user);
  return { sub, user };
}

const start = (returnTo?: string) =>
  `${server.url}/api/sign-in/providers/keycloak/start${returnTo === undefined ? '' : `?returnTo=${encodeURIComponent(returnTo)}`}`;
const isBack = (url: URL) => url.href.startsWith(server.url);

/** Goes to the provider, signs in there, and comes back. Returns where that ended. */
async function signIn(browser: CookieBrowser, user: ProviderUser, returnTo?: string): Promise<string> {
  const { url: page } = await browser.follow(start(returnTo));
  const resumed = await browser.enter(page, { user: user.username });
  const { url: callback } = await browser.follow(resumed.href, isBack);
  const answer = await browser.ask(callback.href);
  expect(answer.status).toBe(303);
  return answer.headers.get('location') ?? '';
}

const sessionOf = async (browser: CookieBrowser) => {
  const answer = await browser.ask(`${server.url}/api/session`);
  return answer.status === 200 ? ((await answer.json()) as SessionInfo) : null;
};

test('the providers are named to everybody, by their names alone', async () => {
  const answer = await fetch(`${server.url}/api/sign-in/providers`);
  const { providers } = (await answer.json()) as SignInProviders;
  expect(providers[0]).toEqual({ id: 'keycloak', name: { zh: '统一身份认证', en: 'Hospital sign-in' } });
  expect(Object.keys(providers[0] ?? {})).toEqual(['id', 'name']);
});

describe('a person of the provider', () => {
  test('gets the roles and hospitals of the claims, a session of ours, and no token of the provider', async () => {
    const { user } = await aPerson({ hospital: ['a', 'unknown'] });
    const browser = new CookieBrowser();
    expect(await signIn(browser, user, '/exams?hospital=a')).toBe('/exams?hospital=a');
    expect(await sessionOf(browser)).toMatchObject({
      subject: `${user.username}@keycloak`,
      displayName: '李医生',
      rights: { read: ['a'], share: ['a'] },
      account: { provider: 'keycloak', pending: null, roles: [{ role: 'radiologist', hospital: 'a' }] },
    });
    expect(browser.cookie('hutong_session')).toMatch(/^hts_/);
    const { rows } = await server.index.query<{ text: string }>(
      `SELECT row_to_json(p)::text AS text FROM provider_session p`,
    );
    expect(rows.map(({ text }) => text).join()).toContain('hsb1.');
    expect(rows.map(({ text }) => text).join()).not.toContain('eyJ');
  });

  test('is the same account at the next sign-in, with the roles of then', async () => {
    const { sub, user } = await aPerson();
    const [first, second] = [new CookieBrowser(), new CookieBrowser()];
    await signIn(first, user);
    await provider.user(sub, { ...user, username: 'renamed', hospital: ['b'] });
    await signIn(second, { ...user, username: 'renamed' });
    expect((await sessionOf(second))?.subject).toBe(`${user.username}@keycloak`);
    // Of both sessions: rights are of the account.
    for (const browser of [first, second])
      expect((await sessionOf(browser))?.rights).toMatchObject({ read: ['b'] });
  });

  test('without a role is told so and gets no account; one that had a role loses it at once', async () => {
    const stranger = await aPerson({ roles: ['something-else'] });
    expect(await signIn(new CookieBrowser(), stranger.user)).toBe(
      '/sign-in?problem=no-role&provider=keycloak',
    );
    const { rows } = await server.index.query('SELECT FROM external_identity WHERE subject = $1', [
      stranger.sub,
    ]);
    expect(rows).toHaveLength(0);
    const known = await aPerson();
    const browser = new CookieBrowser();
    await signIn(browser, known.user);
    await provider.user(known.sub, { ...known.user, roles: [] });
    expect(await signIn(new CookieBrowser(), known.user)).toContain('problem=no-role');
    expect(await sessionOf(browser)).toBeNull();
  });

  test('who administers shows a second factor there', async () => {
    const without = await aPerson({ roles: ['hutong-admin'] });
    expect(await signIn(new CookieBrowser(), without.user)).toContain('problem=second-factor-missing');
    const shown = await aPerson({ roles: ['hutong-admin'], amr: ['pwd', 'otp'] });
    const browser = new CookieBrowser();
    expect(await signIn(browser, shown.user)).toBe('/');
    expect((await sessionOf(browser))?.rights.admin).toBeNull();
  });

  test('whose account was disabled here is told so', async () => {
    const { user } = await aPerson();
    const browser = new CookieBrowser();
    await signIn(browser, user);
    await setDisabled(server.index, `${user.username}@keycloak`, true);
    expect(await sessionOf(browser)).toBeNull();
    expect(await signIn(new CookieBrowser(), user)).toContain('problem=account-disabled');
  });

  test('who gives up there is told so', async () => {
    const browser = new CookieBrowser();
    const { url: page } = await browser.follow(start());
    const { url } = await browser.follow((await browser.enter(page, { abort: '1' })).href, isBack);
    expect((await browser.ask(url.href)).headers.get('location')).toContain('problem=cancelled');
  });

  test('cannot sign in by name and password, for there is none', async () => {
    const { user } = await aPerson();
    await signIn(new CookieBrowser(), user);
    const answer = await fetch(`${server.url}/api/session`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ username: `${user.username}@keycloak`, password: 'x' }),
    });
    expect(answer.status).toBe(401);
  });
});

test.each([
  '//evil.example',
  '/\\evil.example',
  'https://evil.example/',
  '/\t/evil.example',
  'javascript:alert(1)',
  '/api/session',
  '/a/..//evil.example',
  '/%2e%2e',
])('a return to %j leads to no other server and to no program', async (returnTo) => {
  const { user } = await aPerson();
  const location = await signIn(new CookieBrowser(), user, returnTo);
  expect(new URL(location, server.url).origin).toBe(server.url);
  expect(location).not.toMatch(/^\/[/\\]|^\/api/);
});

describe('an answer of the provider', () => {
  async function anAnswer(): Promise<{ browser: CookieBrowser; callback: URL }> {
    const { user } = await aPerson();
    const browser = new CookieBrowser();
    const { url: page } = await browser.follow(start());
    const { url: callback } = await browser.follow(
      (await browser.enter(page, { user: user.username })).href,
      isBack,
    );
    return { browser, callback };
  }
  const end = async (browser: CookieBrowser, url: URL) =>
    (await browser.ask(url.href)).headers.get('location') ?? '';

  test('is taken once', async () => {
    const { browser, callback } = await anAnswer();
    expect(await end(browser, callback)).toBe('/');
    expect(await end(browser, callback)).toContain('problem=state-expired');
  });

  test('is taken from the browser that asked alone', async () => {
    const { browser, callback } = await anAnswer();
    const other = new CookieBrowser();
    await other.follow(start());
    for (const stranger of [new CookieBrowser(), other])
      expect(await end(stranger, callback)).toContain('problem=state-expired');
    expect(await end(browser, callback)).toBe('/');
  });

  test('is too late after ten minutes', async () => {
    const { browser, callback } = await anAnswer();
    await server.index.query(`UPDATE provider_flow SET expires_at = now()`);
    expect(await end(browser, callback)).toContain('problem=state-expired');
  });

  test('with a code of somebody else is refused: PKCE', async () => {
    const [mine, theirs] = [await anAnswer(), await anAnswer()];
    mine.callback.searchParams.set('code', theirs.callback.searchParams.get('code') ?? '');
    expect(await end(mine.browser, mine.callback)).toContain('problem=provider-answer');
  });

  test('in the name of another issuer is refused (RFC 9207), and so is one without', async () => {
    for (const iss of ['https://evil.example', null]) {
      const { browser, callback } = await anAnswer();
      if (iss === null) callback.searchParams.delete('iss');
      else callback.searchParams.set('iss', iss);
      expect(await end(browser, callback)).toContain('problem=provider-answer');
      expect(await sessionOf(browser)).toBeNull();
    }
  });
});

test('a provider that does not answer is named', async () => {
  const answer = await fetch(`${server.url}/api/sign-in/providers/down/start`, { redirect: 'manual' });
  expect(answer.headers.get('location')).toBe('/sign-in?problem=provider-unavailable&provider=down');
  expect((await fetch(`${server.url}/api/sign-in/providers/none/start`)).status).toBe(404);
});

describe('signing out', () => {
  test('here ends the session there as well, and no page sees a token', async () => {
    const { user } = await aPerson();
    const browser = new CookieBrowser();
    await signIn(browser, user);
    const answer = await browser.ask(`${server.url}/api/session`, { method: 'DELETE' });
    const text = await answer.text();
    expect(text).not.toContain('eyJ');
    const { signOutAt } = JSON.parse(text) as SignedOutBody;
    const { url } = await browser.follow(`${server.url}${signOutAt}`);
    expect(url.href.startsWith(provider.url)).toBe(true);
    expect(url.searchParams.get('post_logout_redirect_uri')).toBe(`${server.url}/sign-in`);
    // The token is told the provider once.
    const again = await browser.ask(`${server.url}${signOutAt}`);
    expect(again.headers.get('location')).toBe('/sign-in');
  });

  test('there ends the session here at once, by the back channel', async () => {
    const { user } = await aPerson();
    const browser = new CookieBrowser();
    await signIn(browser, user);
    const { url, answer } = await browser.follow(`${provider.url}/session/end`);
    const page = await answer.text();
    const xsrf = /name="xsrf" value="([^"]+)"/.exec(page)?.[1] ?? '';
    await browser.enter(new URL('/session/end/confirm', url), { xsrf, logout: 'yes' });
    await expect.poll(() => sessionOf(browser)).toBeNull();
  });

  test('of a person whom the provider vouches for no more comes with the next check', async () => {
    const [gone, stays] = [await aPerson(), await aPerson()];
    const [ended, open] = [new CookieBrowser(), new CookieBrowser()];
    await signIn(ended, gone.user);
    await signIn(open, stays.user);
    await provider.user(gone.sub, { ...gone.user, disabled: true });
    await provider.user(stays.sub, { ...stays.user, hospital: ['b'] });
    await server.index.query('UPDATE provider_session SET check_due = now() WHERE check_due IS NOT NULL');
    await expect.poll(() => sessionOf(ended)).toBeNull();
    await expect.poll(async () => (await sessionOf(open))?.rights.read).toEqual(['b']);
  });
});

test('no code, token or secret is ever logged', () => {
  const text = JSON.stringify(server.logged);
  for (const secret of ['eyJ', 'code=', 'state=', SECRET, 'hts_', 'logout_token'])
    expect(text).not.toContain(secret);
});
