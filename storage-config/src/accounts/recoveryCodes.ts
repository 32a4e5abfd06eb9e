import type pg from 'pg';
import { hashSecret } from '../secrets.ts';
import { oneTimeSecret } from './accounts.ts';

/** Codes of an account for the day its authenticator app is lost. */
const CODES = 8;

/** New codes in place of all others; only their SHA-256 is kept, for each has 80 random bits. */
export async function makeRecoveryCodes(client: pg.PoolClient, accountId: string): Promise<string[]> {
  const codes = Array.from({ length: CODES }, oneTimeSecret);
  await client.query('DELETE FROM recovery_code WHERE account_id = $1', [accountId]);
  await client.query('INSERT INTO recovery_code (account_id, code_hash) SELECT $1, unnest($2::bytea[])', [
    accountId,
    codes.map(kept),
  ]);
  return codes;
}

/** Takes a code once, also when two try it at the same moment. */
export async function takeRecoveryCode(pool: pg.Pool, accountId: string, typed: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    `UPDATE recovery_code SET used_at = now() WHERE account_id = $1 AND code_hash = $2 AND used_at IS NULL`,
    [accountId, kept(typed)],
  );
  return rowCount === 1;
}

/** However it was typed: without hyphens, in capitals, with spaces. */
const kept = (code: string): Buffer => hashSecret(code.toLowerCase().replace(/[^a-z0-9]/g, ''));
