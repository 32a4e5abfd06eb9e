import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { endGrantsOf } from '../identity/records.ts';
import { endSessionsOf } from './account.ts';
import { checkOwnPassword, type OwnPassword } from './ownPassword.ts';
import { hashPassword, isPassword, type PasswordFault, passwordFault } from './password.ts';

/** Passwords that are not to be chosen again, the present one among them. */
const REMEMBERED = 5;

export type PasswordChange =
  | { kind: 'changed' }
  | { kind: 'refused' }
  | { kind: 'locked'; seconds: number }
  | { kind: PasswordFault | 'same' | 'reused' };

/** Changes an own password; the present one is asked for. Ends all other sessions of the account, and what they granted. */
export async function changePassword(
  pool: pg.Pool,
  change: Omit<OwnPassword, 'password'> & { present: string; wanted: string; session: string },
): Promise<PasswordChange> {
  const { accountId, present, wanted } = change;
  const own = await checkOwnPassword(pool, { ...change, password: present });
  if (own.kind !== 'right') return own;
  const fault = passwordFault(wanted, [own.username, own.displayName]);
  if (fault !== null) return { kind: fault };
  if (wanted.normalize('NFKC') === present.normalize('NFKC')) return { kind: 'same' };
  if (await wasUsed(pool, accountId, wanted)) return { kind: 'reused' };
  const hash = await hashPassword(wanted);
  return inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      `UPDATE account SET password_hash = $2, password_given = false, password_set_at = now()
        WHERE account_id = $1 AND password_hash = $3`,
      [accountId, hash, own.hash],
    );
    if (rowCount !== 1) return { kind: 'refused' };
    await keepFormer(client, accountId, own.hash);
    await endSessionsOf(client, accountId, change.session);
    await endGrantsOf(client, accountId);
    return { kind: 'changed' };
  });
}

async function wasUsed(pool: pg.Pool, accountId: string, wanted: string): Promise<boolean> {
  const { rows } = await pool.query<{ hash: string }>(
    'SELECT password_hash AS hash FROM former_password WHERE account_id = $1 ORDER BY until DESC LIMIT $2',
    [accountId, REMEMBERED - 1],
  );
  for (const { hash } of rows) if (await isPassword(wanted, hash)) return true;
  return false;
}

async function keepFormer(client: pg.PoolClient, accountId: string, hash: string): Promise<void> {
  await client.query('INSERT INTO former_password (account_id, password_hash) VALUES ($1, $2)', [
    accountId,
    hash,
  ]);
  await client.query(
    `DELETE FROM former_password WHERE account_id = $1 AND until < (
       SELECT min(until) FROM (SELECT until FROM former_password WHERE account_id = $1 ORDER BY until DESC LIMIT $2) AS kept)`,
    [accountId, REMEMBERED - 1],
  );
}
