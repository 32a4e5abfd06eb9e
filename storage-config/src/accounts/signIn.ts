import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { type SecretBox, SecretBoxError } from '../secretBox.ts';
import { newSecret } from '../secrets.ts';
import { openSession, SESSION_POLICY, type SessionPolicy } from '../sessions.ts';
import { usernameOf } from './account.ts';
import { knownDevice, rememberDevice } from './knownDevices.ts';
import { totpStep } from './oneTimePassword.ts';
import { isThePassword } from './ownPassword.ts';
import { hashPassword } from './password.ts';
import { takeRecoveryCode } from './recoveryCodes.ts';
import { countAttempt, forgiveAttempt, type SignInSubject, uncountAttempt } from './signInAttempts.ts';
import { openTotp, resealedTotp } from './totpSecret.ts';

export interface SignInAttempt {
  username: string;
  password: string;
  /** Of an authenticator app, or a recovery code; empty when none was typed. */
  oneTimePassword: string;
  address: string;
  /** Family of browser and system. */
  browser?: string;
  /** Secret of a browser that somebody signed in with before. */
  device?: string | null;
}

/** What signing in stands on. */
export interface SignInMeans {
  secrets: SecretBox;
  sessions?: SessionPolicy;
}

export type SignInOutcome =
  /** `secret` of the new session, and of the browser, which is known from now on. */
  | { kind: 'signedIn'; secret: string; device: string; factor: 'none' | 'oneTimePassword' | 'recoveryCode' }
  /** The password is right; a one-time password is asked for. */
  | { kind: 'oneTimePasswordNeeded' }
  | { kind: 'refused' }
  /** Too many attempts; whether the name is known is not said. */
  | { kind: 'locked'; seconds: number };

interface AccountRow {
  account_id: string;
  /** null: of an account that signs in by a provider alone. */
  password_hash: string | null;
  totp_secret: string | null;
  totp_last_step: number;
}

/** What an unknown name is compared with, so that it takes as long as a known one. */
let nobodysHash: Promise<string> | null = null;

/** Signs a person in with name and password, and one-time password where the account has one. */
export async function signIn(
  pool: pg.Pool,
  attempt: SignInAttempt,
  { secrets, sessions = SESSION_POLICY }: SignInMeans,
): Promise<SignInOutcome> {
  // PostgreSQL takes no NUL; no name has one.
  const username = usernameOf(attempt.username).slice(0, 64).replaceAll('\0', '\u{fffd}');
  const device = await knownDevice(pool, username, attempt.device ?? null);
  const subject = { username, address: attempt.address, device };
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
  const hash = account?.password_hash ?? null;
  const isRight = await isThePassword(pool, subject, attempt.password, hash ?? (await nobodysHash));
  if (account === undefined || hash === null || !isRight) return { kind: 'refused' };
  const factor =
    account.totp_secret === null
      ? 'none'
      : await factorOf(pool, account, attempt, secrets).catch(async (error: unknown) => {
          // The key of the server is missing: no attempt of somebody who guesses.
          if (error instanceof SecretBoxError) await uncountAttempt(pool, subject);
          throw error;
        });
  if (factor === 'needed') {
    await uncountAttempt(pool, subject);
    return { kind: 'oneTimePasswordNeeded' };
  }
  if (factor === 'wrong') return { kind: 'refused' };
  return open(pool, { ...account, password_hash: hash }, attempt, subject, factor, sessions);
}

/** What stands for the second factor of an account that has one. */
async function factorOf(
  pool: pg.Pool,
  account: AccountRow,
  { oneTimePassword }: SignInAttempt,
  secrets: SecretBox,
): Promise<'oneTimePassword' | 'recoveryCode' | 'needed' | 'wrong'> {
  const { account_id: id, totp_secret: kept, totp_last_step: lastStep } = account;
  if (oneTimePassword === '') return 'needed';
  if (!/^\d{6}$/.test(oneTimePassword))
    return (await takeRecoveryCode(pool, id, oneTimePassword)) ? 'recoveryCode' : 'wrong';
  const step = totpStep(openTotp(secrets, id, kept ?? ''), oneTimePassword, lastStep);
  if (step === null) return 'wrong';
  // Taken once, also when two try it at the same moment; sealed where it was not yet.
  const { rowCount } = await pool.query(
    `UPDATE account SET totp_last_step = $2, totp_secret = coalesce($4, totp_secret)
      WHERE account_id = $1 AND totp_last_step < $2 AND totp_secret = $3`,
    [id, step, kept, resealedTotp(secrets, id, kept ?? '')],
  );
  return rowCount === 1 ? 'oneTimePassword' : 'wrong';
}

async function open(
  pool: pg.Pool,
  account: AccountRow,
  attempt: SignInAttempt,
  subject: SignInSubject,
  factor: 'none' | 'oneTimePassword' | 'recoveryCode',
  policy: SessionPolicy,
): Promise<SignInOutcome> {
  return inTransaction(pool, async (client) => {
    // The account may have been disabled, or its password changed, since it was read.
    const { rowCount } = await client.query(
      `UPDATE account SET last_signed_in_at = now()
        WHERE account_id = $1 AND disabled_at IS NULL AND password_hash = $2`,
      [account.account_id, account.password_hash],
    );
    if (rowCount !== 1) return { kind: 'refused' };
    const secret = await openSession(
      client,
      {
        subject: subject.username,
        accountId: account.account_id,
        method: 'password',
        provider: '',
        secondFactor: factor !== 'none',
        address: attempt.address,
        browser: attempt.browser ?? '',
      },
      policy,
    );
    const device = await rememberDevice(client, account.account_id, attempt.device ?? null);
    await forgiveAttempt(client, subject);
    return { kind: 'signedIn', secret, device, factor };
  });
}
