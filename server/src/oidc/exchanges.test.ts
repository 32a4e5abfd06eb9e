import { createServer, request, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { generateKeyPairSync, randomUUID } from 'node:crypto';
import { loadConfig, openSecretBox, readSigningKeys, rotateSigningKeys } from '@hutong/storage-config';
import { createRemoteJWKSet, jwtVerify, SignJWT } from 'jose';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';
import {
  bearer,
  createPerson,
  machineClient,
  machineToken,
  postToken,
  signedIn,
  tokensOf,
  webClient,
} from './testing.ts';

let server: TestServer;
let told: { body: string; type: string }[];
let application: Server;
let logoutUri: string;
beforeAll(async () => {
  // The application of the test is on this machine.
  server = await startTestServer({ env: { HUTONG_WEBHOOK_ADDRESSES: 'any' } });
  told = [];
  application = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      told.push({ body, type: req.headers['content-type'] ?? '' });
      res.end();
    });
  });
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
  logoutUri = `http://127.0.0.1:${(application.address() as AddressInfo).port}/signed-out`;
});
afterAll(async () => {
  await new Promise((resolve) => application.close(resolve));
  await server.close();
});

const REGION = [{ role: 'radiologist', hospital: null }] as const;

interface Description {
  issuer: string;
  token_endpoint: string;
  authorization_endpoint: string;
  jwks_uri: string;
  code_challenge_methods_supported: string[];
  id_token_signing_alg_values_supported: string[];
  response_types_supported: string[];
}

test('the description is found at both addresses, by the name that people use, and offers nothing weak', async () => {
  const behind = await startTestServer({
    env: { HUTONG_PUBLIC_URL: 'https://imaging.example.org', HUTONG_TRUST_PROXY: 'on' },
  });
  try {
    for (const path of ['/.well-known/openid-configuration', '/oidc/.well-known/openid-configuration']) {
      const answer = await fetch(behind.url + path, {
        headers: { 'X-Forwarded-Host': 'attacker.example.org' },
      });
      expect(answer.status).toBe(200);
      const body = (await answer.json()) as Description;
      expect(body).toMatchObject({
        issuer: 'https://imaging.example.org/oidc',
        token_endpoint: 'https://imaging.example.org/oidc/token',
        authorization_endpoint: 'https://imaging.example.org/oidc/auth',
        code_challenge_methods_supported: ['S256'],
        response_types_supported: ['code'],
      });
      expect(body.id_token_signing_alg_values_supported.toSorted()).toEqual(['ES256', 'RS256']);
      expect(JSON.stringify(body)).not.toMatch(/attacker|"none"\]?,?"?HS|HS256|implicit/);
    }
    const smart = await fetch(`${behind.url}/.well-known/smart-configuration`);
    expect(await smart.json()).toMatchObject({ token_endpoint: 'https://imaging.example.org/oidc/token' });
    const cookies = (await fetch(`${behind.url}/oidc/auth?client_id=x`)).headers.getSetCookie();
    for (const cookie of cookies) expect(cookie).toMatch(/httponly/i);
  } finally {
    await behind.close();
  }
});

test('under a made-up name nothing is issued', async () => {
  const status = await new Promise<number | undefined>((resolve, reject) => {
    request(
      `${server.url}/oidc/.well-known/openid-configuration`,
      { headers: { Host: 'attacker.example.org' } },
      (answer) => {
        answer.resume();
        resolve(answer.statusCode);
      },
    )
      .on('error', reject)
      .end();
  });
  expect(status).toBe(404);
});

test('an access token is told about and revoked for its own client alone', async () => {
  const { client, secret } = await machineClient(server);
  const { client: other, secret: others } = await machineClient(server);
  const { access_token: token } = await machineToken(server, client, secret);
  const ask = async (path: string, id: string, given: string | null): Promise<Response> =>
    fetch(`${server.url}/oidc/${path}`, {
      method: 'POST',
      headers: { Authorization: `Basic ${Buffer.from(`${id}:${given ?? ''}`).toString('base64')}` },
      body: new URLSearchParams({ token }),
    });
  expect(await (await ask('introspect', client.id, secret)).json()).toMatchObject({
    active: true,
    client_id: client.id,
    scope: 'hutong.read',
    aud: server.url,
  });
  expect(await (await ask('introspect', other.id, others)).json()).toEqual({ active: false });
  expect((await ask('introspect', client.id, 'hcs_wrong')).status).toBe(401);
  expect((await ask('revoke', other.id, others)).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 2200));
  expect((await bearer(server, token)).status).toBe(200);
  expect((await ask('revoke', client.id, secret)).status).toBe(200);
  await new Promise((resolve) => setTimeout(resolve, 2200));
  expect((await bearer(server, token)).status).toBe(401);
  expect(await (await ask('introspect', client.id, secret)).json()).toEqual({ active: false });
});

test('a machine shows who it is by its own key, once for each assertion', async () => {
  const { publicKey, privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const { client } = await machineClient(server, {
    authentication: 'privateKey',
    jwks: { keys: [{ ...publicKey.export({ format: 'jwk' }), kid: 'one', use: 'sig', alg: 'ES256' }] },
  });
  const assertion = (audience: string) =>
    new SignJWT({})
      .setProtectedHeader({ alg: 'ES256', kid: 'one' })
      .setIssuer(client.id)
      .setSubject(client.id)
      .setAudience(audience)
      .setJti(randomUUID())
      .setIssuedAt()
      .setExpirationTime('1m')
      .sign(privateKey);
  const ask = (text: string) =>
    postToken(server, {
      grant_type: 'client_credentials',
      client_id: client.id,
      client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
      client_assertion: text,
    });
  const good = await assertion(`${server.url}/oidc`);
  expect((await ask(good)).status).toBe(200);
  expect((await ask(good)).status).toBe(401);
  expect((await ask(await assertion('https://other.example.org'))).status).toBe(401);
});

test('pages of the client may exchange and ask who it is from their own address, other pages may not', async () => {
  const { client } = await webClient(server);
  const ask = (origin: string) =>
    fetch(`${server.url}/oidc/token`, {
      method: 'POST',
      headers: { Origin: origin },
      body: new URLSearchParams({ grant_type: 'refresh_token', client_id: client.id, refresh_token: 'x' }),
    });
  const own = await ask('https://app.example.org');
  expect(own.headers.get('access-control-allow-origin')).toBe('https://app.example.org');
  expect(own.headers.get('access-control-allow-credentials')).toBeNull();
  expect((await ask('https://attacker.example.org')).headers.get('access-control-allow-origin')).toBeNull();

  const browser = await signedIn(server, await createPerson(server, REGION));
  const { access_token: token } = await tokensOf(server, browser, client.id);
  const who = (origin: string) =>
    fetch(`${server.url}/oidc/userinfo`, { headers: { Origin: origin, Authorization: `Bearer ${token}` } });
  expect((await who('https://app.example.org')).headers.get('access-control-allow-origin')).toBe(
    'https://app.example.org',
  );
  expect((await who('https://attacker.example.org')).headers.get('access-control-allow-origin')).toBeNull();
  expect((await fetch(`${server.url}/oidc/userinfo`)).status).toBe(401);
});

test('signing out by one application tells the others, in a signed token, and ends the portal too', async () => {
  const person = await createPerson(server, REGION);
  const browser = await signedIn(server, person);
  const { client } = await webClient(server, { logoutUri });
  const tokens = await tokensOf(server, browser, client.id);
  const query = new URLSearchParams({ id_token_hint: tokens.id_token ?? '', client_id: client.id });
  const page = await browser.fetch(`/oidc/logout?${query.toString()}`);
  expect(page.status).toBe(200);
  const html = await page.text();
  const policy = page.headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).not.toContain('unsafe');
  const xsrf = /name="xsrf" value="([^"]+)"/.exec(html)?.[1] ?? '';
  const forged = await browser.fetch('/oidc/logout/confirm', {
    method: 'POST',
    body: new URLSearchParams({ xsrf: 'guess', logout: 'yes' }),
  });
  expect(forged.status).toBe(400);
  const done = await browser.fetch('/oidc/logout/confirm', {
    method: 'POST',
    body: new URLSearchParams({ xsrf, logout: 'yes' }),
  });
  expect(done.status).toBe(303);
  // No request waits for applications.
  await expect.poll(() => told.length).toBe(1);
  const [notice] = told;
  expect(notice?.type).toContain('application/x-www-form-urlencoded');
  const token = new URLSearchParams(notice?.body).get('logout_token') ?? '';
  const { payload } = await jwtVerify(token, createRemoteJWKSet(new URL(`${server.url}/oidc/jwks`)), {
    issuer: `${server.url}/oidc`,
    audience: client.id,
  });
  expect(payload.sub).toBe(person.id);
  expect((await browser.fetch('/api/session')).status).toBe(401);
  expect((await bearer(server, token)).status).toBe(401);
});

test('signing keys change with what was signed going on, and without it when they may be known to others', async () => {
  const own = await startTestServer();
  try {
    const box = openSecretBox(loadConfig({ HUTONG_DATA: own.folder }));
    const { client, secret } = await machineClient(own);
    const before = await machineToken(own, client, secret);
    await rotateSigningKeys(own.index, box);
    const keys = async (): Promise<string[]> =>
      (await readSigningKeys(own.index, box)).jwks.filter(({ alg }) => alg === 'ES256').map(({ kid }) => kid);
    const [signing, next] = await keys();
    expect(next).toBeDefined();
    expect((await bearer(own, before.access_token)).status).toBe(200);
    await own.index.query(
      `UPDATE oidc_key SET signs_from = signs_from - interval '1 hour' - CASE WHEN signs_from < now() THEN interval '1 day' ELSE interval '0' END`,
    );
    expect(await keys()).toEqual([next, signing]);
    const { rows } = await own.index.query<{ secret: string }>('SELECT secret FROM oidc_key');
    for (const row of rows) expect(row.secret).toMatch(/^hsb1\./);
    await rotateSigningKeys(own.index, box, true);
    expect((await keys()).length).toBe(1);
    // This server read the old key a moment ago, and believes it no more all the same.
    await new Promise((resolve) => setTimeout(resolve, 2200));
    expect((await bearer(own, before.access_token)).status).toBe(401);
    const after = await machineToken(own, client, secret);
    expect((await bearer(own, after.access_token)).status).toBe(200);
    await own.stop();
    const again = await readSigningKeys(own.index, box);
    expect(again.jwks.map(({ kid }) => kid)).not.toContain(signing);
  } finally {
    await own.close();
  }
});

test('nothing that is kept of sign-ins opens anything', async () => {
  const browser = await signedIn(server, await createPerson(server, REGION));
  const { client } = await webClient(server);
  const tokens = await tokensOf(server, browser, client.id, {
    scope: 'openid offline_access hutong.read',
    prompt: 'consent',
  });
  const { rows } = await server.index.query<{ text: string }>('SELECT r::text AS text FROM oidc_record r');
  expect(rows.length).toBeGreaterThan(3);
  for (const { text } of rows) {
    expect(text).not.toContain(tokens.refresh_token);
    expect(text).not.toContain(REGION[0].role);
    expect(text).toMatch(/hsb1\.|RevokedToken/);
  }
});
