import type pg from 'pg';
import { hashSecret, newSecret } from '../secrets.ts';
import { DEVICE_DAYS } from '../sessions.ts';

/** Browsers that are remembered for one account. */
const DEVICES_PER_ACCOUNT = 20;

/**
 * The device by which attempts for a name are counted: this browser signed in to that account before. So strangers who
 * lock the name do not lock out its owner, who goes on from a browser of before.
 */
export async function knownDevice(
  pool: pg.Pool,
  username: string,
  secret: string | null,
): Promise<string | null> {
  if (secret === null) return null;
  const { rows } = await pool.query<{ id: string }>(
    `SELECT d.device_id AS id FROM known_device d JOIN account a USING (account_id)
      WHERE d.device_hash = $1 AND a.username = $2 AND d.last_used_at > now() - make_interval(days => $3)`,
    [hashSecret(secret), username, DEVICE_DAYS],
  );
  return rows[0]?.id ?? null;
}

/**
 * Remembers a browser for an account. One browser serves several people, so a secret that was given out before is kept;
 * one that a client made up is not taken.
 *
 * @returns the secret for the browser
 */
export async function rememberDevice(
  client: pg.PoolClient,
  accountId: string,
  secret: string | null,
): Promise<string> {
  const { rowCount } = await client.query('SELECT FROM known_device WHERE device_hash = $1 LIMIT 1', [
    secret === null ? null : hashSecret(secret),
  ]);
  const kept = secret !== null && rowCount === 1 ? secret : newSecret('htd');
  await client.query(
    `INSERT INTO known_device (device_hash, account_id) VALUES ($1, $2)
     ON CONFLICT (device_hash, account_id) DO UPDATE SET last_used_at = now()`,
    [hashSecret(kept), accountId],
  );
  await client.query(
    `DELETE FROM known_device WHERE account_id = $1 AND device_hash NOT IN
       (SELECT device_hash FROM known_device WHERE account_id = $1 ORDER BY last_used_at DESC LIMIT $2)`,
    [accountId, DEVICES_PER_ACCOUNT],
  );
  return kept;
}

/** Forgets every browser of an account. */
export async function forgetDevices(client: pg.Pool | pg.PoolClient, accountId: string): Promise<void> {
  await client.query('DELETE FROM known_device WHERE account_id = $1', [accountId]);
}
