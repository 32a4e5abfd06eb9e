import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { hashSecret, newSecret } from '../secrets.ts';
import { SESSION_SECONDS } from '../sessions.ts';
import { endSessionsOf, usernameOf } from './accounts.ts';
import { totpSecret, totpStep } from './oneTimePassword.ts';
import { hashPassword, isPassword, type PasswordFault, passwordFault, PasswordsBusy } from './password.ts';
import { countAttempt, forgiveAttempt, type SignInSubject, uncountAttempt } from './signInAttempts.ts';

export interface SignInAttempt {
  username: string;
  password: string;
  /** Of an authenticator app; empty when none was typed. */
  oneTimePassword: string;
  address: string;
}

export type SignInOutcome =
  /** `secret` of the new session. */
  | { kind: 'signedIn'; secret: string }
  /** The password is right; a one-time password is asked for. */
  | { kind: 'oneTimePasswordNeeded' }
  | { kind: 'refused' }
  /** Too many attempts; whether the name is known is not said. */
  | { kind: 'locked'; seconds: number };

interface AccountRow {
  account_id: string;
  password_hash: string;
  totp_secret: Buffer | null;
  totp_last_step: number;
}

/** What an unknown name is compared with, so that it takes as long as a known one. */
let nobodysHash: Promise<string> | null = null;

/** Signs a person in with name and password, and one-time password where the account has one. */
export async function signIn(pool: pg.Pool, attempt: SignInAttempt): Promise<SignInOutcome> {
  // PostgreSQL takes no NUL; no name has one.
  const username = usernameOf(attempt.username).slice(0, 64).replaceAll('\0', '\u{fffd}');
  const subject = { username, address: attempt.address };
  const seconds = await countAttempt(pool, subject);
  if (seconds > 0) return { kind: 'locked', seconds };
  const { rows } = await pool.query<AccountRow>(
    `SELECT account_id, password_hash, totp_secret, totp_last_step FROM account
      WHERE username = $1 AND disabled_at IS NULL`,
    [username],
  );
  const [account] = rows;
  nobodysHash ??= hashPassword(newSecret('none')).catch((error: unknown) => {
    nobodysHash = null;
    throw error;
  });
  const isRight = await isThePassword(
    pool,
    subject,
    attempt.password,
    account?.password_hash ?? (await nobodysHash),
  );
  if (account === undefined || !isRight) return { kind: 'refused' };
  if (account.totp_secret === null) return openSession(pool, account, subject);
  if (attempt.oneTimePassword === '') {
    await uncountAttempt(pool, subject);
    return { kind: 'oneTimePasswordNeeded' };
  }
  const step = totpStep(account.totp_secret, attempt.oneTimePassword, account.totp_last_step);
  if (step !== null && (await useStep(pool, account.account_id, step)))
    return openSession(pool, account, subject);
  return { kind: 'refused' };
}

/** Whether a password is right; an attempt that was not tried for want of time is not counted. */
async function isThePassword(
  pool: pg.Pool,
  subject: SignInSubject,
  password: string,
  hash: string,
): Promise<boolean> {
  try {
    return await isPassword(password, hash);
  } catch (error) {
    if (error instanceof PasswordsBusy) await uncountAttempt(pool, subject);
    throw error;
  }
}

/** Takes a step once, also when two try it at the same moment. */
async function useStep(pool: pg.Pool, accountId: string, step: number): Promise<boolean> {
  const { rowCount } = await pool.query(
    'UPDATE account SET totp_last_step = $2 WHERE account_id = $1 AND totp_last_step < $2',
    [accountId, step],
  );
  return rowCount === 1;
}

async function openSession(
  pool: pg.Pool,
  account: AccountRow,
  subject: SignInSubject,
): Promise<SignInOutcome> {
  const secret = newSecret('hts');
  return inTransaction(pool, async (client) => {
    // The account may have been disabled, or its password changed, since it was read.
    const { rowCount } = await client.query(
      `UPDATE account SET last_signed_in_at = now()
        WHERE account_id = $1 AND disabled_at IS NULL AND password_hash = $2`,
      [account.account_id, account.password_hash],
    );
    if (rowCount !== 1) return { kind: 'refused' };
    await client.query(
      `INSERT INTO session (id_hash, subject, role, account_id, expires_at)
       VALUES ($1, $2, 'account', $3, now() + make_interval(secs => $4))`,
      [hashSecret(secret), subject.username, account.account_id, SESSION_SECONDS],
    );
    await forgiveAttempt(client, subject);
    return { kind: 'signedIn', secret };
  });
}

export type PasswordChange = { kind: 'changed' } | { kind: 'refused' } | { kind: PasswordFault | 'same' };

/** Changes an own password; the present one is asked for. Ends all other sessions of the account. */
export async function changePassword(
  pool: pg.Pool,
  change: { accountId: string; present: string; wanted: string; session: string; address: string },
): Promise<PasswordChange> {
  const { rows } = await pool.query<{ username: string; display_name: string; password_hash: string }>(
    'SELECT username, display_name, password_hash FROM account WHERE account_id = $1',
    [change.accountId],
  );
  const [account] = rows;
  if (account === undefined) return { kind: 'refused' };
  const subject = { username: account.username, address: change.address };
  if ((await countAttempt(pool, subject)) > 0) return { kind: 'refused' };
  if (!(await isThePassword(pool, subject, change.present, account.password_hash)))
    return { kind: 'refused' };
  await forgiveAttempt(pool, subject);
  const fault = passwordFault(change.wanted, [account.username, account.display_name]);
  if (fault !== null) return { kind: fault };
  if (change.wanted === change.present) return { kind: 'same' };
  const hash = await hashPassword(change.wanted);
  return inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE account SET password_hash = $2, password_given = false, password_set_at = now()
        WHERE account_id = $1 AND password_hash = $3`,
      [change.accountId, hash, account.password_hash],
    );
    if (rowCount !== 1) return { kind: 'refused' };
    await endSessionsOf(client, change.accountId, change.session);
    return { kind: 'changed' };
  });
}

/** Has an account ask for one-time passwords from now on. False when this one is not of the secret, or there is a secret already. */
export async function confirmTotp(
  pool: pg.Pool,
  accountId: string,
  base32: string,
  password: string,
): Promise<boolean> {
  const secret = totpSecret(base32);
  const step = totpStep(secret, password, 0);
  if (step === null) return false;
  const { rowCount } = await pool.query(
    'UPDATE account SET totp_secret = $2, totp_last_step = $3 WHERE account_id = $1 AND totp_secret IS NULL',
    [accountId, secret, step],
  );
  return rowCount === 1;
}
