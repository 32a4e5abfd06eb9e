import { createHmac, createPublicKey, generateKeyPairSync, sign } from 'node:crypto';
import {
  endClient,
  endEverything,
  loadConfig,
  openSecretBox,
  readPublicKeys,
  readSigningKeys,
  rotateClientSecret,
} from '@hutong/storage-config';
import { importJWK, SignJWT } from 'jose';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';
import {
  agree,
  authorizationRequest,
  bearer,
  begin,
  type Browser,
  createPerson,
  details,
  machineClient,
  machineToken,
  type Person,
  postToken,
  REDIRECT,
  signedIn,
  type Tokens,
  tokensOf,
  webClient,
} from './testing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
});
afterAll(async () => {
  await server.close();
});

const REGION = [{ role: 'radiologist', hospital: null }] as const;
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
/** As long as whom a token stands for is believed, and a little more. */
const BELIEVED_MS = 2200;
const believedNoMore = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, BELIEVED_MS));

async function ownKey(): Promise<{ kid: string; key: Awaited<ReturnType<typeof importJWK>> }> {
  const box = openSecretBox(loadConfig({ HUTONG_DATA: server.folder }));
  const { jwks } = await readSigningKeys(server.index, box);
  const jwk = jwks.find(({ alg }) => alg === 'ES256');
  if (jwk === undefined) throw new Error('there is no key');
  return { kid: jwk.kid, key: await importJWK(jwk as Parameters<typeof importJWK>[0], 'ES256') };
}

/** Claims that a machine's token would have. */
async function claims(more: Record<string, unknown> = {}): Promise<Record<string, unknown>> {
  const { client } = await machineClient(server);
  const now = Math.floor(Date.now() / 1000);
  return {
    iss: `${server.url}/oidc`,
    aud: server.url,
    sub: client.id,
    client_id: client.id,
    scope: 'hutong.read',
    jti: `made-${Math.random()}`,
    iat: now,
    exp: now + 300,
    ...more,
  };
}

async function refused(token: string): Promise<void> {
  const answer = await bearer(server, token);
  expect(answer.status).toBe(401);
  expect(answer.headers.get('www-authenticate')).toContain('Bearer realm="hutong", error="invalid_token"');
  expect(answer.headers.get('www-authenticate')).not.toContain('error_description');
  const body = await answer.text();
  expect(body).not.toMatch(/expired|signature|audience|issuer|alg|kid/i);
}

test('a token that this server would have signed is taken, so that the refusals here are for their own reasons', async () => {
  const { kid, key } = await ownKey();
  const token = await new SignJWT(await claims())
    .setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid })
    .sign(key);
  expect((await bearer(server, token)).status).toBe(200);
});

test.each([
  ['expired', { exp: Math.floor(Date.now() / 1000) - 60 }],
  ['not yet valid', { nbf: Math.floor(Date.now() / 1000) + 600 }],
  ['for another audience', { aud: 'https://other.example.org' }],
  ['for this server among others', { aud: ['https://other.example.org', 'http://127.0.0.1'] }],
  ['of another issuer', { iss: 'https://other.example.org/oidc' }],
  ['without an expiry', { exp: undefined }],
  ['without an id', { jti: undefined }],
  ['of a client that is not known', { client_id: 'htc_AAAAAAAAAAAAAAAA' }],
])('a token with our own signature is refused when it is %s', async (_what, more) => {
  const { kid, key } = await ownKey();
  const payload = Object.fromEntries(
    Object.entries(await claims(more)).filter(([, value]) => value !== undefined),
  );
  await refused(
    await new SignJWT(payload).setProtectedHeader({ alg: 'ES256', typ: 'at+jwt', kid }).sign(key),
  );
});

test('a token of another type with our signature is no access token', async () => {
  const { kid, key } = await ownKey();
  for (const typ of ['JWT', 'logout+jwt', undefined])
    await refused(
      await new SignJWT(await claims())
        .setProtectedHeader({ alg: 'ES256', kid, ...(typ === undefined ? {} : { typ }) })
        .sign(key),
    );
});

test('an unsigned token, and one signed with the public key as a secret, are refused', async () => {
  const rows = await readPublicKeys(server.index);
  const payload = encode(await claims());
  for (const alg of ['none', 'None', 'NONE']) await refused(`${encode({ alg, typ: 'at+jwt' })}.${payload}.`);
  for (const { kid, publicJwk } of rows) {
    const pem = createPublicKey({ key: publicJwk, format: 'jwk' }).export({ format: 'pem', type: 'spki' });
    for (const secret of [pem, JSON.stringify(publicJwk)]) {
      const signed = `${encode({ alg: 'HS256', typ: 'at+jwt', kid })}.${payload}`;
      await refused(`${signed}.${createHmac('sha256', secret).update(signed).digest('base64url')}`);
    }
  }
});

test('a key of the sender is not believed, whether in the token, by address, or under an odd id', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const jwk = publicKey.export({ format: 'jwk' });
  const [known] = await readPublicKeys(server.index);
  const payload = encode(await claims());
  const headers = [
    { jwk },
    { jku: `${server.url}/oidc/jwks` },
    { x5u: 'https://attacker.example.org/cert' },
    { kid: known?.kid },
    { kid: '../../../../dev/null' },
    { kid: "' OR 1=1 --" },
    { kid: '\0' },
    { kid: '__proto__' },
    { kid: known?.kid, jwk, jku: 'https://attacker.example.org/jwks' },
    { kid: known?.kid, crit: ['exp'] },
    { kid: known?.kid, b64: false, crit: ['b64'] },
  ];
  for (const header of headers) {
    const signed = `${encode({ alg: 'ES256', typ: 'at+jwt', ...header })}.${payload}`;
    const signature = sign('sha256', Buffer.from(signed), { key: privateKey, dsaEncoding: 'ieee-p1363' });
    await refused(`${signed}.${signature.toString('base64url')}`);
  }
});

test('a token whose claims or signature were changed is refused', async () => {
  const { client, secret } = await machineClient(server);
  const { access_token: token } = await machineToken(server, client, secret);
  const [head = '', body = '', signature = ''] = token.split('.');
  const read = JSON.parse(Buffer.from(body, 'base64url').toString()) as Record<string, unknown>;
  await refused([head, encode({ ...read, scope: 'hutong.read hutong.admin' }), signature].join('.'));
  await refused([head, body, `${signature.slice(0, -4)}AAAA`].join('.'));
  await refused([head, body, Buffer.alloc(64).toString('base64url')].join('.'));
  await refused(`${head}.${body}`.concat('.'));
});

describe('tokens of people', () => {
  async function given(
    more: Record<string, string> = {},
  ): Promise<{ person: Person; browser: Browser; tokens: Tokens; client: string }> {
    const person = await createPerson(server, REGION);
    const browser = await signedIn(server, person);
    const { client } = await webClient(server);
    return { person, browser, client: client.id, tokens: await tokensOf(server, browser, client.id, more) };
  }

  test('an ID token and a refresh token open nothing', async () => {
    const { tokens } = await given();
    await refused(tokens.id_token ?? '');
    expect((await bearer(server, tokens.refresh_token ?? '')).status).toBe(401);
  });

  test('a disabled account, an account without its role, an ended client and a sign-out end tokens within two seconds', async () => {
    const [disabled, roleless, ended, out, everywhere] = await Promise.all([
      given(),
      given(),
      given(),
      given(),
      given({ scope: 'openid offline_access hutong.read', prompt: 'consent' }),
    ]);
    const all = [disabled, roleless, ended, out, everywhere];
    for (const { tokens } of all) expect((await bearer(server, tokens.access_token)).status).toBe(200);
    await server.index.query('UPDATE account SET disabled_at = now() WHERE account_id = $1', [
      disabled.person.id,
    ]);
    await server.index.query('DELETE FROM account_role WHERE account_id = $1', [roleless.person.id]);
    await server.index.query('UPDATE oidc_client SET ended_at = now() WHERE client_id = $1', [ended.client]);
    expect((await out.browser.fetch('/api/session', { method: 'DELETE' })).status).toBeLessThan(300);
    await endEverything(server.index, everywhere.person.id);
    await believedNoMore();
    const statuses = await Promise.all(
      all.map(async ({ tokens }) => (await bearer(server, tokens.access_token)).status),
    );
    expect(statuses).toEqual([401, 403, 401, 401, 401]);
    for (const { tokens, client } of [disabled, out, everywhere]) {
      const answer = await postToken(server, {
        grant_type: 'refresh_token',
        client_id: client,
        refresh_token: tokens.refresh_token ?? '',
      });
      expect(answer.status).toBe(400);
    }
  });

  test('a token does not give what the account lost, nor more by another purpose than the application was allowed', async () => {
    const person = await createPerson(server, [
      { role: 'qualityControl', hospital: null },
      { role: 'radiologist', hospital: null },
    ]);
    const browser = await signedIn(server, person);
    const { client } = await webClient(server, { scopes: ['share'] });
    const tokens = await tokensOf(server, browser, client.id, {
      scope: 'openid hutong.share hutong.read hutong.review',
    });
    expect(tokens.scope).toBe('hutong.share');
    for (const purpose of ['TREAT', 'HQUALIMP', 'BTG']) {
      const answer = await fetch(`${server.url}/api/worklist`, {
        headers: { Authorization: `Bearer ${tokens.access_token}`, 'Purpose-Of-Use': purpose },
      });
      expect(answer.status).toBe(403);
      expect(answer.headers.get('www-authenticate')).toContain(
        'error="insufficient_scope", scope="hutong.read"',
      );
    }
  });
});

async function code(browser: Browser, clientId: string): Promise<{ code: string; verifier: string }> {
  const request = authorizationRequest(server, clientId);
  const first = await begin(browser, request.url);
  // What was agreed to in this session is not asked again.
  const back = first.href.startsWith(REDIRECT) ? first : await agree(browser, first);
  return { code: back.searchParams.get('code') ?? '', verifier: request.verifier };
}

const exchange = (
  clientId: string,
  given: { code: string; verifier: string },
  more: Record<string, string> = {},
) =>
  postToken(server, {
    grant_type: 'authorization_code',
    client_id: clientId,
    code: given.code,
    redirect_uri: REDIRECT,
    code_verifier: given.verifier,
    ...more,
  });

test('a code is taken once: a second use is refused and ends what the first one gave', async () => {
  const browser = await signedIn(server, await createPerson(server, REGION));
  const { client } = await webClient(server);
  const given = await code(browser, client.id);
  const tokens = (await (await exchange(client.id, given)).json()) as Tokens;
  const again = await exchange(client.id, given);
  expect(again.status).toBe(400);
  expect(await again.json()).toEqual({
    error: 'invalid_grant',
    error_description: 'grant request is invalid',
  });
  await believedNoMore();
  await refused(tokens.access_token);
});

test('of two exchanges of one code at the same moment at most one gives tokens', async () => {
  const browser = await signedIn(server, await createPerson(server, REGION));
  const { client } = await webClient(server);
  const given = await code(browser, client.id);
  const answers = await Promise.all(Array.from({ length: 5 }, () => exchange(client.id, given)));
  expect(answers.filter(({ status }) => status === 200).length).toBeLessThanOrEqual(1);
});

test('a code is for its client, its verifier and its address alone', async () => {
  const browser = await signedIn(server, await createPerson(server, REGION));
  const { client } = await webClient(server);
  const { client: other } = await webClient(server);
  expect((await exchange(other.id, await code(browser, client.id))).status).toBe(400);
  const given = await code(browser, client.id);
  expect((await exchange(client.id, { ...given, verifier: 'x'.repeat(43) })).status).toBe(400);
  const second = await code(browser, client.id);
  expect((await exchange(client.id, second, { redirect_uri: `${REDIRECT}/../other` })).status).toBe(400);
  const third = await code(browser, client.id);
  expect(
    (
      await postToken(server, {
        grant_type: 'authorization_code',
        client_id: client.id,
        code: third.code,
        redirect_uri: REDIRECT,
      })
    ).status,
  ).toBe(400);
});

test('a request without PKCE, with plain PKCE, or to an address that is not registered does not begin', async () => {
  const browser = await signedIn(server, await createPerson(server, REGION));
  const { client } = await webClient(server);
  const ask = async (change: (query: URLSearchParams) => void): Promise<Response> => {
    const url = new URL(authorizationRequest(server, client.id).url);
    change(url.searchParams);
    return browser.fetch(url.href);
  };
  const withoutChallenge = await ask((query) => {
    query.delete('code_challenge');
    query.delete('code_challenge_method');
  });
  expect(withoutChallenge.headers.get('location')).toContain('error=invalid_request');
  const plain = await ask((query) => {
    query.set('code_challenge_method', 'plain');
  });
  expect(plain.headers.get('location')).toContain('error=invalid_request');
  for (const uri of [
    `${REDIRECT}/more`,
    `${REDIRECT}?x=1`,
    'https://app.example.org.attacker.org/back',
    'javascript:alert(1)',
  ]) {
    const answer = await ask((query) => {
      query.set('redirect_uri', uri);
    });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('location')).toBeNull();
    expect(answer.headers.get('content-security-policy')).toContain("default-src 'none'");
  }
  for (const type of ['token', 'id_token', 'code id_token token']) {
    const answer = await ask((query) => {
      query.set('response_type', type);
    });
    expect(answer.headers.get('location') ?? '').not.toMatch(/access_token|id_token=/);
  }
});

test('an interaction is answered in the browser that began it, by the person that is signed in there, and never by foreign pages', async () => {
  const person = await createPerson(server, REGION);
  const other = await createPerson(server, REGION);
  const { client } = await webClient(server);
  const browser = await signedIn(server, person);
  const page = await begin(browser, authorizationRequest(server, client.id).url);
  const stranger = await signedIn(server, other);
  expect((await stranger.fetch(`${page.href}/details`)).status).toBe(404);
  expect((await stranger.post(`${page.href}/confirm`, { account: other.id })).status).toBe(404);
  expect((await browser.post(`${page.href}/confirm`, { account: other.id })).status).toBe(401);
  const foreign = await browser.fetch(`${page.href}/confirm`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', Origin: 'https://attacker.example.org' },
    body: JSON.stringify({ account: person.id }),
  });
  expect(foreign.status).toBe(403);
  expect((await details(browser, page)).obstacle).toBeNull();
  const denied = await browser.post(`${page.href}/deny`, {});
  const { location } = (await denied.json()) as { location: string };
  const back = await begin(browser, location);
  expect(back.searchParams.get('error')).toBe('access_denied');
  expect(back.searchParams.get('code')).toBeNull();
});

test("people of other hospitals do not sign in to a hospital's application, and accounts with a given password to none", async () => {
  await server.hospitalKey('h1');
  await server.hospitalKey('h2');
  const { client } = await webClient(server, { hospitalCode: 'h1' });
  const browser = await signedIn(server, await createPerson(server, [{ role: 'clinician', hospital: 'h2' }]));
  const page = await begin(browser, authorizationRequest(server, client.id).url);
  const { obstacle, person } = await details(browser, page);
  expect(obstacle).toBe('otherHospital');
  expect((await browser.post(`${page.href}/confirm`, { account: person?.account ?? '' })).status).toBe(403);
});

test('after signing out at the portal an application has to ask again, also without a prompt', async () => {
  const browser = await signedIn(server, await createPerson(server, REGION));
  const { client } = await webClient(server);
  await tokensOf(server, browser, client.id);
  const silent = await begin(browser, authorizationRequest(server, client.id, { prompt: 'none' }).url);
  expect(silent.searchParams.get('code')).not.toBeNull();
  await browser.fetch('/api/session', { method: 'DELETE' });
  const after = await begin(browser, authorizationRequest(server, client.id, { prompt: 'none' }).url);
  expect(after.searchParams.get('error')).toBe('login_required');
});

test('a machine with a wrong, an old or an ended secret gets no token, and is told to wait after many failures', async () => {
  const { client, secret } = await machineClient(server);
  const ask = (given: string | null) =>
    postToken(server, { grant_type: 'client_credentials' }, { id: client.id, secret: given });
  expect((await ask('hcs_wrong')).status).toBe(401);
  expect((await ask('kept-as-a-digest')).status).toBe(401);
  const next = await rotateClientSecret(server.index, client.id, 3600);
  expect((await ask(secret)).status).toBe(200);
  expect((await ask(next)).status).toBe(200);
  const last = await rotateClientSecret(server.index, client.id, 0);
  expect((await ask(secret)).status).toBe(401);
  expect((await ask(next)).status).toBe(401);
  expect((await ask(last)).status).toBe(200);
  await endClient(server.index, client.id);
  expect((await ask(last)).status).toBe(401);
  for (let attempt = 0; attempt < 20; attempt += 1) await ask('hcs_wrong');
  const locked = await ask(last);
  expect(locked.status).toBe(429);
  expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
  // Others at the same address go on.
  const { client: other, secret: others } = await machineClient(server);
  expect((await machineToken(server, other, others)).scope).toBe('hutong.read');
});

test('no token, code, verifier or secret stands in the log', async () => {
  const text = JSON.stringify(server.logged);
  expect(text).not.toMatch(/eyJ[A-Za-z0-9_-]+\./);
  expect(text).not.toMatch(/hcs_|code_verifier|[?&]code=/);
  expect(server.logged.some(({ route }) => String(route).startsWith('/oidc'))).toBe(true);
});

test('what was issued, refused and agreed to is on record', async () => {
  const { rows } = await server.index.query<{ change: string; outcome: string; count: number }>(
    `SELECT detail::json ->> 'change' AS change, outcome, count(*)::int AS count FROM audit_event
      WHERE detail::json ->> 'change' IS NOT NULL GROUP BY 1, 2`,
  );
  const { rows: byApplication } = await server.index.query(
    `SELECT 1 FROM audit_event WHERE actor_kind = 'person' AND detail::json ->> 'application' = '阅片应用'`,
  );
  expect(byApplication.length).toBeGreaterThan(0);
  const kinds = rows.map(({ change, outcome }) => `${change} ${outcome}`);
  expect(kinds).toEqual(
    expect.arrayContaining(['tokenIssued success', 'consented success', 'consented refused']),
  );
});
