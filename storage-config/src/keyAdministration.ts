import type pg from 'pg';
import { type ApiKey, API_KEY_COLUMNS, type KeyPurpose } from './apiKeys.ts';
import type { Author } from './corrections/events.ts';
import { inTransaction } from './database.ts';
import { hashSecret, newSecret } from './secrets.ts';

/** A key as those see it who look after keys. */
export interface KeyRecord extends ApiKey {
  author: Author;
  createdAt: Date;
  /** When the present secret was made, where it is not the first. */
  rotatedAt: Date | null;
  /** Until when the secret before the present one is taken; null: it is not. */
  previousValidUntil: Date | null;
  /** When the secret before the present one was used last, while it is taken. */
  previousUsedAt: Date | null;
  revokedAt: Date | null;
  lastUsedAt: Date | null;
  /** Network address it was used from last; empty: never used. */
  lastUsedAddress: string;
}

/** `expiring`: within {@link EXPIRY_WARNING_DAYS}. */
export const KEY_STATES = ['valid', 'expiring', 'expired', 'revoked'] as const;
export type KeyState = (typeof KEY_STATES)[number];

export const EXPIRY_WARNING_DAYS = 30;

export function keyState(key: Pick<KeyRecord, 'revokedAt' | 'expiresAt'>, now = Date.now()): KeyState {
  if (key.revokedAt !== null) return 'revoked';
  if (key.expiresAt === null) return 'valid';
  const left = key.expiresAt.getTime() - now;
  if (left <= 0) return 'expired';
  return left <= EXPIRY_WARNING_DAYS * 86_400_000 ? 'expiring' : 'valid';
}

const RECORD = `${API_KEY_COLUMNS}, created_at AS "createdAt", rotated_at AS "rotatedAt", revoked_at AS "revokedAt",
  last_used_at AS "lastUsedAt", last_used_address AS "lastUsedAddress",
  CASE WHEN previous_valid_until > now() THEN previous_valid_until END AS "previousValidUntil",
  CASE WHEN previous_valid_until > now() THEN previous_used_at END AS "previousUsedAt",
  json_build_object('kind', author_kind, 'id', author_id, 'name', author_name) AS author`;

/** Condition of each state. */
const STATE: Readonly<Record<KeyState, string>> = {
  valid: `revoked_at IS NULL AND (expires_at IS NULL OR expires_at > now() + interval '${EXPIRY_WARNING_DAYS} days')`,
  expiring: `revoked_at IS NULL AND expires_at > now() AND expires_at <= now() + interval '${EXPIRY_WARNING_DAYS} days'`,
  expired: 'revoked_at IS NULL AND expires_at <= now()',
  revoked: 'revoked_at IS NOT NULL',
};

export interface KeyFilter {
  /** Whose keys; null: all, those of the region among them. */
  hospitals: readonly string[] | null;
  /** Part of the label, or the beginning of the id; empty: any. */
  text: string;
  /** Of one hospital; `region`: of the region itself. */
  hospital: string | null;
  /** Empty: all but revoked ones. */
  states: readonly KeyState[];
  /** Where the page before ended: text of the moment of creation, and id. */
  after: readonly [createdAt: string, id: string] | null;
  limit: number;
}

/** No hospital has this code: codes are at most 32 characters without blanks. */
export const REGION_KEYS = '*';

/** Keys, newest first, a page at a time. `position` is where a page may go on. */
export async function findKeys(
  pool: pg.Pool,
  filter: KeyFilter,
): Promise<(KeyRecord & { position: string })[]> {
  const states =
    filter.states.length === 0 ? KEY_STATES.filter((state) => state !== 'revoked') : filter.states;
  const { rows } = await pool.query<KeyRecord & { position: string }>(
    `SELECT ${RECORD}, created_at::text AS position FROM api_key
      WHERE ($1::text[] IS NULL OR hospital_code = ANY ($1))
        AND ($2 = '' OR position(lower($2) IN lower(label)) > 0 OR starts_with(id::text, lower($2)))
        AND ($3::text IS NULL OR coalesce(hospital_code, '${REGION_KEYS}') = $3)
        AND (${states.map((state) => `(${STATE[state]})`).join(' OR ')})
        AND ($4::timestamptz IS NULL OR (created_at, id) < ($4::timestamptz, $5::uuid))
      ORDER BY created_at DESC, id DESC LIMIT $6`,
    [
      filter.hospitals,
      filter.text,
      filter.hospital,
      filter.after?.[0] ?? null,
      filter.after?.[1] ?? null,
      filter.limit,
    ],
  );
  return rows;
}

/** How many keys of these hospitals (null: of all) expire within {@link EXPIRY_WARNING_DAYS}. */
export async function countExpiringKeys(pool: pg.Pool, hospitals: readonly string[] | null): Promise<number> {
  const { rows } = await pool.query<{ expiring: number }>(
    `SELECT count(*)::integer AS expiring FROM api_key
      WHERE ($1::text[] IS NULL OR hospital_code = ANY ($1)) AND ${STATE.expiring}`,
    [hospitals],
  );
  return rows[0]?.expiring ?? 0;
}

/** All keys that are not revoked, newest first; never their secrets. */
export const listApiKeys = async (pool: pg.Pool): Promise<KeyRecord[]> =>
  findKeys(pool, { hospitals: null, text: '', hospital: null, states: [], after: null, limit: 100_000 });

/** The key of an id, where it is one of these hospitals' (null: of any); null when there is none. */
export async function findKey(
  client: pg.Pool | pg.PoolClient,
  id: string,
  hospitals: readonly string[] | null,
): Promise<KeyRecord | null> {
  const { rows } = await client.query<KeyRecord>(
    `SELECT ${RECORD} FROM api_key WHERE id = $1 AND ($2::text[] IS NULL OR hospital_code = ANY ($2))`,
    [id, hospitals],
  );
  return rows[0] ?? null;
}

/**
 * Gives a key a new secret, which is returned this once. The old one is taken for some hours more, so that machines can
 * be told one after the other; one that was still taken from an earlier rotation ends.
 *
 * @returns null when no valid key has the id
 */
export async function rotateApiKey(
  pool: pg.Pool,
  id: string,
  overlapHours: number,
): Promise<{ secret: string; key: KeyRecord } | null> {
  const secret = newSecret('htk');
  const { rows } = await pool.query<KeyRecord>(
    `UPDATE api_key SET key_hash = $2, rotated_at = now(), previous_used_at = NULL,
            previous_key_hash = CASE WHEN $3 > 0 THEN key_hash END,
            previous_valid_until = CASE WHEN $3 > 0 THEN now() + make_interval(secs => $3 * 3600) END
      WHERE id = $1 AND revoked_at IS NULL RETURNING ${RECORD}`,
    [id, hashSecret(secret), overlapHours],
  );
  const [key] = rows;
  return key === undefined ? null : { secret, key };
}

/** Ends the overlap of a rotation at once. null: no valid key has the id. */
export async function endPreviousSecret(pool: pg.Pool, id: string): Promise<KeyRecord | null> {
  const { rows } = await pool.query<KeyRecord>(
    `UPDATE api_key SET previous_key_hash = NULL, previous_valid_until = NULL
      WHERE id = $1 AND revoked_at IS NULL RETURNING ${RECORD}`,
    [id],
  );
  return rows[0] ?? null;
}

export interface KeyChange {
  label?: string;
  expiresAt?: Date | null;
  purpose?: KeyPurpose;
  networks?: readonly string[] | null;
  clientCertificate?: string | null;
}

/** Changes what is said of a key. Returns it before and after; null: no key that is not revoked has the id. */
export async function changeApiKey(
  pool: pg.Pool,
  id: string,
  change: KeyChange,
): Promise<{ before: KeyRecord; after: KeyRecord } | null> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<KeyRecord>(
      `SELECT ${RECORD} FROM api_key WHERE id = $1 AND revoked_at IS NULL FOR UPDATE`,
      [id],
    );
    const [before] = rows;
    if (before === undefined) return null;
    const wanted = { ...before, ...change };
    const changed = await client.query<KeyRecord>(
      `UPDATE api_key SET label = $2, expires_at = $3, purpose = $4, networks = $5, client_certificate = decode($6, 'hex')
        WHERE id = $1 RETURNING ${RECORD}`,
      [id, wanted.label, wanted.expiresAt, wanted.purpose, wanted.networks, wanted.clientCertificate],
    );
    const [after] = changed.rows;
    return after === undefined ? null : { before, after };
  });
}
