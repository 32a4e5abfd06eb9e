import { TOTP, Secret } from 'otpauth';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createTestDatabase, type TestDatabase } from '../testing.ts';
import { endSession, endSessionById, findSession, listSessions } from '../sessions.ts';
import { hashSecret } from '../secrets.ts';
import { endEverything } from './endEverything.ts';
import { createAccount, listAccounts, UsernameRefused } from './accounts.ts';
import { resetPassword, setDisabled, setRoles } from './changeAccount.ts';
import { randomBytes } from 'node:crypto';
import { secretBox } from '../secretBox.ts';
import { changePassword } from './changePassword.ts';
import { newTotp, totpSecret, totpStep } from './oneTimePassword.ts';
import { confirmTotp, endTotp, offerTotp, renewRecoveryCodes } from './secondFactor.ts';
import { hashPassword, isPassword, passwordFault, PasswordsBusy } from './password.ts';
import { networkOf } from './signInAttempts.ts';
import { signIn, type SignInOutcome } from './signIn.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query(`INSERT INTO hospital (code, name_zh, name_en) VALUES ('a', '甲', 'A')`);
});
afterAll(() => database.drop());

let made = 0;
/** An account with an own password. */
async function anAccount(
  password = 'Blaue-Berge-77',
): Promise<{ id: string; username: string; password: string }> {
  made += 1;
  const username = `doctor${made}`;
  const { id, password: given } = await createAccount(database.pool, {
    username,
    displayName: '李医生',
    roles: [{ role: 'radiologist', hospital: 'a' }],
  });
  const { secret } = await opened(attempt(username, given));
  const change = {
    accountId: id,
    present: given,
    wanted: password,
    session: secret,
    address: '192.0.2.1',
    device: null,
  };
  expect(await changePassword(database.pool, change)).toEqual({ kind: 'changed' });
  return { id, username, password };
}

const attempt = (
  username: string,
  password: string,
  given: { oneTimePassword?: string; address?: string; device?: string } = {},
) =>
  signIn(
    database.pool,
    {
      username,
      password,
      oneTimePassword: given.oneTimePassword ?? '',
      address: given.address ?? `198.51.100.${made}`,
      device: given.device ?? null,
    },
    { secrets },
  );

const secrets = secretBox([randomBytes(32)]);

/** Sets up an authenticator app; its first one-time password is of the step before, so that the present one is unused. */
async function anApp(account: { id: string; username: string; password: string }) {
  const { secret: session } = await opened(attempt(account.username, account.password));
  const own = { accountId: account.id, password: account.password, address: '', device: null };
  const offer = await offerTotp(database.pool, own, secrets, 'Hutong');
  if (offer.kind !== 'offered') throw new Error(offer.kind);
  const secret = totpSecret(offer.secret);
  const given = { accountId: account.id, session, oneTimePassword: code(secret, Date.now() - 30_000) };
  const codes = await confirmTotp(database.pool, given, secrets);
  if (codes === null) throw new Error('not confirmed');
  return { secret, codes, session };
}

async function opened(outcome: Promise<SignInOutcome>): Promise<{ secret: string; device: string }> {
  const result = await outcome;
  if (result.kind !== 'signedIn') throw new Error(`expected a session, got ${result.kind}`);
  return result;
}

const code = (secret: Uint8Array, at = Date.now()): string =>
  new TOTP({ secret: new Secret({ buffer: Uint8Array.from(secret).buffer }) }).generate({ timestamp: at });

describe('a password', () => {
  test('is only the one it was hashed from, and hashes twice to different text', async () => {
    const [one, other] = await Promise.all([hashPassword('汉字 und ß'), hashPassword('汉字 und ß')]);
    expect(one).not.toBe(other);
    expect(one).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await isPassword('汉字 und ß', one)).toBe(true);
    expect(await isPassword('汉字 und s', one)).toBe(false);
  });

  test('is the same whichever way a keyboard writes it', async () => {
    expect(await isPassword('e\u0301cole', await hashPassword('\u00e9cole'))).toBe(true);
  });

  test('of very many at once is refused for some, and none of the others waits forever', async () => {
    const outcomes = await Promise.allSettled(Array.from({ length: 80 }, () => hashPassword('x')));
    const refused = outcomes.filter(({ status }) => status === 'rejected');
    expect(refused).toHaveLength(80 - 52);
    expect(refused[0]).toMatchObject({ reason: expect.any(PasswordsBusy) as unknown });
    await expect(hashPassword('x')).resolves.toContain('$argon2id$');
  });

  test('fits a hash another implementation made', async () => {
    // argon2id of the reference implementation: password "password", salt "somesalt", m=65536, t=2, p=1.
    const hash = '$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc';
    expect(await isPassword('password', hash)).toBe(true);
  });

  test.each([
    ['Kurz-1', 'tooShort'],
    ['x'.repeat(129), 'tooLong'],
    ['alllowercase', 'tooSimple'],
    ['aaaaaaaaaaaaaaaaaaaaaa', 'tooSimple'],
    ['Zhang.Wei-2026', 'holdsName'],
    ['Hutong-2026-x', 'holdsName'],
    ['Admin@123456', 'common'],
    ['P@ssw0rd2026!', 'common'],
    ['Qwertyuiop1!', 'common'],
    ['1qaz@WSX3edc', 'common'],
    ['Woaini1314!!', 'common'],
    ['abcdefghijklmnopq', 'common'],
    ['Blaue-Berge-77', null],
    ['four words without any digit', null],
  ])('%s: %s', (password, fault) => {
    expect(passwordFault(password, ['zhang.wei', '张伟'])).toBe(fault);
  });
});

describe('signing in', () => {
  test('takes the password and gives a session with the roles of the account, as they are now', async () => {
    const { username, password } = await anAccount();
    const { secret } = await opened(attempt(` ${username.toUpperCase()} `, password));
    const roles = async () => (await findSession(database.pool, secret))?.account?.roles;
    expect(await roles()).toEqual([{ role: 'radiologist', hospital: 'a' }]);
    await setRoles(database.pool, username, [{ role: 'qualityControl', hospital: null }]);
    expect(await roles()).toEqual([{ role: 'qualityControl', hospital: null }]);
    await endSession(database.pool, secret);
    expect(await findSession(database.pool, secret)).toBeNull();
  });

  test('with a password that was given says that an own one is to be chosen', async () => {
    const { password } = await createAccount(database.pool, {
      username: 'fresh',
      displayName: '',
      roles: [],
    });
    const { secret } = await opened(attempt('fresh', password));
    expect((await findSession(database.pool, secret))?.account?.passwordGiven).toBe(true);
  });

  test('is refused in the same way for an unknown name and for a wrong password', async () => {
    const { username } = await anAccount();
    expect(await attempt(username, 'wrong')).toEqual({ kind: 'refused' });
    expect(await attempt('nobody-here', 'wrong')).toEqual({ kind: 'refused' });
  });

  test('is locked after five failures, for a name that exists and for one that does not', async () => {
    const { username, password } = await anAccount();
    for (const name of [username, 'unknown-name']) {
      for (let tries = 0; tries < 5; tries += 1)
        expect((await attempt(name, 'wrong', { address: `203.0.113.${tries}` })).kind).toBe('refused');
      expect((await attempt(name, 'wrong', { address: '203.0.113.6' })).kind).toBe('refused');
      expect(await attempt(name, password, { address: '203.0.113.7' })).toMatchObject({ kind: 'locked' });
    }
  });

  test('is possible again when a lock has passed, for the next attempt alone', async () => {
    const { username, password } = await anAccount();
    for (let tries = 0; tries < 6; tries += 1) await attempt(username, 'wrong');
    const pass = () =>
      database.pool.query(
        `UPDATE sign_in_failure SET locked_until = now() WHERE subject LIKE 'name %' AND locked_until IS NOT NULL`,
      );
    await pass();
    expect((await attempt(username, 'wrong')).kind).toBe('refused');
    expect((await attempt(username, password)).kind).toBe('locked');
    await pass();
    expect((await attempt(username, password)).kind).toBe('signedIn');
  });

  test.each(['\0', 'name\0', '\ud800', 'x'.repeat(10_000), '%', 'ＤＯＣＴＯＲ'])(
    'with the odd name %j is refused like any other',
    async (username) => {
      expect((await attempt(username, 'wrong')).kind).toBe('refused');
    },
  );

  test('is locked for every way of writing a name', async () => {
    const { username, password } = await anAccount();
    const ways = [
      username,
      username.toUpperCase(),
      ` ${username}`,
      `${username}\u3000`,
      username.replace('d', 'ｄ'),
    ];
    for (let tries = 0; tries < 6; tries += 1) await attempt(ways[tries % ways.length] ?? '', 'wrong');
    for (const way of ways) expect((await attempt(way, password)).kind).toBe('locked');
  });

  test('a hundred guesses at once are no more than a few', async () => {
    const { username } = await anAccount();
    const outcomes = await Promise.all(
      Array.from({ length: 40 }, (_, at) =>
        attempt(username, `guess ${at}`, { address: `203.0.113.${100 + at}` }),
      ),
    );
    expect(outcomes.filter(({ kind }) => kind === 'refused').length).toBeLessThanOrEqual(6);
  });

  test('many names from one address lock the address, and an own account does not unlock it', async () => {
    const { username, password } = await anAccount();
    const address = '192.0.2.99';
    for (let tries = 0; tries < 51; tries += 1) await attempt(`name${tries}`, 'wrong', { address });
    expect((await attempt(username, password, { address })).kind).toBe('locked');
    expect((await attempt(username, password, { address: '192.0.2.98' })).kind).toBe('signedIn');
  });

  test.each([
    ['192.0.2.7', '192.0.2.7'],
    ['::ffff:192.0.2.7', '::ffff:192.0.2.7'],
    ['2001:db8:0:1::7', '2001:db8:0:1::/64'],
    ['2001:DB8:0:1:ffff:1:2:3', '2001:db8:0:1::/64'],
    ['fe80::1%eth0', 'fe80:0:0:0::/64'],
    ['', ''],
  ])('counts attempts from %s by %s', (address, network) => {
    expect(networkOf(address)).toBe(network);
  });

  test('to a disabled account is refused, and its sessions end', async () => {
    const { username, password } = await anAccount();
    const { secret } = await opened(attempt(username, password));
    await setDisabled(database.pool, username, true);
    expect(await findSession(database.pool, secret)).toBeNull();
    expect((await attempt(username, password)).kind).toBe('refused');
    await setDisabled(database.pool, username, false);
    expect((await attempt(username, password)).kind).toBe('signedIn');
  });
});

describe('one-time passwords', () => {
  test('cannot be guessed on and on by who knows the password', async () => {
    const account = await anAccount();
    const { secret } = await anApp(account);
    const { username, password } = account;
    const now = code(secret);
    await opened(attempt(username, password, { oneTimePassword: now }));
    const outcomes: string[] = [];
    // The password alone between the guesses does not begin the count anew; the code itself was used already.
    for (let guesses = 0; guesses < 12; guesses += 1) {
      outcomes.push((await attempt(username, password, { oneTimePassword: now })).kind);
      await attempt(username, password);
    }
    expect(outcomes.filter((kind) => kind === 'refused').length).toBeLessThanOrEqual(6);
    expect(outcomes.at(-1)).toBe('locked');
  });

  test('are asked for once confirmed, taken once, and end with a reset', async () => {
    const account = await anAccount();
    const { username, password } = account;
    const { secret } = await anApp(account);
    expect((await attempt(username, password)).kind).toBe('oneTimePasswordNeeded');
    expect((await attempt(username, 'wrong')).kind).toBe('refused');
    const now = code(secret);
    expect((await attempt(username, password, { oneTimePassword: now })).kind).toBe('signedIn');
    expect((await attempt(username, password, { oneTimePassword: now })).kind).toBe('refused');
    const given = await resetPassword(database.pool, username);
    expect((await attempt(username, given ?? '')).kind).toBe('signedIn');
  });

  test('are set up by who shows the password again, for a secret that was offered alone, and end other sessions', async () => {
    const account = await anAccount();
    const { id, username, password } = account;
    const [session, other] = [
      (await opened(attempt(username, password))).secret,
      (await opened(attempt(username, password))).secret,
    ];
    const own = { accountId: id, password, address: '', device: null };
    expect(await offerTotp(database.pool, { ...own, password: 'wrong' }, secrets, 'x')).toEqual({
      kind: 'refused',
    });
    const confirm = (oneTimePassword: string) =>
      confirmTotp(database.pool, { accountId: id, oneTimePassword, session }, secrets);
    expect(await confirm(code(totpSecret(newTotp('', '').secret)))).toBeNull();
    const offer = await offerTotp(database.pool, own, secrets, 'x');
    if (offer.kind !== 'offered') throw new Error(offer.kind);
    expect(await confirm('000000')).toBeNull();
    expect(await confirm(code(totpSecret(offer.secret)))).toHaveLength(8);
    expect(await findSession(database.pool, other)).toBeNull();
    expect(await findSession(database.pool, session)).toMatchObject({ secondFactor: true });
    expect(await offerTotp(database.pool, own, secrets, 'x')).toEqual({ kind: 'present' });
  });

  test('lie sealed in the index; what lay there before is sealed at its next use', async () => {
    const account = await anAccount();
    const { secret } = await anApp(account);
    const kept = async () =>
      (
        await database.pool.query<{ kept: string }>(
          'SELECT totp_secret AS kept FROM account WHERE account_id = $1',
          [account.id],
        )
      ).rows[0]?.kept;
    expect(await kept()).toMatch(/^hsb1\./);
    const plain = Buffer.from(secret).toString('base64');
    await database.pool.query('UPDATE account SET totp_secret = $2 WHERE account_id = $1', [
      account.id,
      plain,
    ]);
    await opened(attempt(account.username, account.password, { oneTimePassword: code(secret) }));
    expect(await kept()).toMatch(/^hsb1\./);
  });

  test('have recovery codes beside them, each good once, however it is typed', async () => {
    const account = await anAccount();
    const { codes } = await anApp(account);
    const { id, username, password } = account;
    const [first = '', second = ''] = codes;
    const by = (oneTimePassword: string) => attempt(username, password, { oneTimePassword });
    expect(await by(first)).toMatchObject({ kind: 'signedIn', factor: 'recoveryCode' });
    expect((await by(first)).kind).toBe('refused');
    expect((await by(second.toUpperCase().replaceAll('-', ' '))).kind).toBe('signedIn');
    const own = { accountId: id, password, address: '', device: null };
    const renewed = await renewRecoveryCodes(database.pool, own);
    expect((await by(codes[2] ?? '')).kind).toBe('refused');
    expect((await by(renewed.kind === 'made' ? (renewed.codes[0] ?? '') : '')).kind).toBe('signedIn');
    expect(await endTotp(database.pool, own)).toEqual({ kind: 'ended' });
    expect((await attempt(username, password)).kind).toBe('signedIn');
    expect(await renewRecoveryCodes(database.pool, own)).toEqual({ kind: 'absent' });
  });

  test('of one step earlier or later are taken, of two are not', () => {
    const secret = totpSecret(newTotp('', '').secret);
    const at = Date.UTC(2026, 0, 1);
    const step = at / 30_000;
    expect(totpStep(secret, code(secret, at - 30_000), 0, at)).toBe(step - 1);
    expect(totpStep(secret, code(secret, at + 30_000), 0, at)).toBe(step + 1);
    expect(totpStep(secret, code(secret, at - 60_000), 0, at)).toBeNull();
    expect(totpStep(secret, code(secret, at), step, at)).toBeNull();
  });

  test('follow RFC 6238, Appendix B', () => {
    const secret = Buffer.from('12345678901234567890');
    expect(totpStep(secret, '287082', 0, 59_000)).toBe(1);
    expect(totpSecret('GEZDGNBVGY3TQOJQGEZDGNBVGY3TQOJQ')).toEqual(secret);
    const offer = newTotp('李', '互通');
    expect(new URL(offer.uri).searchParams.get('secret')).toBe(offer.secret);
  });
});

describe('accounts', () => {
  test('have names of their own', async () => {
    const { username } = await anAccount();
    const again = createAccount(database.pool, {
      username: username.toUpperCase(),
      displayName: '',
      roles: [],
    });
    await expect(again).rejects.toThrow(UsernameRefused);
    const odd = createAccount(database.pool, { username: 'a b', displayName: '', roles: [] });
    await expect(odd).rejects.toThrow(UsernameRefused);
    expect((await listAccounts(database.pool)).map((account) => account.username)).toContain(username);
  });

  test('a changed password ends the other sessions, not the own one', async () => {
    const { id, username, password } = await anAccount();
    const [own, other] = [
      await opened(attempt(username, password)),
      await opened(attempt(username, password)),
    ];
    const change = {
      accountId: id,
      session: own.secret,
      address: '192.0.2.1',
      device: null,
      present: password,
    };
    expect(await changePassword(database.pool, { ...change, wanted: password })).toEqual({ kind: 'same' });
    expect(await changePassword(database.pool, { ...change, wanted: 'short' })).toEqual({ kind: 'tooShort' });
    expect(
      await changePassword(database.pool, { ...change, present: 'x', wanted: 'Gruene-Wiese-8' }),
    ).toEqual({
      kind: 'refused',
    });
    expect(await changePassword(database.pool, { ...change, wanted: 'Gruene-Wiese-8' })).toEqual({
      kind: 'changed',
    });
    expect(await findSession(database.pool, own.secret)).not.toBeNull();
    expect(await findSession(database.pool, other.secret)).toBeNull();
  });

  test('the last five passwords are not taken again, the one before them is', async () => {
    const { id, username, password } = await anAccount('Erste-Wiese-1');
    const { secret: session } = await opened(attempt(username, password));
    let present = password;
    const change = async (wanted: string) => {
      const given = { accountId: id, session, address: '', device: null, present, wanted };
      const { kind } = await changePassword(database.pool, given);
      if (kind === 'changed') present = wanted;
      return kind;
    };
    for (const at of [2, 3, 4, 5]) expect(await change(`Andere-Wiese-${at}`)).toBe('changed');
    expect(await change('Erste-Wiese-1')).toBe('reused');
    expect(await change('Andere-Wiese-3')).toBe('reused');
    expect(await change('Andere-Wiese-6')).toBe('changed');
    expect(await change('Erste-Wiese-1')).toBe('changed');
  });
});

describe('a browser that was signed in with before', () => {
  test('gets in while strangers have locked the name, and is counted for itself', async () => {
    const { username, password } = await anAccount();
    const { device } = await opened(attempt(username, password));
    for (let tries = 0; tries < 6; tries += 1)
      await attempt(username, 'wrong', { address: `203.0.113.${tries}` });
    expect((await attempt(username, password)).kind).toBe('locked');
    expect((await attempt(username, password, { device })).kind).toBe('signedIn');
    expect((await attempt(username, password)).kind).toBe('locked');
    for (let tries = 0; tries < 6; tries += 1) await attempt(username, 'wrong', { device });
    expect((await attempt(username, password, { device })).kind).toBe('locked');
  });

  test('is none for another name, and none that a client made up', async () => {
    const [mine, other] = [await anAccount(), await anAccount()];
    const { device } = await opened(attempt(mine.username, mine.password));
    for (let tries = 0; tries < 6; tries += 1) await attempt(other.username, 'wrong');
    expect((await attempt(other.username, other.password, { device })).kind).toBe('locked');
    const given = await opened(attempt(mine.username, mine.password, { device: 'htd_madeUp' }));
    expect(given.device).not.toBe('htd_madeUp');
    expect((await opened(attempt(mine.username, mine.password, { device }))).device).toBe(device);
  });

  test('is forgotten when the account is signed out everywhere', async () => {
    const { id, username, password } = await anAccount();
    const { secret, device } = await opened(attempt(username, password));
    await endEverything(database.pool, id);
    expect(await findSession(database.pool, secret)).toBeNull();
    for (let tries = 0; tries < 6; tries += 1) await attempt(username, 'wrong');
    expect((await attempt(username, password, { device })).kind).toBe('locked');
  });
});

describe('a session', () => {
  const later = (secret: string, minutes: number) =>
    database.pool.query(
      'UPDATE session SET last_used_at = last_used_at - make_interval(mins => $2) WHERE id_hash = $1',
      [hashSecret(secret), minutes],
    );

  test('ends when nobody works, and not before; what a page asks by itself is no work', async () => {
    const { username, password } = await anAccount();
    const { secret } = await opened(attempt(username, password));
    await later(secret, 29);
    expect(await findSession(database.pool, secret, false)).not.toBeNull();
    await later(secret, 2);
    expect(await findSession(database.pool, secret)).toBeNull();
    const again = (await opened(attempt(username, password))).secret;
    await later(again, 29);
    expect((await findSession(database.pool, again))?.idleEndsAt.getTime()).toBeGreaterThan(
      Date.now() + 29 * 60_000,
    );
    await later(again, 29);
    expect(await findSession(database.pool, again)).not.toBeNull();
  });

  test('is written to once a minute at most', async () => {
    const { username, password } = await anAccount();
    const { secret } = await opened(attempt(username, password));
    const version = async () =>
      (
        await database.pool.query<{ version: string }>(
          'SELECT xmin::text AS version FROM session WHERE id_hash = $1',
          [hashSecret(secret)],
        )
      ).rows[0]?.version;
    const before = await version();
    await findSession(database.pool, secret);
    expect(await version()).toBe(before);
    await later(secret, 2);
    const aged = await version();
    await findSession(database.pool, secret);
    expect(await version()).not.toBe(aged);
  });

  test('is listed with its like, and ends alone; the oldest goes when there are too many', async () => {
    const { id, username, password } = await anAccount();
    await endEverything(database.pool, id);
    const open = async () => (await opened(attempt(username, password))).secret;
    const first = await open();
    await later(first, 5);
    const second = await open();
    const listed = await listSessions(database.pool, id, second);
    expect(listed.map(({ current }) => current)).toEqual([true, false]);
    expect(await endSessionById(database.pool, (await anAccount()).id, listed[1]?.id ?? '')).toBe(false);
    expect(await endSessionById(database.pool, id, listed[1]?.id ?? '')).toBe(true);
    expect(await findSession(database.pool, first)).toBeNull();
    for (let more = 0; more < 10; more += 1) await open();
    expect(await listSessions(database.pool, id, null)).toHaveLength(10);
    expect(await findSession(database.pool, second)).toBeNull();
  });
});
