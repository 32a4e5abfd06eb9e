import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createSignInLink } from '@hutong/storage-config';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type HostileProvider, startHostileProvider } from '../../../test/harness/hostileProvider.ts';
import {
  agree,
  authorizationRequest,
  bearer,
  begin,
  Browser,
  createPerson,
  machineClient,
  machineToken,
  postToken,
  REDIRECT,
  type Tokens,
  webClient,
} from '../oidc/testing.ts';
import { startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
let folder: string;
let provider: HostileProvider;
let application: Server;
let told: string[];
beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hutong-secrets-'));
  provider = await startHostileProvider();
  const settings = {
    id: 'sso',
    name: { zh: '认证', en: 'sso' },
    issuer: provider.url,
    clientId: 'hutong',
    clientSecretFile: 'secret',
    roles: [
      { claim: 'realm_access.roles', value: 'hutong-radiologist', role: 'radiologist', hospital: null },
    ],
  };
  await writeFile(path.join(folder, 'secret'), 'a secret of the tests, long enough for a key');
  await writeFile(path.join(folder, 'providers.json'), JSON.stringify({ providers: [settings] }));
  server = await startTestServer({
    env: {
      HUTONG_OIDC_PROVIDERS_FILE: path.join(folder, 'providers.json'),
      HUTONG_WEBHOOK_ADDRESSES: 'any',
    },
  });
  told = [];
  application = createServer((req, res) => {
    let body = '';
    req.on('data', (chunk: Buffer) => (body += chunk.toString()));
    req.on('end', () => {
      told.push(new URLSearchParams(body).get('logout_token') ?? '');
      res.writeHead(500).end();
    });
  });
  await new Promise<void>((resolve) => application.listen(0, '127.0.0.1', resolve));
}, 60_000);
afterAll(async () => {
  application.closeAllConnections();
  application.close();
  await server.close();
  await provider.close();
  await rm(folder, { recursive: true, force: true });
});

/** Everything that the index holds, a line for each row. */
async function wholeIndex(): Promise<string> {
  const { rows: tables } = await server.index.query<{ name: string }>(
    `SELECT quote_ident(table_name) AS name FROM information_schema.tables WHERE table_schema = 'public' AND table_type = 'BASE TABLE'`,
  );
  const texts: string[] = [];
  for (const { name } of tables) {
    const { rows } = await server.index.query<{ text: string }>(`SELECT t::text AS text FROM ${name} t`);
    texts.push(...rows.map(({ text }) => `${name} ${text}`));
  }
  return texts.join('\n');
}

test('after a day of everything no log, record, answer of an error or row of the index holds what opens something', async () => {
  const secrets = new Map<string, string>();
  const keep = (what: string, value: string | null | undefined): string => {
    if (value === null || value === undefined || value.length < 6) throw new Error(`no ${what}`);
    secrets.set(what, value);
    return value;
  };
  const errors: string[] = [];
  const json = async <T>(answer: Response): Promise<T> => (await answer.json()) as T;

  const person = await createPerson(server, [{ role: 'administrator', hospital: null }]);
  keep('password', person.password);
  const browser = new Browser(server.url);
  const typed = keep('wrong password', 'Typed-into-the-wrong-field-9');
  for (const body of [
    { username: person.username, password: typed },
    { username: typed, password: person.password },
    { token: keep('wrong link', 'htl_wrongwrongwrongwrongwrong') },
  ])
    errors.push(await (await browser.post('/api/session', body)).text());
  await browser.post('/api/session', { username: person.username, password: person.password });
  keep('first session', browser.cookie('hutong_session /'));
  keep('device', browser.cookie('hutong_device /api/session'));

  // A second factor, and what stands in for it.
  const offer = await browser.post('/api/account/one-time-password', { password: person.password });
  const totp = new TOTP({ secret: keep('seed', (await json<{ secret: string }>(offer)).secret) });
  const confirmed = await browser.fetch('/api/account/one-time-password', {
    method: 'PUT',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ oneTimePassword: totp.generate() }),
  });
  const { recoveryCodes } = await json<{ recoveryCodes: string[] }>(confirmed);
  for (const [at, code] of recoveryCodes.entries()) keep(`recovery code ${at}`, code);
  const again = { username: person.username, password: person.password };
  errors.push(await (await browser.post('/api/session', { ...again, oneTimePassword: '000000' })).text());
  expect((await browser.post('/api/session', { ...again, oneTimePassword: recoveryCodes[0] })).status).toBe(
    201,
  );
  keep('second session', browser.cookie('hutong_session /'));
  const token = keep('link', await createSignInLink(server.index, { subject: 'operator', ttlSeconds: 60 }));
  const byLink = new Browser(server.url);
  expect((await byLink.post('/api/session', { token })).status).toBe(201);
  keep('session by a link', byLink.cookie('hutong_session /'));

  // Keys, machines, applications.
  const made = await browser.post('/api/keys', {
    hospital: null,
    scopes: ['read', 'metrics'],
    label: 'PACS',
  });
  const { key, secret } = await json<{ key: { id: string }; secret: string }>(made);
  keep('key', secret);
  const rotated = await browser.post(`/api/keys/${key.id}/rotate`, {});
  keep('rotated key', (await json<{ secret: string }>(rotated)).secret);
  expect((await bearer(server, secret)).status).toBe(200);
  errors.push(await (await bearer(server, keep('wrong key', `${secret.slice(0, -3)}abc`))).text());
  const machine = await machineClient(server);
  keep('secret of a machine', machine.secret);
  const own = await machineToken(server, machine.client, machine.secret);
  keep('token of a machine', own.access_token);
  expect((await bearer(server, own.access_token)).status).toBe(200);
  errors.push(
    await (await bearer(server, keep('altered token', `${own.access_token.slice(0, -3)}abc`))).text(),
  );
  const { port } = application.address() as AddressInfo;
  const { client, secret: clientSecret } = await webClient(server, {
    authentication: 'secret',
    logoutUri: `http://127.0.0.1:${port}/`,
  });
  keep('secret of an application', clientSecret);
  const request = authorizationRequest(server, client.id, {
    scope: 'openid offline_access hutong.read',
    prompt: 'consent',
    nonce: keep('nonce', 'nonce-of-an-application'),
  });
  keep('state', request.state);
  keep('verifier', request.verifier);
  const back = await agree(browser, await begin(browser, request.url));
  const exchange = {
    grant_type: 'authorization_code',
    code: keep('code', back.searchParams.get('code')),
    redirect_uri: REDIRECT,
    code_verifier: request.verifier,
  };
  const basic = { id: client.id, secret: clientSecret };
  const tokens = await json<Tokens>(await postToken(server, exchange, basic));
  keep('access token', tokens.access_token);
  keep('refresh token', tokens.refresh_token);
  keep('ID token', tokens.id_token);
  expect((await bearer(server, tokens.access_token)).status).toBe(200);
  const refresh = { grant_type: 'refresh_token', refresh_token: tokens.refresh_token ?? '' };
  const next = await json<Tokens>(await postToken(server, refresh, basic));
  keep('next refresh token', next.refresh_token);
  for (const body of [exchange, refresh]) errors.push(await (await postToken(server, body, basic)).text());
  errors.push(await (await postToken(server, exchange, { ...basic, secret: 'hcs_wrong' })).text());

  // A provider, by the rules and not.
  for (const how of [
    {},
    { claims: { nonce: 'x' } },
    { answer: { status: 500, body: 'a-word-of-the-provider' } },
  ]) {
    await provider.misbehave(how);
    const visitor = new Browser(server.url);
    const start = await visitor.fetch('/api/sign-in/providers/sso/start');
    const at = new URL(start.headers.get('location') ?? '');
    keep(`state of a provider ${secrets.size}`, at.searchParams.get('state'));
    keep(`nonce of a provider ${secrets.size}`, at.searchParams.get('nonce'));
    keep(`flow ${secrets.size}`, visitor.cookie('hutong_sign_in /api/sign-in'));
    const answer = await fetch(at, { redirect: 'manual' });
    const callback = new URL(answer.headers.get('location') ?? '');
    keep(`code of a provider ${secrets.size}`, callback.searchParams.get('code'));
    errors.push((await visitor.fetch(callback.href)).headers.get('location') ?? '');
    const session = visitor.cookie('hutong_session /');
    if (session !== undefined) keep(`session of a provider ${secrets.size}`, session);
  }
  keep('word of the provider', 'a-word-of-the-provider');

  await browser.fetch('/api/session', { method: 'DELETE' });
  await expect.poll(() => told.length, { timeout: 15_000 }).toBeGreaterThan(0);
  keep('logout token', told[0]);
  // Refusals are recorded after their answers.
  await expect
    .poll(() => server.logged.some(({ msg }) => String(msg).startsWith('an application did not take')))
    .toBe(true);

  const places: [string, string][] = [
    ['the log', JSON.stringify(server.logged)],
    ['answers of errors', errors.join('\n')],
    ['the index', await wholeIndex()],
  ];
  expect(secrets.size).toBeGreaterThan(35);
  for (const [where, text] of places) {
    expect(text.length).toBeGreaterThan(1000 * (where === 'answers of errors' ? 0.5 : 1));
    // Names are kept in small letters, and passwords are typed where names belong.
    const small = text.toLowerCase();
    const found = [...secrets]
      .filter(([, value]) => small.includes(value.toLowerCase()))
      .map(([what]) => what);
    expect([where, found]).toEqual([where, []]);
  }
  const { rows } = await server.index.query<{ count: number }>(
    'SELECT count(*)::int AS count FROM audit_event',
  );
  expect(rows[0]?.count).toBeGreaterThan(15);
  // The key that seals lies beside the index, for its owner alone.
  const [keyFile] = (await readdir(server.folder)).filter((name) => name === 'secret.key');
  expect(keyFile).toBeDefined();
  const sealing = (await readFile(path.join(server.folder, keyFile ?? ''), 'utf8')).trim();
  for (const [, text] of places) expect(text).not.toContain(sealing);
}, 90_000);
