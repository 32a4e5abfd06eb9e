import { randomBytes } from 'node:crypto';
import { createHospital, rotateClientSecret, setRoles, updateClient } from '@hutong/storage-config';
import { decodeJwt } from 'jose';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';
import {
  authorizationRequest,
  bearer,
  begin,
  Browser,
  createPerson,
  details,
  machineClient,
  type Person,
  postToken,
  REDIRECT,
  signedIn,
  tokensOf,
  webClient,
} from './testing.ts';

const REGION = [{ role: 'radiologist', hospital: null }] as const;
const OFFLINE = { scope: 'openid offline_access hutong.read', prompt: 'consent' };
/** As long as whom a token stands for is believed, and a little more. */
const believedNoMore = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 2200));

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    env: {
      HUTONG_TRUST_PROXY: 'on',
      HUTONG_SECOND_FACTOR: 'administrators',
      HUTONG_PASSWORD_DAYS: '90',
    },
  });
  for (const code of ['a', 'b'])
    await createHospital(server.index, { code, nameZh: `${code}院`, nameEn: code });
});
afterAll(() => server.close());

describe('a stranger who knows the id of a client', () => {
  const ask = (from: string, user: string, secret: string | null): Promise<Response> =>
    fetch(`${server.url}/oidc/token`, {
      method: 'POST',
      headers: {
        'X-Forwarded-For': from,
        Authorization: `Basic ${Buffer.from(`${user}:${secret ?? ''}`).toString('base64')}`,
      },
      body: new URLSearchParams({ grant_type: 'client_credentials' }),
    });

  test('locks it for the own address alone, and not for less by writing the id in another way', async () => {
    const { client, secret } = await machineClient(server);
    const escaped = (text: string, n: number): string =>
      Array.from(text, (letter, at) =>
        at < n ? `%${letter.charCodeAt(0).toString(16).padStart(2, '0')}` : letter,
      ).join('');
    for (let n = 0; n < 20; n += 1)
      expect((await ask('203.0.113.7', escaped(client.id, n), 'hcs_wrong')).status).toBe(401);
    expect((await ask('203.0.113.7', client.id, secret)).status).toBe(429);
    expect((await ask('203.0.113.7', escaped(client.id, 7), secret)).status).toBe(429);
    expect((await ask('198.51.100.9', client.id, secret)).status).toBe(200);
    const { client: other, secret: others } = await machineClient(server);
    expect((await ask('203.0.113.7', other.id, others)).status).toBe(200);
  });

  test('is told nothing more after many names, while what is right passes from the same address', async () => {
    const { client, secret } = await machineClient(server);
    const statuses = new Set<number>();
    for (let n = 0; n < 210; n += 1)
      statuses.add((await ask('203.0.113.8', `htc_${n}${'x'.repeat(2000)}`, 'hcs_wrong')).status);
    expect(statuses).toEqual(new Set([401, 429]));
    expect((await ask('203.0.113.8', client.id, 'hcs_wrong')).status).toBe(429);
    expect((await ask('203.0.113.8', client.id, secret)).status).toBe(200);
  }, 60_000);

  test('and an application whose people are signed out is not taken for one who guesses', async () => {
    const { client, secret } = await webClient(server, { authentication: 'secret' });
    for (let n = 0; n < 25; n += 1) {
      const body = { grant_type: 'refresh_token', refresh_token: randomBytes(32).toString('base64url') };
      expect((await postToken(server, body, { id: client.id, secret })).status).toBe(400);
    }
    const next = await rotateClientSecret(server.index, client.id, 0);
    expect(
      (await postToken(server, { grant_type: 'refresh_token' }, { id: client.id, secret: next })).status,
    ).toBe(400);
  });
});

test('an address that shows whatever it likes is told to wait where no credential is looked at', async () => {
  const own = await startTestServer({
    env: { HUTONG_TRUST_PROXY: 'on', HUTONG_STRANGER_REQUESTS_PER_MINUTE: '4' },
  });
  try {
    const statuses = async (path: string, address: (n: number) => string): Promise<Set<number>> => {
      const seen = new Set<number>();
      for (let n = 0; n < 25; n += 1) {
        const headers = { Authorization: `Bearer made-up-${n}`, 'X-Forwarded-For': address(n) };
        seen.add((await fetch(own.url + path, { headers, redirect: 'manual' })).status);
      }
      return seen;
    };
    expect(await statuses('/oidc/auth?client_id=x', () => '203.0.113.1')).toContain(429);
    expect(await statuses('/api/sign-in/providers', () => '203.0.113.2')).toContain(429);
    // Whoever has one address of an IPv6 network has them all.
    expect(await statuses('/api/worklist', (n) => `2001:db8:1:2:${n + 1}::1`)).toContain(429);
    expect(await statuses('/api/sign-in/providers', (n) => `203.0.113.${n + 10}`)).toEqual(new Set([200]));
  } finally {
    await own.close();
  }
}, 30_000);

describe('a grant outlives rules no more than a session does', () => {
  async function offline(person: Person): Promise<string> {
    const browser = await signedIn(server, person);
    const { client } = await webClient(server, { scopes: ['read', 'admin'] });
    return (await tokensOf(server, browser, client.id, OFFLINE)).access_token;
  }

  test('of who has to show a second factor since, and has not', async () => {
    const person = await createPerson(server, [{ role: 'radiologist', hospital: 'a' }]);
    const token = await offline(person);
    expect((await bearer(server, token)).status).toBe(200);
    await setRoles(server.index, person.username, [{ role: 'administrator', hospital: null }]);
    await believedNoMore();
    expect((await bearer(server, token)).status).toBe(403);
  });

  test('of whose password aged', async () => {
    const person = await createPerson(server, REGION);
    const token = await offline(person);
    await server.index.query(
      `UPDATE account SET password_set_at = now() - interval '91 days' WHERE account_id = $1`,
      [person.id],
    );
    await believedNoMore();
    expect((await bearer(server, token)).status).toBe(403);
  });
});

test('an ID token says how somebody signed in, and a second factor only where one was shown', async () => {
  const person = await createPerson(server, REGION);
  const { client } = await webClient(server);
  const first = await tokensOf(server, await signedIn(server, person), client.id);
  expect(decodeJwt(first.id_token ?? '')).toMatchObject({ amr: ['pwd'] });
  expect(decodeJwt(first.id_token ?? '')['acr']).toBeUndefined();

  const setUp = await signedIn(server, person);
  const offer = await setUp.post('/api/account/one-time-password', { password: person.password });
  const { secret } = (await offer.json()) as { secret: string };
  const totp = new TOTP({ secret });
  const confirmed = await setUp.fetch('/api/account/one-time-password', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ oneTimePassword: totp.generate() }),
  });
  const { recoveryCodes } = (await confirmed.json()) as { recoveryCodes: string[] };

  // One recovery code, two browsers at the same moment.
  const browsers = [new Browser(server.url), new Browser(server.url), new Browser(server.url)];
  const answers = await Promise.all(
    browsers.map((browser) =>
      browser.post('/api/session', {
        username: person.username,
        password: person.password,
        oneTimePassword: recoveryCodes[0],
      }),
    ),
  );
  expect(answers.map(({ status }) => status).toSorted()).toEqual([201, 401, 401]);
  const browser = browsers[answers.findIndex(({ status }) => status === 201)];
  if (browser === undefined) throw new Error('nobody signed in');
  const second = await tokensOf(server, browser, client.id);
  expect(decodeJwt(second.id_token ?? '')).toMatchObject({
    amr: ['pwd', 'otp', 'mfa'],
    acr: 'https://refeds.org/profile/mfa',
  });
});

test('of two who show one one-time password at the same moment one gets in', async () => {
  const person = await createPerson(server, REGION);
  const setUp = await signedIn(server, person);
  const offer = await setUp.post('/api/account/one-time-password', { password: person.password });
  const { secret } = (await offer.json()) as { secret: string };
  const totp = new TOTP({ secret });
  const body = JSON.stringify({ oneTimePassword: totp.generate() });
  const headers = { 'Content-Type': 'application/json' };
  const confirmations = await Promise.all(
    [1, 2].map(() => setUp.fetch('/api/account/one-time-password', { method: 'PUT', headers, body })),
  );
  expect(confirmations.map(({ status }) => status).toSorted()).toEqual([200, 400]);
  const oneTimePassword = totp.generate({ timestamp: Date.now() + 30_000 });
  const answers = await Promise.all(
    [1, 2, 3, 4].map(() =>
      new Browser(server.url).post('/api/session', {
        username: person.username,
        password: person.password,
        oneTimePassword,
      }),
    ),
  );
  expect(answers.filter(({ status }) => status === 201).length).toBe(1);
});

test('whoever looks after a client cannot have codes of others sent to an address of the own choice', async () => {
  const browser = await signedIn(server, await createPerson(server, REGION));
  const { client } = await webClient(server);
  const { access_token: token } = await tokensOf(server, browser, client.id);
  const silent = (): Promise<URL> =>
    begin(
      browser,
      authorizationRequest(server, client.id, { prompt: 'none', redirect_uri: 'https://evil.example.org/' })
        .url,
    );
  await updateClient(server.index, client.id, { name: '阅片' }, null);
  expect((await bearer(server, token)).status).toBe(200);
  await updateClient(
    server.index,
    client.id,
    { redirectUris: [REDIRECT, 'https://evil.example.org/'] },
    null,
  );
  const back = await silent();
  expect(back.searchParams.get('code')).toBeNull();
  expect(back.searchParams.get('error')).toMatch(/_required$/);
  await believedNoMore();
  expect((await bearer(server, token)).status).toBe(401);
});

test('an application in somebody’s name reads, and sees to nothing of the account; it breaks no glass', async () => {
  const person = await createPerson(server, [{ role: 'radiologist', hospital: 'a' }]);
  const browser = await signedIn(server, person);
  const { client } = await webClient(server, { scopes: ['read', 'share', 'keys', 'admin', 'audit'] });
  const { access_token: token } = await tokensOf(server, browser, client.id);
  const ask = async (method: string, path: string, body?: unknown): Promise<number> => {
    const answer = await fetch(`${server.url}/api${path}`, {
      method,
      headers: { Authorization: `Bearer ${token}`, 'Content-Type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  expect(await ask('GET', '/worklist')).toBe(200);
  for (const [method, path, body] of [
    ['GET', '/account', undefined],
    ['GET', '/account/sessions', undefined],
    ['DELETE', '/account/sessions', undefined],
    ['PUT', '/account/password', { present: person.password, wanted: 'Nobody-chose-this-1' }],
    ['POST', '/account/one-time-password', { password: person.password }],
    ['PUT', '/access/purpose', { purpose: 'BTG' }],
    ['POST', '/access/search', { patientName: '王', birthDate: '19800101', sex: 'M' }],
    ['GET', '/accounts', undefined],
    ['GET', '/keys', undefined],
  ] as const)
    expect([method, path, [400, 403].includes(await ask(method, path, body))]).toEqual([method, path, true]);
  expect((await browser.fetch('/api/session')).status).toBe(200);
});

test('an application that asks again and again by itself keeps no session alive that nobody works in', async () => {
  const person = await createPerson(server, REGION);
  const browser = await signedIn(server, person);
  const { client } = await webClient(server);
  await tokensOf(server, browser, client.id);
  const idle = async (): Promise<number> => {
    const { rows } = await server.index.query<{ minutes: number }>(
      'SELECT extract(epoch FROM now() - last_used_at)::float8 / 60 AS minutes FROM session WHERE account_id = $1',
      [person.id],
    );
    return rows[0]?.minutes ?? 0;
  };
  const silent = (): Promise<URL> =>
    begin(browser, authorizationRequest(server, client.id, { prompt: 'none' }).url);
  await server.index.query(
    `UPDATE session SET last_used_at = now() - interval '20 minutes' WHERE account_id = $1`,
    [person.id],
  );
  expect((await silent()).searchParams.get('code')).not.toBeNull();
  expect(await idle()).toBeGreaterThan(19);
  await server.index.query(
    `UPDATE session SET last_used_at = now() - interval '31 minutes' WHERE account_id = $1`,
    [person.id],
  );
  expect((await silent()).searchParams.get('error')).toBe('login_required');
});

test('names that only look different are one name, and are locked as one', async () => {
  const person = await createPerson(server, REGION);
  const wide = Array.from(person.username, (letter) =>
    String.fromCodePoint((letter.codePointAt(0) ?? 0) + 0xfee0),
  ).join('');
  const ask = (username: unknown, password: unknown = 'wrong'): Promise<Response> =>
    fetch(`${server.url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': '203.0.113.50' },
      body: JSON.stringify({ username, password }),
    });
  expect((await ask(wide, person.password)).status).toBe(201);
  const others = [person.username, wide, person.username.toUpperCase(), ` ${person.username}\t`, wide];
  for (const name of others) expect((await ask(name)).status).toBe(401);
  await ask(person.username);
  expect((await ask(wide.toUpperCase(), person.password)).status).toBe(429);
  // Types that are none: never signed in, never an error of the server.
  for (const odd of [null, 7, true, [], ['admin'], {}, { $ne: '' }, '\0', '\ud800', 'x'.repeat(200)])
    expect([400, 401, 429]).toContain((await ask(odd, 'x')).status);
  for (const odd of [null, 7, ['x'], {}, '\0', '\ud800'])
    expect([400, 401, 429]).toContain((await ask('somebody.else', odd)).status);
});

test('an unknown name, a wrong password, a disabled account and one of a provider answer alike', async () => {
  const disabled = await createPerson(server, REGION);
  const other = await createPerson(server, REGION);
  await server.index.query('UPDATE account SET disabled_at = now() WHERE account_id = $1', [disabled.id]);
  const external = await createPerson(server, REGION);
  await server.index.query('UPDATE account SET password_hash = NULL WHERE account_id = $1', [external.id]);
  const answers = await Promise.all(
    [
      { username: 'nobody.at.all', password: 'x' },
      { username: other.username, password: 'x' },
      { username: disabled.username, password: disabled.password },
      { username: external.username, password: external.password },
    ].map(async (body, at) => {
      const answer = await fetch(`${server.url}/api/session`, {
        method: 'POST',
        headers: { 'Content-Type': 'application/json', 'X-Forwarded-For': `203.0.113.${60 + at}` },
        body: JSON.stringify(body),
      });
      const said = (await answer.json()) as Record<string, unknown>;
      delete said['requestId'];
      delete said['instance'];
      const names = [...answer.headers.keys()].filter((name) => name !== 'date').toSorted();
      return { status: answer.status, said, names };
    }),
  );
  for (const answer of answers) expect(answer).toEqual(answers[0]);
  expect(answers[0]?.status).toBe(401);
});

test('disabling an account while it signs in leaves no session open, whichever comes first', async () => {
  for (let round = 0; round < 5; round += 1) {
    const person = await createPerson(server, REGION);
    const browser = new Browser(server.url);
    const [, answer] = await Promise.all([
      new Promise((resolve) => setTimeout(resolve, round * 15)).then(() =>
        server.index.query('UPDATE account SET disabled_at = now() WHERE account_id = $1', [person.id]),
      ),
      browser.post('/api/session', { username: person.username, password: person.password }),
    ]);
    expect([201, 401]).toContain(answer.status);
    expect((await browser.fetch('/api/session')).status).toBe(401);
  }
});

test('huge and hostile tokens are refused as quickly as any', async () => {
  const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
  const deep = Buffer.from(`${'['.repeat(2500)}${']'.repeat(2500)}`).toString('base64url');
  const head = part({ alg: 'ES256', typ: 'at+jwt', kid: 'x'.repeat(5000) });
  const tokens = [
    `${head}.${part({ iss: 'x' })}.${'A'.repeat(86)}`,
    `${part({ alg: 'ES256', typ: 'at+jwt' })}.${deep}.${'A'.repeat(86)}`,
    `${deep}.${deep}.A`,
    `${part({ alg: 'ES256', kid: ['x'], typ: ['at+jwt'] })}.${part({})}.A`,
    `${part({ alg: 'ES256', kid: { toString: 1 }, typ: 'at+jwt' })}.${part({ iss: { a: 1 } })}.A`,
    `${part(null)}.${part(null)}.A`,
    `${part('x')}.${part([])}.`,
    `${'A'.repeat(9000)}.A.A`,
    'a.b.c',
    '...',
  ];
  for (const token of tokens)
    expect([token.length, (await bearer(server, token)).status]).toEqual([token.length, 401]);
});

test('where a browser is sent after signing out is registered, and no policy is written by an address', async () => {
  const browser = await signedIn(server, await createPerson(server, REGION));
  const { client } = await webClient(server);
  const { id_token: hint } = await tokensOf(server, browser, client.id);
  for (const uri of [
    'https://evil.example.org/',
    'https://app.example.org/gone/../x',
    'https://app.example.org.evil.example.org/gone',
    "https://x;frame-ancestors';/",
    'javascript:alert(1)',
    '//evil.example.org',
  ]) {
    const query = new URLSearchParams({ id_token_hint: hint ?? '', post_logout_redirect_uri: uri });
    const answer = await browser.fetch(`/oidc/logout?${query.toString()}`);
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    const policy = answer.headers.get('content-security-policy') ?? '';
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toMatch(/evil|https:\/\/x|javascript:/);
    expect(await answer.text()).not.toContain('evil');
  }
});

test('a page of the interaction tells its details to the browser alone that began it', async () => {
  const browser = await signedIn(server, await createPerson(server, REGION));
  const { client } = await webClient(server);
  const page = await begin(browser, authorizationRequest(server, client.id).url);
  expect((await details(browser, page)).obstacle).toBeNull();
  expect((await fetch(`${page.href}/details`)).status).toBe(404);
});
