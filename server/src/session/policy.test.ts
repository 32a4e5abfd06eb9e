import { createAccount, type Role } from '@hutong/storage-config';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { OneTimePasswordOffer, SessionInfo } from '../contract.ts';
import { startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer({
    env: {
      HUTONG_SECOND_FACTOR: 'administrators',
      HUTONG_PASSWORD_DAYS: '90',
      HUTONG_SESSIONS_PER_ACCOUNT: '2',
    },
  });
});
afterAll(() => server.close());

const send = (method: string, path: string, body: object | null, cookie = '') =>
  fetch(`${server.url}/api${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', Cookie: cookie },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });

async function signIn(username: string, password: string): Promise<string> {
  const answer = await send('POST', '/session', { username, password });
  expect(answer.status).toBe(201);
  return (answer.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

const PASSWORD = 'Blaue-Berge-77';
async function aPerson(username: string, role: Role): Promise<string> {
  const roles = [{ role, hospital: null }];
  const { password } = await createAccount(server.index, { username, displayName: '', roles });
  const cookie = await signIn(username, password);
  await send('PUT', '/account/password', { present: password, wanted: PASSWORD }, cookie);
  return cookie;
}

const sessionOf = async (cookie: string) =>
  (await (await send('GET', '/session', null, cookie)).json()) as SessionInfo;

test.each(['administrator', 'hospitalIt', 'auditor'] as const)(
  'a %s sets up a second factor before anything else',
  async (role) => {
    const username = `with.${role.toLowerCase()}`;
    const cookie = await aPerson(username, role);
    expect(await sessionOf(cookie)).toMatchObject({ rights: {}, account: { pending: 'secondFactor' } });
    expect((await send('GET', '/audit', null, cookie)).status).toBe(403);
    expect((await send('GET', '/worklist', null, cookie)).status).toBe(403);
    const offer = (await (
      await send('POST', '/account/one-time-password', { password: PASSWORD }, cookie)
    ).json()) as OneTimePasswordOffer;
    const oneTimePassword = new TOTP({ secret: offer.secret }).generate();
    expect((await send('PUT', '/account/one-time-password', { oneTimePassword }, cookie)).status).toBe(200);
    const after = await sessionOf(cookie);
    expect(after.account?.pending).toBeNull();
    expect(Object.keys(after.rights)).not.toEqual([]);
  },
);

test('a clinician is not asked for one', async () => {
  expect((await sessionOf(await aPerson('clinic', 'clinician'))).account?.pending).toBeNull();
});

test('a password that is too old is changed before anything else', async () => {
  const cookie = await aPerson('long.ago', 'clinician');
  await server.index.query(
    `UPDATE account SET password_set_at = now() - interval '91 days' WHERE username = 'long.ago'`,
  );
  expect(await sessionOf(cookie)).toMatchObject({ rights: {}, account: { pending: 'agedPassword' } });
  expect((await send('GET', '/worklist', null, cookie)).status).toBe(403);
  const change = { present: PASSWORD, wanted: 'Gruene-Wiese-8' };
  expect((await send('PUT', '/account/password', change, cookie)).status).toBe(204);
  expect((await send('GET', '/worklist', null, cookie)).status).toBe(200);
  const back = { present: 'Gruene-Wiese-8', wanted: PASSWORD };
  expect((await send('PUT', '/account/password', back, cookie)).status).toBe(400);
});

test('one session too many ends the one used longest ago', async () => {
  const first = await aPerson('everywhere', 'clinician');
  await server.index.query(
    `UPDATE session SET last_used_at = now() - interval '5 minutes' WHERE subject = 'everywhere'`,
  );
  const second = await signIn('everywhere', PASSWORD);
  const third = await signIn('everywhere', PASSWORD);
  expect((await send('GET', '/session', null, first)).status).toBe(401);
  for (const cookie of [second, third])
    expect((await send('GET', '/session', null, cookie)).status).toBe(200);
});
