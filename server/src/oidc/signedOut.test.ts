import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { endByLogoutToken, endClient, endEverything, setDisabled } from '@hutong/storage-config';
import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose';
import { afterAll, afterEach, beforeAll, expect, test } from 'vitest';
import { startTestServer, type TestServer } from '../testing.ts';
import { bearer, type Browser, createPerson, type Person, signedIn, tokensOf, webClient } from './testing.ts';

const REGION = [{ role: 'radiologist', hospital: null }] as const;
const WITHIN = { timeout: 15_000 };

let server: TestServer;
let application: Server;
let logoutUri: string;
let told: string[];
/** What the application answers. */
let status: number;
/** Answers that it keeps back. */
let silent: boolean;
beforeAll(async () => {
  // The application of the test is on this machine.
  server = await startTestServer({ env: { HUTONG_WEBHOOK_ADDRESSES: 'any' } });
  application = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      told.push(new URLSearchParams(body).get('logout_token') ?? '');
      if (!silent) res.writeHead(status).end();
    });
  });
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
  logoutUri = `http://127.0.0.1:${(application.address() as AddressInfo).port}/signed-out`;
  reset();
});
afterEach(reset);
afterAll(async () => {
  application.closeAllConnections();
  await new Promise((resolve) => application.close(resolve));
  await server.close();
});

function reset(): void {
  told = [];
  status = 200;
  silent = false;
}

/** Somebody who is signed in to an application. */
async function inApplication(scope = 'openid hutong.read'): Promise<{
  person: Person;
  browser: Browser;
  client: string;
  token: string;
  sid: unknown;
}> {
  const person = await createPerson(server, REGION);
  const browser = await signedIn(server, person);
  const { client } = await webClient(server, { logoutUri });
  const more = scope.includes('offline_access') ? { prompt: 'consent' } : {};
  const tokens = await tokensOf(server, browser, client.id, { scope, ...more });
  const { sid } = decodeJwt(tokens.id_token ?? '');
  expect(sid).toEqual(expect.any(String));
  return { person, browser, client: client.id, token: tokens.access_token, sid };
}

const waiting = async (): Promise<number> => {
  const { rows } = await server.index.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM oidc_application_session',
  );
  return rows[0]?.count ?? -1;
};

test.each([
  ['signs out at the portal', ({ browser }) => browser.fetch('/api/session', { method: 'DELETE' })],
  ['is disabled', ({ person }) => setDisabled(server.index, person.username, true)],
  ['is signed out everywhere', ({ person }) => endEverything(server.index, person.id)],
  [
    'ends the session from another one',
    async ({ person, browser }) => {
      const other = await signedIn(server, person);
      expect((await other.fetch('/api/account/sessions', { method: 'DELETE' })).status).toBe(204);
      expect((await browser.fetch('/api/session')).status).toBe(401);
    },
  ],
] satisfies [string, (one: { person: Person; browser: Browser }) => Promise<unknown>][])(
  'an application is told in a signed token, once, when somebody %s',
  async (_how, end) => {
    const one = await inApplication();
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(told).toEqual([]);
    await end(one);
    await expect.poll(() => told.length, WITHIN).toBe(1);
    const { payload, protectedHeader } = await jwtVerify(
      told[0] ?? '',
      createRemoteJWKSet(new URL(`${server.url}/oidc/jwks`)),
      { issuer: `${server.url}/oidc`, audience: one.client },
    );
    expect(protectedHeader.typ).toBe('logout+jwt');
    expect(payload).toMatchObject({ sub: one.person.id, sid: one.sid });
    expect(payload['nonce']).toBeUndefined();
    await expect.poll(waiting, WITHIN).toBe(0);
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(told.length).toBe(1);
  },
);

test('an application that keeps a grant for later is told as well that the person signed out', async () => {
  const { browser, token } = await inApplication('openid offline_access hutong.read');
  await browser.fetch('/api/session', { method: 'DELETE' });
  await expect.poll(() => told.length, WITHIN).toBe(1);
  expect((await bearer(server, token)).status).toBe(200);
});

test('an application that does not answer holds up nobody, and is told again until it does', async () => {
  silent = true;
  const { browser } = await inApplication();
  expect((await browser.fetch('/api/session', { method: 'DELETE' })).status).toBe(204);
  await expect.poll(() => told.length, WITHIN).toBe(1);
  expect(await waiting()).toBe(1);
  silent = false;
  status = 503;
  await server.index.query('UPDATE oidc_application_session SET try_at = now()');
  await expect.poll(() => told.length, WITHIN).toBe(2);
  await server.index.query('UPDATE oidc_application_session SET try_at = now()');
  status = 204;
  await expect.poll(waiting, WITHIN).toBe(0);
  expect(told.length).toBeGreaterThan(2);
  expect(
    server.logged.some(({ msg }) => msg === 'an application did not take that somebody signed out'),
  ).toBe(true);
  expect(JSON.stringify(server.logged)).not.toMatch(/eyJ/);
}, 60_000);

test('an application that is known no more, or never takes it, is not told for ever', async () => {
  const ended = await inApplication();
  await endClient(server.index, ended.client);
  await expect.poll(waiting, WITHIN).toBe(0);
  expect(told).toEqual([]);
  status = 500;
  const { browser } = await inApplication();
  await server.index.query('UPDATE oidc_application_session SET attempts = 19');
  await browser.fetch('/api/session', { method: 'DELETE' });
  await expect.poll(waiting, WITHIN).toBe(0);
  expect(told.length).toBe(1);
});

test('a person who goes on working is signed in to the application, idle or not at the portal', async () => {
  const { client } = await inApplication();
  await server.index.query(`UPDATE session SET last_used_at = now() - interval '2 hours'`);
  await new Promise((resolve) => setTimeout(resolve, 2000));
  expect(told).toEqual([]);
  await server.index.query('DELETE FROM oidc_application_session WHERE client_id = $1', [client]);
});

test('the word of a provider that somebody signed out ends what the session granted', async () => {
  const { person, token } = await inApplication('openid offline_access hutong.read');
  expect((await bearer(server, token)).status).toBe(200);
  await server.index.query(
    `INSERT INTO provider_session (id_hash, issuer, subject, sid)
     SELECT id_hash, 'https://sso.example.org', 'subject', 'at the provider' FROM session WHERE account_id = $1`,
    [person.id],
  );
  await endByLogoutToken(server.index, {
    issuer: 'https://sso.example.org',
    jti: person.id,
    expiresAt: new Date(Date.now() + 60_000),
    sid: 'at the provider',
    subject: null,
  });
  await expect.poll(() => told.length, WITHIN).toBe(1);
  await new Promise((resolve) => setTimeout(resolve, 2200));
  expect((await bearer(server, token)).status).toBe(401);
});
