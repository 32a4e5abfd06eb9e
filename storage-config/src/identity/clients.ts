import { randomBytes } from 'node:crypto';
import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { Purpose } from '../purposes.ts';
import type { Scope } from '../scopes.ts';
import { newSecret } from '../secrets.ts';
import { addSecret, MANAGED } from './clientSecrets.ts';

export const CLIENT_KINDS = ['web', 'native', 'machine'] as const;
export type ClientKind = (typeof CLIENT_KINDS)[number];
/** How a client shows who it is: not at all (with PKCE alone), by a secret, or by what it signs with its own key. */
export type ClientAuthentication = 'none' | 'secret' | 'privateKey';

/** An application that people sign in to, or a machine, known to the issuer. */
export interface OidcClient {
  id: string;
  kind: ClientKind;
  name: string;
  /** Whose it is, and that a machine works for; null: the region's. */
  hospitalCode: string | null;
  /** The most that its tokens allow. */
  scopes: Scope[];
  authentication: ClientAuthentication;
  jwks: { keys: Record<string, unknown>[] } | null;
  redirectUris: string[];
  /** Where a browser may be sent after signing out. */
  loggedOutUris: string[];
  /** Is told when somebody signs out (back-channel logout). */
  logoutUri: string | null;
  purpose: Purpose;
  createdBy: string;
  createdAt: Date;
  expiresAt: Date | null;
  endedAt: Date | null;
  lastUsedAt: Date | null;
  secrets: { createdAt: string; expiresAt: string | null; lastUsedAt: string | null }[];
}

export type NewClient = Pick<OidcClient, 'kind' | 'name' | 'hospitalCode' | 'scopes' | 'authentication'> &
  Partial<
    Pick<
      OidcClient,
      'jwks' | 'redirectUris' | 'loggedOutUris' | 'logoutUri' | 'purpose' | 'createdBy' | 'expiresAt'
    >
  >;

const COLUMNS = `c.client_id AS id, c.kind, c.name, c.hospital_code AS "hospitalCode", c.scopes, c.authentication, c.jwks,
  c.redirect_uris AS "redirectUris", c.logged_out_uris AS "loggedOutUris", c.logout_uri AS "logoutUri", c.purpose,
  c.created_by AS "createdBy", c.created_at AS "createdAt", c.expires_at AS "expiresAt", c.ended_at AS "endedAt",
  c.last_used_at AS "lastUsedAt",
  coalesce((SELECT json_agg(json_build_object('createdAt', s.created_at, 'expiresAt', s.expires_at, 'lastUsedAt', s.last_used_at)
                            ORDER BY s.created_at DESC)
              FROM oidc_client_secret s WHERE s.client_id = c.client_id AND (s.expires_at IS NULL OR s.expires_at > now())),
           '[]') AS secrets`;

/** Makes a client known. The secret, where it has one, is returned this once; only its SHA-256 is kept. */
export async function createClient(
  pool: pg.Pool,
  client: NewClient,
): Promise<{ client: OidcClient; secret: string | null }> {
  const id = `htc_${randomBytes(12).toString('base64url')}`;
  const secret = client.authentication === 'secret' ? newSecret('hcs') : null;
  await inTransaction(pool, async (connection) => {
    await connection.query(
      `INSERT INTO oidc_client (client_id, kind, name, hospital_code, scopes, authentication, jwks, redirect_uris,
                                logged_out_uris, logout_uri, purpose, created_by, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)`,
      [
        id,
        client.kind,
        client.name,
        client.hospitalCode,
        client.scopes,
        client.authentication,
        client.jwks === null || client.jwks === undefined ? null : JSON.stringify(client.jwks),
        client.redirectUris ?? [],
        client.loggedOutUris ?? [],
        client.logoutUri ?? null,
        client.purpose ?? 'TREAT',
        client.createdBy ?? '',
        client.expiresAt ?? null,
      ],
    );
    if (secret !== null) await addSecret(connection, id, secret);
  });
  const made = await findClient(pool, id);
  if (made === null) throw new Error('the client was not recorded');
  return { client: made, secret };
}

/** The client of an id, among those of the hospitals; null when there is none. Ended ones are found too. */
export async function findClient(
  pool: pg.Pool | pg.PoolClient,
  id: string,
  hospitals: readonly string[] | null = null,
): Promise<OidcClient | null> {
  const { rows } = await pool.query<OidcClient>(
    `SELECT ${COLUMNS} FROM oidc_client c WHERE c.client_id = $1 AND ${MANAGED('$2')}`,
    [id.replaceAll('\0', ''), hospitals],
  );
  return rows[0] ?? null;
}

/** Clients of these hospitals, or, for null, of all and of the region, that were not ended; newest first. */
export async function listClients(pool: pg.Pool, hospitals: readonly string[] | null): Promise<OidcClient[]> {
  const { rows } = await pool.query<OidcClient>(
    `SELECT ${COLUMNS} FROM oidc_client c WHERE c.ended_at IS NULL AND ${MANAGED('$1')} ORDER BY c.created_at DESC, c.client_id`,
    [hospitals],
  );
  return rows;
}

/** What may be changed of a client; what is absent stays. */
export type ClientChange = Partial<
  Pick<OidcClient, 'name' | 'scopes' | 'redirectUris' | 'loggedOutUris' | 'logoutUri' | 'expiresAt'>
>;

/**
 * Changes a client. Where it may come back to another address than before, what people had agreed to ends: nobody sends
 * the codes of others to an address of the own choice. null when there is none among those of the hospitals.
 */
export async function updateClient(
  pool: pg.Pool,
  id: string,
  change: ClientChange,
  hospitals: readonly string[] | null,
): Promise<OidcClient | null> {
  return inTransaction(pool, async (connection) => {
    const { rows: before } = await connection.query<{ redirectUris: string[] }>(
      `SELECT c.redirect_uris AS "redirectUris" FROM oidc_client c WHERE c.client_id = $1 AND c.ended_at IS NULL
          AND ${MANAGED('$2')} FOR UPDATE`,
      [id, hospitals],
    );
    const [known] = before;
    if (known === undefined) return null;
    if (change.redirectUris?.some((uri) => !known.redirectUris.includes(uri)) === true)
      await connection.query('DELETE FROM oidc_record WHERE client_id = $1', [id]);
    await connection.query(
      `UPDATE oidc_client c
        SET name = coalesce($3, name), scopes = coalesce($4, scopes), redirect_uris = coalesce($5, redirect_uris),
            logged_out_uris = coalesce($6, logged_out_uris),
            logout_uri = CASE WHEN $7 THEN $8 ELSE logout_uri END,
            expires_at = CASE WHEN $9 THEN $10::timestamptz ELSE expires_at END
      WHERE c.client_id = $1 AND c.ended_at IS NULL AND ${MANAGED('$2')}`,
      [
        id,
        hospitals,
        change.name ?? null,
        change.scopes ?? null,
        change.redirectUris ?? null,
        change.loggedOutUris ?? null,
        change.logoutUri !== undefined,
        change.logoutUri ?? null,
        change.expiresAt !== undefined,
        change.expiresAt ?? null,
      ],
    );
    return findClient(connection, id);
  });
}

/** Ends a client for good, with all that it was granted. False when there is none among those of the hospitals. */
export async function endClient(
  pool: pg.Pool,
  id: string,
  hospitals: readonly string[] | null = null,
): Promise<boolean> {
  return inTransaction(pool, async (connection) => {
    const { rowCount } = await connection.query(
      `UPDATE oidc_client c SET ended_at = now() WHERE c.client_id = $1 AND c.ended_at IS NULL AND ${MANAGED('$2')}`,
      [id, hospitals],
    );
    if (rowCount !== 1) return false;
    await connection.query('DELETE FROM oidc_client_secret WHERE client_id = $1', [id]);
    await connection.query('DELETE FROM oidc_record WHERE client_id = $1', [id]);
    return true;
  });
}

/** Notes that a client got a token, to the minute. */
export async function noteClientUse(pool: pg.Pool, id: string): Promise<void> {
  await pool.query(
    `UPDATE oidc_client SET last_used_at = now()
      WHERE client_id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
    [id],
  );
}
