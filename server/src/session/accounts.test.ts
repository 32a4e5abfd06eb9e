import { createAccount, type Role } from '@hutong/storage-config';
import { TOTP } from 'otpauth';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type {
  AccountSecurity,
  OneTimePasswordOffer,
  OwnSessionsBody,
  Problem,
  RecoveryCodesBody,
  SessionInfo,
} from '../contract.ts';
import { startTestServer, type TestServer } from '../testing.ts';

let server: TestServer;
beforeAll(async () => {
  server = await startTestServer();
  await server.hospitalKey('a');
  await server.hospitalKey('b');
});
afterAll(() => server.close());

const send = (method: string, path: string, body: object | null, cookie = '', headers: object = {}) =>
  fetch(`${server.url}/api${path}`, {
    method,
    headers: { 'Content-Type': 'application/json', Cookie: cookie, ...headers },
    ...(body === null ? {} : { body: JSON.stringify(body) }),
  });

async function signIn(username: string, password: string, oneTimePassword = ''): Promise<string> {
  const response = await send('POST', '/session', { username, password, oneTimePassword });
  expect(response.status).toBe(201);
  return (response.headers.get('set-cookie') ?? '').split(';')[0] ?? '';
}

const problemOf = async (response: Response) => ((await response.json()) as { code: string }).code;

const PASSWORD = 'Blaue-Berge-77';
/** A person who has chosen an own password; gives the cookie of a session. */
async function aPerson(username: string, role: Role, hospital: string | null): Promise<string> {
  const roles = [{ role, hospital }];
  const { password } = await createAccount(server.index, { username, displayName: '李医生', roles });
  const cookie = await signIn(username, password);
  const body = { present: password, wanted: PASSWORD };
  expect((await send('PUT', '/account/password', body, cookie)).status).toBe(204);
  return cookie;
}

test('a given password opens the way to an own one, and to nothing else', async () => {
  const { password } = await createAccount(server.index, {
    username: 'new.doctor',
    displayName: '王医生',
    roles: [{ role: 'administrator', hospital: null }],
  });
  const cookie = await signIn('new.doctor', password);
  const session = (await (await send('GET', '/session', null, cookie)).json()) as SessionInfo;
  expect(session).toMatchObject({
    subject: 'new.doctor',
    displayName: '王医生',
    rights: {},
    account: { mustChangePassword: true, pending: 'givenPassword' },
  });
  expect((await send('GET', '/worklist', null, cookie)).status).toBe(403);
  const change = (present: string, wanted: string) =>
    send('PUT', '/account/password', { present, wanted }, cookie);
  expect(await problemOf(await change('wrong', PASSWORD))).toBe('wrong-password');
  expect(await problemOf(await change(password, 'short'))).toBe('bad-password');
  expect((await change(password, PASSWORD)).status).toBe(204);
  expect((await send('GET', '/worklist', null, cookie)).status).toBe(200);
});

test('a role in one hospital sees and administers that hospital alone', async () => {
  const cookie = await aPerson('it.of.a', 'administrator', 'a');
  const worklist = (await (await send('GET', '/worklist/facets', null, cookie)).json()) as {
    hospitals: { code: string }[];
  };
  expect(worklist.hospitals.map(({ code }) => code)).toEqual(['a']);
  const webhook = (hospital: string | null) =>
    send('POST', '/webhooks', { hospital, url: 'https://a.example/' }, cookie);
  expect((await webhook('a')).status).toBe(201);
  expect((await webhook('b')).status).toBe(404);
  expect((await webhook(null)).status).toBe(403);
});

test('a clinician reads, and neither administers nor corrects', async () => {
  const cookie = await aPerson('clinic', 'clinician', 'a');
  expect((await send('GET', '/worklist', null, cookie)).status).toBe(200);
  expect((await send('GET', '/audit', null, cookie)).status).toBe(403);
  expect((await send('GET', '/patient-corrections', null, cookie)).status).toBe(403);
});

test('an unknown name and a wrong password are one answer; too many are 429 with the time to wait', async () => {
  await aPerson('guessed', 'clinician', 'a');
  for (const username of ['guessed', 'not-there']) {
    const attempt = () => send('POST', '/session', { username, password: 'x' });
    for (let tries = 0; tries < 6; tries += 1)
      expect(await problemOf(await attempt())).toBe('sign-in-refused');
    const locked = await attempt();
    expect(locked.status).toBe(429);
    expect(Number(locked.headers.get('retry-after'))).toBeGreaterThan(0);
  }
});

test('an authenticator app is offered to who shows the password, confirmed, and asked for from then on', async () => {
  const cookie = await aPerson('careful', 'radiologist', null);
  const ask = (password: string) => send('POST', '/account/one-time-password', { password }, cookie);
  expect(await problemOf(await ask('wrong'))).toBe('wrong-password');
  const offer = (await (await ask(PASSWORD)).json()) as OneTimePasswordOffer;
  expect(offer.qrCode).toContain('<svg');
  const code = (at: number) => new TOTP({ secret: offer.secret }).generate({ timestamp: at });
  const confirm = (oneTimePassword: string) =>
    send('PUT', '/account/one-time-password', { oneTimePassword }, cookie);
  expect(await problemOf(await confirm('000000'))).toBe('bad-one-time-password');
  const { recoveryCodes } = (await (await confirm(code(Date.now() - 30_000))).json()) as RecoveryCodesBody;
  expect(new Set(recoveryCodes).size).toBe(8);
  expect(await problemOf(await ask(PASSWORD))).toBe('conflict');
  const without = await send('POST', '/session', { username: 'careful', password: PASSWORD });
  expect(await problemOf(without)).toBe('one-time-password-needed');
  await signIn('careful', PASSWORD, code(Date.now()));
  await signIn('careful', PASSWORD, recoveryCodes[0]);
  const security = (await (await send('GET', '/account', null, cookie)).json()) as AccountSecurity;
  expect(security).toMatchObject({ oneTimePasswords: true, recoveryCodesLeft: 7, passwordEndsAt: null });
});

test('the own sessions are listed with browser and address, and ended one by one or all others', async () => {
  const cookie = await aPerson('many', 'clinician', null);
  const other = await signIn('many', PASSWORD);
  const list = async () =>
    ((await (await send('GET', '/account/sessions', null, cookie)).json()) as OwnSessionsBody).sessions;
  const [mine, second] = await list();
  expect(mine).toMatchObject({ current: true, method: 'password', address: '127.0.0.1' });
  expect((await send('DELETE', `/account/sessions/${second?.id ?? ''}`, null, cookie)).status).toBe(204);
  expect((await send('GET', '/session', null, other)).status).toBe(401);
  const foreign = await aPerson('another', 'clinician', null);
  for (const id of [mine?.id ?? '', 'x', "'"])
    expect((await send('DELETE', `/account/sessions/${id}`, null, foreign)).status).toBe(404);
  expect(await list()).toHaveLength(1);
});

test('signing in anew in the same browser ends the session of before', async () => {
  const cookie = await aPerson('again', 'clinician', null);
  const answer = await send('POST', '/session', { username: 'again', password: PASSWORD }, cookie);
  expect(answer.status).toBe(201);
  expect((await send('GET', '/session', null, cookie)).status).toBe(401);
});

test('a request that a page sends by itself does not keep the session from its idle end', async () => {
  const cookie = await aPerson('idle', 'clinician', null);
  await server.index.query(
    `UPDATE session SET last_used_at = now() - interval '20 minutes' WHERE subject = 'idle'`,
  );
  const left = async (headers: object) => {
    const session = (await (await send('GET', '/session', null, cookie, headers)).json()) as SessionInfo;
    return Math.round((Date.parse(session.idleEndsAt ?? '') - Date.now()) / 60_000);
  };
  expect(await left({ 'Hutong-Idle': '1' })).toBe(10);
  expect(await left({})).toBe(30);
});

test('who is locked out is told for how long, and a browser of before gets in meanwhile', async () => {
  await aPerson('lock.me', 'clinician', 'a');
  const answer = await send('POST', '/session', { username: 'lock.me', password: PASSWORD });
  const device = answer.headers
    .getSetCookie()
    .map((line) => line.split(';')[0] ?? '')
    .find((pair) => pair.startsWith('hutong_device='));
  for (let tries = 0; tries < 6; tries += 1)
    await send('POST', '/session', { username: 'lock.me', password: 'x' });
  const locked = await send('POST', '/session', { username: 'lock.me', password: PASSWORD });
  const { code, retryAfterSeconds } = (await locked.json()) as Problem;
  expect([code, String(retryAfterSeconds)]).toEqual(['too-many-attempts', locked.headers.get('retry-after')]);
  const known = await send('POST', '/session', { username: 'lock.me', password: PASSWORD }, device);
  expect(known.status).toBe(201);
});

test('signing out everywhere else ends the other sessions', async () => {
  const cookie = await aPerson('traveller', 'clinician', null);
  const other = await signIn('traveller', PASSWORD);
  expect((await send('DELETE', '/account/sessions', null, cookie)).status).toBe(204);
  expect((await send('GET', '/session', null, other)).status).toBe(401);
  expect((await send('GET', '/session', null, cookie)).status).toBe(200);
});

test('a foreign page cannot use the session for any of it', async () => {
  const cookie = await aPerson('victim', 'administrator', null);
  const foreign = { Origin: 'https://evil.example' };
  for (const [method, path] of [
    ['PUT', '/account/password'],
    ['POST', '/account/one-time-password'],
    ['DELETE', '/account/sessions'],
    ['POST', '/session'],
  ] as const)
    expect((await send(method, path, {}, cookie, foreign)).status).toBe(403);
});

test('no password, secret or token is ever logged', () => {
  const text = JSON.stringify(server.logged);
  expect(text).not.toContain(PASSWORD);
  expect(text).not.toContain('hts_');
});
