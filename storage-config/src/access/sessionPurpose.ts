import type pg from 'pg';
import type { Purpose } from '../purposes.ts';
import { hashSecret } from '../secrets.ts';

/** Keeps what a person acts for in a session from now on. */
export async function chooseSessionPurpose(pool: pg.Pool, secret: string, purpose: Purpose): Promise<void> {
  await pool.query('UPDATE session SET purpose = $2 WHERE id_hash = $1', [hashSecret(secret), purpose]);
}
