import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { SYSTEM_AUTHOR } from '../corrections/events.ts';
import { errorCode, inTransaction } from '../database.ts';
import {
  type Account,
  ACCOUNT,
  insertRoles,
  readAccount,
  type Role,
  type RoleGrant,
  usernameOf,
} from './account.ts';
import { type Administering, mayGo, recordChange } from './accountRecord.ts';
import { hashPassword } from './password.ts';

export { endSessionsOf, type Role, type RoleGrant, ROLES, usernameOf } from './account.ts';

/** The username is taken already, or is none. */
export class UsernameRefused extends Error {
  override name = 'UsernameRefused';
  readonly why: 'form' | 'taken';

  constructor(why: 'form' | 'taken', message: string, options: ErrorOptions = {}) {
    super(message, options);
    this.why = why;
  }
}

const USERNAME = /^[a-z0-9][a-z0-9._@-]{1,63}$/;
/** Without letters and digits that are read for one another. */
const ALPHABET = 'abcdefghijkmnpqrstuvwxyz23456789';

/** A password that somebody is told once: 16 characters, 80 bits. */
export function oneTimeSecret(): string {
  const letters = Array.from(randomBytes(16), (byte) => ALPHABET[byte % ALPHABET.length]).join('');
  return letters.replace(/(.{4})(?=.)/g, '$1-');
}

/**
 * Makes an account with a password that is good for one thing: choosing an own one.
 *
 * @returns the password, to be told once
 * @throws UsernameRefused
 */
export async function createAccount(
  pool: pg.Pool,
  given: { username: string; displayName: string; roles: readonly RoleGrant[] },
  administering: Administering = { author: SYSTEM_AUTHOR },
): Promise<{ id: string; password: string }> {
  const username = usernameOf(given.username);
  if (!USERNAME.test(username))
    throw new UsernameRefused(
      'form',
      'a username has 2 to 64 letters, digits, dots, hyphens, underscores or @',
    );
  const password = oneTimeSecret();
  const hash = await hashPassword(password);
  try {
    return await inTransaction(pool, async (client) => {
      await mayGo(client, administering, null);
      const { rows } = await client.query<{ id: string }>(
        'INSERT INTO account (username, display_name, password_hash) VALUES ($1, $2, $3) RETURNING account_id AS id',
        [username, given.displayName.trim() === '' ? username : given.displayName.trim(), hash],
      );
      const id = rows[0]?.id ?? '';
      await insertRoles(client, id, given.roles);
      const after = (await readAccount(client, id))?.roles ?? [];
      await recordChange(client, {
        account: id,
        kind: 'created',
        author: administering.author,
        before: [],
        after,
      });
      return { id, password };
    });
  } catch (error) {
    if (errorCode(error) === UNIQUE_VIOLATION)
      throw new UsernameRefused('taken', `the username ${username} is taken`, { cause: error });
    throw error;
  }
}

const UNIQUE_VIOLATION = '23505';

export async function listAccounts(pool: pg.Pool): Promise<Account[]> {
  const { rows } = await pool.query<Account>(`SELECT ${ACCOUNT} FROM account a ORDER BY a.username`);
  return rows;
}

export interface AccountFilter {
  /** Whose accounts: those all of whose roles are in these hospitals; null: all. */
  hospitals: readonly string[] | null;
  /** Part of the username or of the shown name; empty: any. */
  text: string;
  role: Role | null;
  /** A hospital that a role is for. */
  hospital: string | null;
  disabled: boolean | null;
  /** Username that the page before ended with. */
  after: string | null;
  limit: number;
}

/** Accounts of the hospitals that somebody sees to. */
const IN_VIEW = `($1::text[] IS NULL OR (
    EXISTS (SELECT FROM account_role r WHERE r.account_id = a.account_id)
    AND NOT EXISTS (SELECT FROM account_role r WHERE r.account_id = a.account_id
                       AND (r.hospital_code IS NULL OR r.hospital_code <> ALL ($1)))))`;

/** Accounts by username, a page at a time. */
export async function findAccounts(pool: pg.Pool, filter: AccountFilter): Promise<Account[]> {
  const { rows } = await pool.query<Account>(
    `SELECT ${ACCOUNT} FROM account a
      WHERE ${IN_VIEW}
        AND ($2 = '' OR position($2 IN a.username) > 0 OR position($2 IN lower(a.display_name)) > 0)
        AND ($3::text IS NULL OR EXISTS (SELECT FROM account_role r WHERE r.account_id = a.account_id AND r.role = $3))
        AND ($4::text IS NULL OR EXISTS (SELECT FROM account_role r WHERE r.account_id = a.account_id AND r.hospital_code = $4))
        AND ($5::boolean IS NULL OR (a.disabled_at IS NOT NULL) = $5)
        AND ($6::text IS NULL OR a.username > $6)
      ORDER BY a.username LIMIT $7`,
    [
      filter.hospitals,
      filter.text.toLowerCase(),
      filter.role,
      filter.hospital,
      filter.disabled,
      filter.after,
      filter.limit,
    ],
  );
  return rows;
}

/** The account of an id, where it is one of these hospitals' (null: of any); null when there is none. */
export async function findAccount(
  pool: pg.Pool,
  id: string,
  hospitals: readonly string[] | null = null,
): Promise<Account | null> {
  const { rows } = await pool.query<Account>(
    `SELECT ${ACCOUNT} FROM account a WHERE ${IN_VIEW} AND a.account_id = $2`,
    [hospitals, id],
  );
  return rows[0] ?? null;
}

/** The id of an account; null when none has the name. */
export async function accountId(pool: pg.Pool, username: string): Promise<string | null> {
  const { rows } = await pool.query<{ id: string }>(
    'SELECT account_id AS id FROM account WHERE username = $1',
    [usernameOf(username)],
  );
  return rows[0]?.id ?? null;
}
