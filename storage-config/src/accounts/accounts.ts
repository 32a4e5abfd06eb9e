import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { errorCode, inTransaction } from '../database.ts';
import { hashSecret } from '../secrets.ts';
import { hashPassword } from './password.ts';
import { forgetAttempts } from './signInAttempts.ts';

export const ROLES = [
  'administrator',
  'qualityControl',
  'radiologist',
  'clinician',
  'hospitalIt',
  'auditor',
] as const;
export type Role = (typeof ROLES)[number];

/** A role in one hospital; null: in the whole region. */
export interface RoleGrant {
  role: Role;
  hospital: string | null;
}

export interface Account {
  id: string;
  username: string;
  displayName: string;
  roles: RoleGrant[];
  /** Has to choose an own password first. */
  passwordGiven: boolean;
  hasOneTimePassword: boolean;
  disabled: boolean;
  createdAt: Date;
  lastSignedInAt: Date | null;
}

/** The username is taken already, or is none. */
export class UsernameRefused extends Error {
  override name = 'UsernameRefused';
}

const USERNAME = /^[a-z0-9][a-z0-9._@-]{1,63}$/;
/** Without letters and digits that are read for one another. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A password that somebody is told once: 16 characters, 80 bits. */
export function oneTimeSecret(): string {
  const letters = Array.from(randomBytes(16), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}

/** As names are kept and compared. */
export const usernameOf = (text: string): string => text.trim().normalize('NFKC').toLowerCase();

/**
 * Makes an account with a password that is good for one thing: choosing an own one.
 *
 * @returns the password, to be told once
 * @throws UsernameRefused
 */
export async function createAccount(
  pool: pg.Pool,
  given: { username: string; displayName: string; roles: readonly RoleGrant[] },
): Promise<{ id: string; password: string }> {
  const username = usernameOf(given.username);
  if (!USERNAME.test(username))
    throw new UsernameRefused('a username has 2 to 64 letters, digits, dots, hyphens, underscores or @');
  const password = oneTimeSecret();
  const hash = await hashPassword(password);
  try {
    return await inTransaction(pool, async (client) => {
      const { rows } = await client.query<{ id: string }>(
        'INSERT INTO account (username, display_name, password_hash) VALUES ($1, $2, $3) RETURNING account_id AS id',
        [username, given.displayName.trim() === '' ? username : given.displayName.trim(), hash],
      );
      const id = rows[0]?.id ?? '';
      await insertRoles(client, id, given.roles);
      return { id, password };
    });
  } catch (error) {
    if (errorCode(error) === UNIQUE_VIOLATION)
      throw new UsernameRefused(`the username ${username} is taken`, { cause: error });
    throw error;
  }
}

const UNIQUE_VIOLATION = '23505';

async function insertRoles(client: pg.PoolClient, id: string, roles: readonly RoleGrant[]): Promise<void> {
  await client.query(
    `INSERT INTO account_role (account_id, role, hospital_code)
     SELECT $1, role, hospital FROM unnest($2::text[], $3::text[]) AS given (role, hospital)
     ON CONFLICT DO NOTHING`,
    [id, roles.map(({ role }) => role), roles.map(({ hospital }) => hospital)],
  );
}

const ACCOUNT = `a.account_id AS id, a.username, a.display_name AS "displayName", a.password_given AS "passwordGiven",
  a.totp_secret IS NOT NULL AS "hasOneTimePassword", a.disabled_at IS NOT NULL AS disabled, a.created_at AS "createdAt",
  a.last_signed_in_at AS "lastSignedInAt",
  coalesce((SELECT json_agg(json_build_object('role', r.role, 'hospital', r.hospital_code) ORDER BY r.role, r.hospital_code)
              FROM account_role r WHERE r.account_id = a.account_id), '[]') AS roles`;

export async function listAccounts(pool: pg.Pool): Promise<Account[]> {
  const { rows } = await pool.query<Account>(`SELECT ${ACCOUNT} FROM account a ORDER BY a.username`);
  return rows;
}

/** The account of an id; null when there is none. */
export async function findAccount(pool: pg.Pool, id: string): Promise<Account | null> {
  const { rows } = await pool.query<Account>(`SELECT ${ACCOUNT} FROM account a WHERE a.account_id = $1`, [
    id,
  ]);
  return rows[0] ?? null;
}

/** Gives an account other roles, and ends nothing else: rights are asked for at each request. False: no such account. */
export async function setRoles(
  pool: pg.Pool,
  username: string,
  roles: readonly RoleGrant[],
): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      'SELECT account_id AS id FROM account WHERE username = $1 FOR UPDATE',
      [usernameOf(username)],
    );
    const [account] = rows;
    if (account === undefined) return false;
    await client.query('DELETE FROM account_role WHERE account_id = $1', [account.id]);
    await insertRoles(client, account.id, roles);
    return true;
  });
}

/** A new password to be told once; ends all sessions, one-time passwords and locks of the account. null: no such account. */
export async function resetPassword(pool: pg.Pool, username: string): Promise<string | null> {
  const password = oneTimeSecret();
  const hash = await hashPassword(password);
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `UPDATE account SET password_hash = $2, password_given = true, password_set_at = now(), totp_secret = NULL
        WHERE username = $1 RETURNING account_id AS id`,
      [usernameOf(username), hash],
    );
    const [account] = rows;
    if (account === undefined) return null;
    await endSessionsOf(client, account.id);
    await forgetAttempts(client, usernameOf(username));
    return password;
  });
}

/** Lets nobody in with the account any more, or again. False: no such account. */
export async function setDisabled(pool: pg.Pool, username: string, disabled: boolean): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: string }>(
      `UPDATE account SET disabled_at = CASE WHEN $2 THEN coalesce(disabled_at, now()) END
        WHERE username = $1 RETURNING account_id AS id`,
      [usernameOf(username), disabled],
    );
    const [account] = rows;
    if (account === undefined) return false;
    if (disabled) await endSessionsOf(client, account.id);
    return true;
  });
}

/** Ends every session of an account, but the one with this secret. Returns how many. */
export async function endSessionsOf(
  client: pg.Pool | pg.PoolClient,
  accountId: string,
  but: string | null = null,
): Promise<number> {
  const { rowCount } = await client.query(
    `UPDATE session SET ended_at = now()
      WHERE account_id = $1 AND ended_at IS NULL AND ($2::bytea IS NULL OR id_hash <> $2)`,
    [accountId, but === null ? null : hashSecret(but)],
  );
  return rowCount ?? 0;
}
