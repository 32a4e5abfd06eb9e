import { createHash } from 'node:crypto';
import type pg from 'pg';
import { errorCode } from '../database.ts';

/** A system that asks by CDS Hooks. */
export interface CdsClient {
  id: string;
  /** `iss` of its JWTs: its base address, or any name that was agreed. */
  issuer: string;
  name: string;
  /** The hospital that orders. */
  hospital: string;
  /** Its public keys, or where they are. */
  jwks: { keys: Record<string, unknown>[] } | null;
  jwksUrl: string | null;
  createdBy: string;
  createdAt: Date;
  endedAt: Date | null;
  endedBy: string;
  lastUsedAt: Date | null;
}

export type NewCdsClient = Pick<CdsClient, 'issuer' | 'name' | 'hospital' | 'jwks' | 'jwksUrl' | 'createdBy'>;

const COLUMNS = `cds_client_id AS id, issuer, name, hospital_code AS hospital, jwks, jwks_url AS "jwksUrl", created_by AS "createdBy",
  created_at AS "createdAt", ended_at AS "endedAt", ended_by AS "endedBy", last_used_at AS "lastUsedAt"`;

const UNIQUE_VIOLATION = '23505';
const FOREIGN_KEY_VIOLATION = '23503';

/** Registers a client. @returns why not: another client in force has the issuer, or there is no such hospital */
export async function createCdsClient(
  client: pg.Pool | pg.PoolClient,
  given: NewCdsClient,
): Promise<CdsClient | 'issuerTaken' | 'noHospital'> {
  try {
    const { rows } = await client.query<CdsClient>(
      `INSERT INTO cds_client (issuer, name, hospital_code, jwks, jwks_url, created_by)
       VALUES ($1, $2, $3, $4, $5, $6) RETURNING ${COLUMNS}`,
      [
        given.issuer,
        given.name,
        given.hospital,
        given.jwks === null ? null : JSON.stringify(given.jwks),
        given.jwksUrl,
        given.createdBy,
      ],
    );
    if (rows[0] === undefined) throw new Error('the client was not recorded');
    return rows[0];
  } catch (error) {
    if (errorCode(error) === UNIQUE_VIOLATION) return 'issuerTaken';
    if (errorCode(error) === FOREIGN_KEY_VIOLATION) return 'noHospital';
    throw error;
  }
}

/** Clients of hospitals (null: of all), those in force first, the newest first. */
export async function listCdsClients(
  client: pg.Pool | pg.PoolClient,
  hospitals: readonly string[] | null,
): Promise<CdsClient[]> {
  const { rows } = await client.query<CdsClient>(
    `SELECT ${COLUMNS} FROM cds_client WHERE $1::text[] IS NULL OR hospital_code = ANY ($1)
      ORDER BY ended_at IS NOT NULL, created_at DESC LIMIT 500`,
    [hospitals],
  );
  return rows;
}

/** The client in force with this issuer. */
export async function findCdsClient(
  client: pg.Pool | pg.PoolClient,
  issuer: string,
): Promise<CdsClient | null> {
  if (issuer === '' || issuer.length > 500 || issuer.includes('\0')) return null;
  const { rows } = await client.query<CdsClient>(
    `SELECT ${COLUMNS} FROM cds_client WHERE issuer = $1 AND ended_at IS NULL`,
    [issuer],
  );
  return rows[0] ?? null;
}

/** Ends a client at once. null: there is none in force, or not of these hospitals. */
export async function endCdsClient(
  client: pg.Pool | pg.PoolClient,
  id: string,
  hospitals: readonly string[] | null,
  by: string,
): Promise<CdsClient | null> {
  const { rows } = await client.query<CdsClient>(
    `UPDATE cds_client SET ended_at = now(), ended_by = $3
      WHERE cds_client_id = $1 AND ended_at IS NULL AND ($2::text[] IS NULL OR hospital_code = ANY ($2)) RETURNING ${COLUMNS}`,
    [id, hospitals, by],
  );
  return rows[0] ?? null;
}

/**
 * Takes note of a JWT, which is taken once: false when it was shown before. Those that are over are forgotten on the way.
 *
 * @param expiresAt when the JWT is over in any case, with what clocks may differ
 */
export async function useCdsToken(
  client: pg.Pool | pg.PoolClient,
  id: string,
  jti: string,
  expiresAt: Date,
): Promise<boolean> {
  const { rowCount } = await client.query({
    name: 'cds-token',
    text: `WITH gone AS (
  DELETE FROM cds_token_used WHERE (cds_client_id, jti_sha256) IN (
    SELECT cds_client_id, jti_sha256 FROM cds_token_used WHERE expires_at < now() LIMIT 100 FOR UPDATE SKIP LOCKED)),
used AS (
  UPDATE cds_client SET last_used_at = now()
   WHERE cds_client_id = $1 AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute'))
INSERT INTO cds_token_used (cds_client_id, jti_sha256, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING`,
    values: [id, createHash('sha256').update(jti).digest(), expiresAt],
  });
  return rowCount === 1;
}
