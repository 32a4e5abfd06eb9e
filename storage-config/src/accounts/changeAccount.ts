import type pg from 'pg';
import { SYSTEM_AUTHOR } from '../corrections/events.ts';
import { inTransaction } from '../database.ts';
import { type Account, insertRoles, readAccount, removeSecondFactor, type RoleGrant } from './account.ts';
import { type AccountChangeKind, type Administering, mayGo, recordChange } from './accountRecord.ts';
import { accountId, oneTimeSecret } from './accounts.ts';
import { endEverything } from './endEverything.ts';
import { hashPassword } from './password.ts';
import { forgetAttempts } from './signInAttempts.ts';

export interface AccountChange {
  displayName?: string;
  roles?: readonly RoleGrant[];
  disabled?: boolean;
  /** Changed only if it still is this one. */
  revision?: number;
}

/** Without this account nobody would administer the region. */
export class LastAdministrator extends Error {
  override name = 'LastAdministrator';
}

/** Somebody else changed the account in the meantime. */
export class AccountChanged extends Error {
  override name = 'AccountChanged';
}

const isRegionAdministrator = ({ roles, disabled }: Account): boolean =>
  !disabled && roles.some(({ role, hospital }) => role === 'administrator' && hospital === null);

/** @throws LastAdministrator when the region has nobody left */
async function keepsAnAdministrator(client: pg.PoolClient, before: Account, after: Account): Promise<void> {
  if (!isRegionAdministrator(before) || isRegionAdministrator(after)) return;
  const { rows } = await client.query(
    `SELECT FROM account_role r JOIN account a USING (account_id)
      WHERE r.role = 'administrator' AND r.hospital_code IS NULL AND a.disabled_at IS NULL LIMIT 1`,
  );
  if (rows.length === 0)
    throw new LastAdministrator('the region would be left without an administrator; make another one first');
}

/**
 * Changes name, roles, or whether the account is let in. Roles hold from the next request on; disabling ends sessions.
 *
 * @returns the account before and after; null when there is none
 * @throws LastAdministrator, AccountChanged, and what `allow` throws
 */
export async function changeAccount(
  pool: pg.Pool,
  id: string,
  change: AccountChange,
  administering: Administering = { author: SYSTEM_AUTHOR },
): Promise<{ before: Account; after: Account } | null> {
  const { author } = administering;
  return inTransaction(pool, async (client) => {
    const before = await mayGo(client, administering, id);
    if (before === null) return null;
    if (change.revision !== undefined && change.revision !== before.revision)
      throw new AccountChanged('the account was changed in the meantime');
    await client.query(
      `UPDATE account SET revision = revision + 1, display_name = coalesce($2, display_name),
              disabled_at = CASE WHEN $3::boolean IS NULL THEN disabled_at WHEN $3 THEN coalesce(disabled_at, now()) END
        WHERE account_id = $1`,
      [id, change.displayName ?? null, change.disabled ?? null],
    );
    if (change.roles !== undefined) {
      await client.query('DELETE FROM account_role WHERE account_id = $1', [id]);
      await insertRoles(client, id, change.roles);
    }
    if (change.disabled === true) await endEverything(client, id);
    const after = await readAccount(client, id);
    if (after === null) throw new Error('the account went away while it was changed');
    await keepsAnAdministrator(client, before, after);
    const note = (kind: AccountChangeKind, roles = {}) =>
      recordChange(client, { account: id, kind, author, ...roles });
    if (before.displayName !== after.displayName) await note('name');
    if (JSON.stringify(before.roles) !== JSON.stringify(after.roles))
      await note('roles', { before: before.roles, after: after.roles });
    if (before.disabled !== after.disabled) await note(after.disabled ? 'disabled' : 'enabled');
    return { before, after };
  });
}

/** Gives an account other roles, and ends nothing else: rights are asked for at each request. False: no such account. */
export async function setRoles(
  pool: pg.Pool,
  username: string,
  roles: readonly RoleGrant[],
  administering?: Administering,
): Promise<boolean> {
  const id = await accountId(pool, username);
  return id !== null && (await changeAccount(pool, id, { roles }, administering)) !== null;
}

/** Lets nobody in with the account any more, or again. False: no such account. */
export async function setDisabled(
  pool: pg.Pool,
  username: string,
  disabled: boolean,
  administering?: Administering,
): Promise<boolean> {
  const id = await accountId(pool, username);
  return id !== null && (await changeAccount(pool, id, { disabled }, administering)) !== null;
}

/** A new password to be told once; ends all sessions, one-time passwords and locks of the account. null: no such account. */
export async function resetPassword(
  pool: pg.Pool,
  username: string,
  administering?: Administering,
): Promise<string | null> {
  const id = await accountId(pool, username);
  return id === null ? null : givePassword(pool, id, administering);
}

/** As {@link resetPassword}, of the account with an id. @throws what `allow` throws */
export async function givePassword(
  pool: pg.Pool,
  id: string,
  administering: Administering = { author: SYSTEM_AUTHOR },
): Promise<string | null> {
  const password = oneTimeSecret();
  const hash = await hashPassword(password);
  return inTransaction(pool, async (client) => {
    const account = await mayGo(client, administering, id);
    if (account === null) return null;
    await client.query(
      `UPDATE account SET password_hash = $2, password_given = true, password_set_at = now(), revision = revision + 1
        WHERE account_id = $1`,
      [id, hash],
    );
    await removeSecondFactor(client, id);
    await endEverything(client, id);
    await forgetAttempts(client, account.username);
    await recordChange(client, { account: id, kind: 'password', author: administering.author });
    return password;
  });
}

/** Lets somebody in without a second factor, until a new one is set up. null: no such account. @throws what `allow` throws */
export async function liftSecondFactor(
  pool: pg.Pool,
  id: string,
  administering: Administering = { author: SYSTEM_AUTHOR },
): Promise<Account | null> {
  return inTransaction(pool, async (client) => {
    const account = await mayGo(client, administering, id);
    if (account === null) return null;
    await removeSecondFactor(client, id);
    await client.query('UPDATE account SET revision = revision + 1 WHERE account_id = $1', [id]);
    await recordChange(client, { account: id, kind: 'secondFactor', author: administering.author });
    return account;
  });
}

/** Ends all sessions of an account. Returns how many; null: no such account. @throws what `allow` throws */
export async function endAllSessions(
  pool: pg.Pool,
  id: string,
  administering: Administering = { author: SYSTEM_AUTHOR },
): Promise<number | null> {
  return inTransaction(pool, async (client) => {
    const account = await mayGo(client, administering, id);
    if (account === null) return null;
    const ended = await endEverything(client, id);
    await recordChange(client, { account: id, kind: 'sessions', author: administering.author });
    return ended;
  });
}
