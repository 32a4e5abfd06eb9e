import type pg from 'pg';
import { isPassword, PasswordsBusy } from './password.ts';
import { knownDevice } from './knownDevices.ts';
import { countAttempt, forgiveAttempt, type SignInSubject, uncountAttempt } from './signInAttempts.ts';

/** Who shows the own password once more, before something that it protects. */
export interface OwnPassword {
  accountId: string;
  password: string;
  address: string;
  /** Secret of the browser, where it has one. */
  device: string | null;
}

export type OwnPasswordOutcome =
  | { kind: 'right'; username: string; displayName: string; hash: string }
  | { kind: 'refused' }
  | { kind: 'locked'; seconds: number };

/** Whether a signed-in person knows the own password; counted like an attempt to sign in. */
export async function checkOwnPassword(pool: pg.Pool, own: OwnPassword): Promise<OwnPasswordOutcome> {
  const { rows } = await pool.query<{ username: string; displayName: string; hash: string | null }>(
    'SELECT username, display_name AS "displayName", password_hash AS hash FROM account WHERE account_id = $1',
    [own.accountId],
  );
  const [account] = rows;
  // Who has no password here cannot show one.
  if (account === undefined || account.hash === null) return { kind: 'refused' };
  const { username, displayName, hash } = account;
  const subject = { username, address: own.address, device: await knownDevice(pool, username, own.device) };
  const seconds = await countAttempt(pool, subject);
  if (seconds > 0) return { kind: 'locked', seconds };
  if (!(await isThePassword(pool, subject, own.password, hash))) return { kind: 'refused' };
  await forgiveAttempt(pool, subject);
  return { kind: 'right', username, displayName, hash };
}

/** Whether a password is right; an attempt that was not tried for want of time is not counted. */
export async function isThePassword(
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
