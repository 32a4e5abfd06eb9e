import { generateKeyPair, randomBytes, type JsonWebKey } from 'node:crypto';
import { promisify } from 'node:util';
import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { SecretBox } from '../secretBox.ts';

/** What keys are for: the two algorithms that tokens are signed with, and cookies. */
export const KEY_USES = ['ES256', 'RS256', 'cookie'] as const;
export type KeyUseName = (typeof KEY_USES)[number];

/** After this many days a key is followed by another. */
const SIGNS_DAYS = 90;
/** What a key signed is believed for this long after the next one took over. */
const BELIEVED_DAYS = 2;
/** A new key is published this long before it signs: every server, and whoever keeps the list of keys, has read it by then. */
export const PUBLISHED_BEFORE_SECONDS = 120;

const RSA_BITS = 2048;
const COOKIE_KEY_BYTES = 32;
const LOCK = 'hutong identity keys';

export interface PublicKeyRow {
  kid: string;
  use: KeyUseName;
  publicJwk: JsonWebKey;
}

export interface SigningKeys {
  /** Private keys, for each algorithm the one that signs first. */
  jwks: (JsonWebKey & { kid: string; alg: string; use: 'sig' })[];
  /** The one that signs first. */
  cookieKeys: string[];
  /** Tells one state of the keys from another. */
  version: string;
}

interface KeyRow {
  kid: string;
  use: KeyUseName;
  secret: string;
  signs: boolean;
}

const LISTED = 'forgotten_at IS NULL OR forgotten_at > now()';
const contextOf = (kid: string): string => `oidc-key:${kid}`;
const generate = promisify(generateKeyPair);

/** Public keys that tokens of this issuer may be signed with. */
export async function readPublicKeys(pool: pg.Pool): Promise<PublicKeyRow[]> {
  const { rows } = await pool.query<PublicKeyRow>(
    `SELECT kid, use, public_jwk AS "publicJwk" FROM oidc_key WHERE use <> 'cookie' AND (${LISTED})`,
  );
  return rows;
}

/** Says whether the keys are the ones read before, without opening them. */
export async function signingKeysVersion(pool: pg.Pool): Promise<string> {
  const { rows } = await pool.query<{ version: string | null }>(
    `SELECT string_agg(kid || (signs_from <= now()), ' ' ORDER BY signs_from DESC, kid) AS version
       FROM oidc_key WHERE ${LISTED}`,
  );
  return rows[0]?.version ?? '';
}

/**
 * The keys of the issuer. The first call makes them; one that has signed for long is followed by another.
 *
 * @throws SecretBoxError when there is no key to seal or open them with
 */
export async function readSigningKeys(pool: pg.Pool, box: SecretBox): Promise<SigningKeys> {
  const { rows: due } = await pool.query<{ use: KeyUseName }>(
    `SELECT use FROM unnest($1::text[]) AS wanted (use)
      WHERE NOT EXISTS (SELECT 1 FROM oidc_key k WHERE k.use = wanted.use
                          AND k.signs_from > now() - make_interval(days => $2) AND (${LISTED}))`,
    [KEY_USES, SIGNS_DAYS],
  );
  if (due.length > 0)
    await addKeys(
      pool,
      box,
      due.map(({ use }) => use),
      SIGNS_DAYS,
    );
  const version = await signingKeysVersion(pool);
  const { rows } = await pool.query<KeyRow>(
    `SELECT kid, use, secret, signs_from <= now() AS signs FROM oidc_key WHERE ${LISTED}
      ORDER BY signs_from <= now() DESC, signs_from DESC, kid`,
  );
  const opened = rows.map((row) => ({ ...row, secret: box.openText(row.secret, contextOf(row.kid)) }));
  return {
    version,
    jwks: opened.flatMap(({ kid, use, secret }) =>
      use === 'cookie' ? [] : [{ ...(JSON.parse(secret) as JsonWebKey), kid, alg: use, use: 'sig' as const }],
    ),
    cookieKeys: opened.flatMap(({ use, secret }) => (use === 'cookie' ? [secret] : [])),
  };
}

/**
 * Makes new keys, which take over from the present ones in a moment; those go on being believed for two days.
 *
 * @param atOnce what the present keys signed is not believed any more: they may be known to others
 */
export async function rotateSigningKeys(pool: pg.Pool, box: SecretBox, atOnce = false): Promise<void> {
  if (atOnce) {
    await pool.query(
      'UPDATE oidc_key SET forgotten_at = now() WHERE forgotten_at IS NULL OR forgotten_at > now()',
    );
    // Codes and sessions too: whoever has the key of cookies may have made some.
    await pool.query(`DELETE FROM oidc_record WHERE model <> 'RevokedToken'`);
  }
  await addKeys(pool, box, KEY_USES, 0);
}

async function addKeys(
  pool: pg.Pool,
  box: SecretBox,
  uses: readonly KeyUseName[],
  olderThanDays: number,
): Promise<void> {
  const made = await Promise.all(uses.map((use) => newKey(use)));
  await inTransaction(pool, async (client) => {
    await client.query('SELECT pg_advisory_xact_lock(hashtext($1))', [LOCK]);
    for (const { kid, use, publicJwk, secret } of made) {
      const { rows } = await client.query<{ first: boolean; recent: boolean }>(
        `SELECT count(*) = 0 AS first, coalesce(bool_or(signs_from > now() - make_interval(days => $2)), false) AS recent
           FROM oidc_key WHERE use = $1 AND (${LISTED})`,
        [use, olderThanDays],
      );
      // Another server was faster.
      if (olderThanDays > 0 && rows[0]?.recent === true) continue;
      const delay = rows[0]?.first === true ? 0 : PUBLISHED_BEFORE_SECONDS;
      await client.query(
        `UPDATE oidc_key SET forgotten_at = now() + make_interval(secs => $2, days => $3) WHERE use = $1 AND forgotten_at IS NULL`,
        [use, delay, BELIEVED_DAYS],
      );
      await client.query(
        `INSERT INTO oidc_key (kid, use, public_jwk, secret, signs_from)
         VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5))`,
        [
          kid,
          use,
          publicJwk === null ? null : JSON.stringify(publicJwk),
          box.seal(secret, contextOf(kid)),
          delay,
        ],
      );
    }
  });
}

async function newKey(
  use: KeyUseName,
): Promise<{ kid: string; use: KeyUseName; publicJwk: JsonWebKey | null; secret: string }> {
  const kid = randomBytes(12).toString('base64url');
  if (use === 'cookie')
    return { kid, use, publicJwk: null, secret: randomBytes(COOKIE_KEY_BYTES).toString('base64url') };
  const { publicKey, privateKey } =
    use === 'ES256'
      ? await generate('ec', { namedCurve: 'P-256' })
      : await generate('rsa', { modulusLength: RSA_BITS });
  return {
    kid,
    use,
    publicJwk: publicKey.export({ format: 'jwk' }),
    secret: JSON.stringify(privateKey.export({ format: 'jwk' })),
  };
}
