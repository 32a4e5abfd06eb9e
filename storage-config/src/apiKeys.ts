import type pg from 'pg';
import { SCOPES, type Scope } from './scopes.ts';
import { hashSecret, newSecret } from './secrets.ts';

/** Scopes a key may have: people are made known by people alone. */
export const KEY_SCOPES = SCOPES.filter((scope) => scope !== 'accounts');
export type KeyScope = Exclude<Scope, 'accounts'>;

export interface ApiKey {
  id: string;
  /** null: a key of the region itself, which reads every hospital and stores for none. */
  hospitalCode: string | null;
  scopes: KeyScope[];
  label: string;
  expiresAt: Date | null;
}

export interface NewApiKey {
  hospital: string | null;
  scopes: readonly KeyScope[];
  label?: string;
  expiresAt?: Date | null;
}

/** Makes a key. The secret is returned this once; only its SHA-256 is kept. */
export async function createApiKey(pool: pg.Pool, key: NewApiKey): Promise<{ id: string; secret: string }> {
  const secret = newSecret('htk');
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO api_key (hospital_code, scopes, key_hash, label, expires_at)
     VALUES ($1, $2, $3, $4, $5) RETURNING id`,
    [key.hospital, key.scopes, hashSecret(secret), key.label ?? '', key.expiresAt ?? null],
  );
  const [created] = rows;
  if (created === undefined) throw new Error('the key was not recorded');
  return { id: created.id, secret };
}

const API_KEY = /^htk_[A-Za-z0-9_-]{43}$/;

/** The valid key with this secret; null when there is none, or it expired or was revoked. */
export async function findApiKey(pool: pg.Pool, secret: string): Promise<ApiKey | null> {
  if (!API_KEY.test(secret)) return null;
  const { rows } = await pool.query<ApiKey & { lastUsedAt: Date | null }>(
    `SELECT id, hospital_code AS "hospitalCode", scopes, label, expires_at AS "expiresAt", last_used_at AS "lastUsedAt"
       FROM api_key
      WHERE key_hash = $1 AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`,
    [hashSecret(secret)],
  );
  const [found] = rows;
  if (found === undefined) return null;
  const { lastUsedAt, ...key } = found;
  // To the minute is enough, and spares every other request a write.
  if (lastUsedAt === null || Date.now() - lastUsedAt.getTime() > 60_000) {
    await pool.query('UPDATE api_key SET last_used_at = now() WHERE id = $1', [key.id]);
  }
  return key;
}

/** Ends a key at once. False when no valid key has the id. */
export async function revokeApiKey(pool: pg.Pool, id: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    'UPDATE api_key SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL',
    [id],
  );
  return rowCount === 1;
}

/** All keys that are not revoked, newest first; never their secrets. */
export async function listApiKeys(
  pool: pg.Pool,
): Promise<(ApiKey & { createdAt: Date; lastUsedAt: Date | null })[]> {
  const { rows } = await pool.query<ApiKey & { createdAt: Date; lastUsedAt: Date | null }>(
    `SELECT id, hospital_code AS "hospitalCode", scopes, label, expires_at AS "expiresAt",
            created_at AS "createdAt", last_used_at AS "lastUsedAt"
       FROM api_key WHERE revoked_at IS NULL ORDER BY created_at DESC`,
  );
  return rows;
}
