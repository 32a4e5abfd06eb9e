import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { hashSecret, newSecret } from '../secrets.ts';

/** Of clients `c`: those of these hospitals; null: of all, and those of the region. */
export const MANAGED = (parameter: string): string =>
  `(${parameter}::text[] IS NULL OR c.hospital_code = ANY (${parameter}))`;

/** Of clients `c`: still let in. */
export const CLIENT_VALID = `c.ended_at IS NULL AND (c.expires_at IS NULL OR c.expires_at > now())`;

/** Keeps the digest of a secret. */
export const addSecret = (client: pg.PoolClient, id: string, secret: string): Promise<unknown> =>
  client.query('INSERT INTO oidc_client_secret (client_id, secret_hash) VALUES ($1, $2)', [
    id,
    hashSecret(secret),
  ]);

/**
 * Gives a client a new secret; those before it go on for a while.
 *
 * @param overlapSeconds how long; 0 ends them at once
 * @returns the secret, to be told once; null when no client with secrets has the id
 */
export async function rotateClientSecret(
  pool: pg.Pool,
  id: string,
  overlapSeconds: number,
  hospitals: readonly string[] | null = null,
): Promise<string | null> {
  const secret = newSecret('hcs');
  return inTransaction(pool, async (connection) => {
    const { rowCount } = await connection.query(
      `SELECT 1 FROM oidc_client c WHERE c.client_id = $1 AND c.authentication = 'secret' AND c.ended_at IS NULL
          AND ${MANAGED('$2')} FOR UPDATE`,
      [id, hospitals],
    );
    if (rowCount !== 1) return null;
    // Two at a time: the last one and the new one.
    await connection.query(
      `DELETE FROM oidc_client_secret WHERE client_id = $1 AND secret_hash NOT IN
         (SELECT secret_hash FROM oidc_client_secret WHERE client_id = $1 AND (expires_at IS NULL OR expires_at > now())
           ORDER BY created_at DESC LIMIT 1)`,
      [id],
    );
    await connection.query(
      `UPDATE oidc_client_secret SET expires_at = least(coalesce(expires_at, 'infinity'), now() + make_interval(secs => $2))
        WHERE client_id = $1`,
      [id, overlapSeconds],
    );
    await addSecret(connection, id, secret);
    return secret;
  });
}

/** Whether a secret is one of a client's valid ones; notes its use, to the minute. */
export async function isClientSecret(pool: pg.Pool, id: string, secret: string): Promise<boolean> {
  const { rows } = await pool.query<{ noted: boolean }>(
    `SELECT coalesce(s.last_used_at > now() - interval '1 minute', false) AS noted
       FROM oidc_client_secret s JOIN oidc_client c USING (client_id)
      WHERE c.client_id = $1 AND s.secret_hash = $2 AND (s.expires_at IS NULL OR s.expires_at > now()) AND ${CLIENT_VALID}`,
    [id, hashSecret(secret)],
  );
  const [found] = rows;
  if (found === undefined) return false;
  if (!found.noted)
    await pool.query(
      'UPDATE oidc_client_secret SET last_used_at = now() WHERE client_id = $1 AND secret_hash = $2',
      [id, hashSecret(secret)],
    );
  return true;
}
