import type pg from 'pg';
import { type Author, SYSTEM_AUTHOR } from './corrections/events.ts';
import type { Purpose } from './purposes.ts';
import { SCOPES, type Scope } from './scopes.ts';
import { hashSecret, newSecret } from './secrets.ts';

/** Scopes a key may have: people are made known by people alone. */
export const KEY_SCOPES = SCOPES.filter((scope) => scope !== 'accounts');
export type KeyScope = Exclude<Scope, 'accounts'>;

/** What keys may be for: the glass is broken by people. */
export const KEY_PURPOSES = [
  'TREAT',
  'HQUALIMP',
  'HOPERAT',
  'PATRQT',
  'HRESCH',
] as const satisfies readonly Purpose[];
export type KeyPurpose = (typeof KEY_PURPOSES)[number];

export interface ApiKey {
  id: string;
  /** null: a key of the region itself, which reads every hospital and stores for none. */
  hospitalCode: string | null;
  scopes: KeyScope[];
  label: string;
  expiresAt: Date | null;
  purpose: KeyPurpose;
  /** Network prefixes it may be used from; null: any. */
  networks: string[] | null;
  /** SHA-256 of the client certificate that has to come with it, in hexadecimal; null: none. */
  clientCertificate: string | null;
}

export interface NewApiKey {
  hospital: string | null;
  scopes: readonly KeyScope[];
  label?: string;
  expiresAt?: Date | null;
  purpose?: KeyPurpose;
  networks?: readonly string[] | null;
  clientCertificate?: string | null;
  author?: Author;
}

/** Makes a key. The secret is returned this once; only its SHA-256 is kept. */
export async function createApiKey(pool: pg.Pool, key: NewApiKey): Promise<{ id: string; secret: string }> {
  const secret = newSecret('htk');
  const { author = SYSTEM_AUTHOR } = key;
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO api_key (hospital_code, scopes, key_hash, label, expires_at, purpose, networks, client_certificate,
                          author_kind, author_id, author_name)
     VALUES ($1, $2, $3, $4, $5, $6, $7, decode($8, 'hex'), $9, $10, $11) RETURNING id`,
    [
      key.hospital,
      key.scopes,
      hashSecret(secret),
      key.label ?? '',
      key.expiresAt ?? null,
      key.purpose ?? 'TREAT',
      key.networks ?? null,
      key.clientCertificate ?? null,
      author.kind,
      author.id,
      author.name,
    ],
  );
  const [created] = rows;
  if (created === undefined) throw new Error('the key was not recorded');
  return { id: created.id, secret };
}

const API_KEY = /^htk_[A-Za-z0-9_-]{43}$/;

/** Columns of an {@link ApiKey}. */
export const API_KEY_COLUMNS = `id, hospital_code AS "hospitalCode", scopes, label, expires_at AS "expiresAt", purpose, networks,
  encode(client_certificate, 'hex') AS "clientCertificate"`;

/**
 * The valid key with this secret, the present or the one before it while that is still taken; null when there is none, or
 * it expired or was revoked.
 *
 * @param use where it is used from, kept for whoever looks after keys, and whether it may be used from there
 */
export async function findApiKey(
  pool: pg.Pool,
  secret: string,
  use: { address: string; mayBe: (key: ApiKey) => boolean } = { address: '', mayBe: () => true },
): Promise<ApiKey | null> {
  if (!API_KEY.test(secret)) return null;
  const { rows } = await pool.query<ApiKey & { previous: boolean; noted: boolean }>({
    name: 'find_api_key',
    text: FIND_API_KEY,
    values: [hashSecret(secret), use.address],
  });
  const [found] = rows;
  if (found === undefined) return null;
  const { previous, noted, ...key } = found;
  if (!use.mayBe(key)) return null;
  // To the minute is enough, and spares every other request a write.
  if (!noted)
    await pool.query(
      `UPDATE api_key SET last_used_at = now(), last_used_address = $2,
              previous_used_at = CASE WHEN $3 THEN now() ELSE previous_used_at END
        WHERE id = $1`,
      [key.id, use.address, previous],
    );
  return key;
}

/** The statement of {@link findApiKey}: digest of the secret, and the address it is used from. */
export const FIND_API_KEY = `SELECT ${API_KEY_COLUMNS}, key_hash <> $1 AS previous,
    coalesce(last_used_at > now() - interval '1 minute' AND last_used_address = $2
             AND (key_hash = $1 OR previous_used_at > now() - interval '1 minute'), false) AS noted
  FROM api_key
 WHERE (key_hash = $1 OR (previous_key_hash = $1 AND previous_valid_until > now()))
   AND revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now())`;

/** Ends a key at once. False when no valid key has the id. */
export async function revokeApiKey(pool: pg.Pool, id: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    'UPDATE api_key SET revoked_at = now() WHERE id = $1 AND revoked_at IS NULL',
    [id],
  );
  return rowCount === 1;
}
