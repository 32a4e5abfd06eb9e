import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { type Account, readAccount, type RoleGrant } from './account.ts';

/** Who changes accounts, and what decides whether that one may. */
export interface Administering {
  author: Author;
  /** The own account of the author, where it has one. */
  accountId?: string | null;
  /**
   * Asked once nobody else can change accounts: throws what refuses. `target` is the account as it is, null: a new one;
   * `own` the author's as it is, null where the author has none.
   */
  allow?: (target: Account | null, own: Account | null) => void;
}

// Any fixed number will do, as long as every process takes the same one.
const LOCK = 0x4855_4143;

/**
 * Lets one change of accounts go after the other, and asks whether it may be made by the roles that are held now: of two
 * administrators who disable each other at once, one does.
 */
export async function mayGo(
  client: pg.PoolClient,
  { accountId: own = null, allow }: Administering,
  target: string | null,
): Promise<Account | null> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
  const found = target === null ? null : await readAccount(client, target);
  if (target !== null && found === null) return null;
  allow?.(found, own === null ? null : await readAccount(client, own));
  return found;
}

/** What was changed of an account; kept for good. */
export type AccountChangeKind =
  'created' | 'roles' | 'name' | 'disabled' | 'enabled' | 'password' | 'secondFactor' | 'sessions';

export async function recordChange(
  client: pg.PoolClient,
  change: {
    account: string;
    kind: AccountChangeKind;
    author: Author;
    before?: readonly RoleGrant[];
    after?: readonly RoleGrant[];
  },
): Promise<void> {
  const { author, before, after } = change;
  await client.query(
    `INSERT INTO account_change (account_id, kind, author_kind, author_id, author_name, roles_before, roles_after)
     VALUES ($1, $2, $3, $4, $5, $6, $7)`,
    [
      change.account,
      change.kind,
      author.kind,
      author.id,
      author.name,
      before === undefined ? null : JSON.stringify(before),
      after === undefined ? null : JSON.stringify(after),
    ],
  );
}

/** A change of an account as it was recorded. */
export interface AccountEvent {
  id: number;
  at: Date;
  kind: AccountChangeKind;
  author: Author;
  rolesBefore: RoleGrant[] | null;
  rolesAfter: RoleGrant[] | null;
}

/** Changes of an account, newest first. */
export async function accountHistory(pool: pg.Pool, id: string, limit = 200): Promise<AccountEvent[]> {
  const { rows } = await pool.query<AccountEvent>(
    `SELECT account_change_id::integer AS id, at, kind,
            json_build_object('kind', author_kind, 'id', author_id, 'name', author_name) AS author,
            roles_before AS "rolesBefore", roles_after AS "rolesAfter"
       FROM account_change WHERE account_id = $1 ORDER BY account_change_id DESC LIMIT $2`,
    [id, limit],
  );
  return rows;
}
