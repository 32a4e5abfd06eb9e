import type pg from 'pg';
import type { SecretBox } from '../secretBox.ts';
import { hashSecret } from '../secrets.ts';

/** What the issuer keeps under an id for a time. */
export interface OidcRecord {
  payload: Record<string, unknown>;
  /** When it was used up, in seconds since 1970; null: not yet. */
  consumed: number | null;
}

export interface RecordToSave {
  model: string;
  id: string;
  payload: Record<string, unknown>;
  expiresInSeconds: number;
  uid: string | null;
  grantId: string | null;
  accountId: string | null;
  clientId: string | null;
}

/** A code or refresh token is taken once; used-up ones are kept, so that a second use is noticed. */
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/;

const contextOf = (model: string, hash: Buffer): string => `oidc:${model}:${hash.toString('hex')}`;

/**
 * A record lives while its time, its client, its account and the session of the portal do that it came from. The grant
 * that a code or refresh token belongs to is asked for by itself.
 */
const ALIVE = `r.expires_at > now()
  AND (r.account_id IS NULL OR EXISTS (SELECT 1 FROM account a WHERE a.account_id = r.account_id AND a.disabled_at IS NULL))
  AND (r.session_hash IS NULL OR EXISTS
        (SELECT 1 FROM session s WHERE s.id_hash = r.session_hash AND s.ended_at IS NULL AND s.expires_at > now()))`;

interface Row {
  id_hash: Buffer;
  payload: string;
  consumed: number | null;
}

/** Keeps records of the issuer: ids as digests, contents sealed. */
export class OidcRecords {
  readonly #pool: pg.Pool;
  readonly #box: SecretBox;

  constructor(pool: pg.Pool, box: SecretBox) {
    this.#pool = pool;
    this.#box = box;
  }

  async save(record: RecordToSave): Promise<void> {
    const hash = hashSecret(record.id);
    await this.#pool.query(
      `INSERT INTO oidc_record AS r (model, id_hash, uid_hash, grant_hash, account_id, client_id, payload, expires_at)
       VALUES ($1, $2, $3, $4, $5, $6, $7, now() + make_interval(secs => $8))
       ON CONFLICT (model, id_hash) DO UPDATE
          SET uid_hash = excluded.uid_hash, grant_hash = excluded.grant_hash, account_id = excluded.account_id,
              client_id = excluded.client_id, payload = excluded.payload, expires_at = excluded.expires_at`,
      [
        record.model,
        hash,
        record.uid === null ? null : hashSecret(record.uid),
        record.grantId === null ? null : hashSecret(record.grantId),
        record.accountId !== null && UUID.test(record.accountId) ? record.accountId : null,
        record.clientId,
        this.#box.seal(JSON.stringify(record.payload), contextOf(record.model, hash)),
        record.expiresInSeconds,
      ],
    );
  }

  async find(model: string, id: string): Promise<OidcRecord | null> {
    const { rows } = await this.#pool.query<Row>(
      `SELECT id_hash, payload, extract(epoch FROM consumed_at)::float8 AS consumed
         FROM oidc_record r WHERE model = $1 AND id_hash = $2 AND ${ALIVE}`,
      [model, hashSecret(id)],
    );
    return this.#opened(model, rows[0]);
  }

  async findByUid(model: string, uid: string): Promise<OidcRecord | null> {
    const { rows } = await this.#pool.query<Row>(
      `SELECT id_hash, payload, extract(epoch FROM consumed_at)::float8 AS consumed
         FROM oidc_record r WHERE model = $1 AND uid_hash = $2 AND ${ALIVE}`,
      [model, hashSecret(uid)],
    );
    return this.#opened(model, rows[0]);
  }

  #opened(model: string, row: Row | undefined): OidcRecord | null {
    if (row === undefined) return null;
    const text = this.#box.openText(row.payload, contextOf(model, row.id_hash));
    return { payload: JSON.parse(text) as Record<string, unknown>, consumed: row.consumed };
  }

  /** Uses a record up. False when that was done before: of two at the same moment one succeeds. */
  async consume(model: string, id: string): Promise<boolean> {
    const { rowCount } = await this.#pool.query(
      'UPDATE oidc_record SET consumed_at = now() WHERE model = $1 AND id_hash = $2 AND consumed_at IS NULL',
      [model, hashSecret(id)],
    );
    return rowCount === 1;
  }

  async remove(model: string, id: string): Promise<void> {
    await this.#pool.query('DELETE FROM oidc_record WHERE model = $1 AND id_hash = $2', [
      model,
      hashSecret(id),
    ]);
  }

  /** Removes a grant with all that was issued under it. */
  async removeGrant(grantId: string): Promise<void> {
    await this.#pool.query(
      `DELETE FROM oidc_record WHERE grant_hash = $1 OR (model = 'Grant' AND id_hash = $1)`,
      [hashSecret(grantId)],
    );
  }

  /**
   * Says of a grant how the person had signed in who gave it.
   *
   * @param given.session secret of the session of the portal that it ends with; null: it goes on without
   */
  async bindGrant(
    grantId: string,
    { session, secondFactor }: { session: string | null; secondFactor: boolean },
  ): Promise<void> {
    await this.#pool.query(
      `UPDATE oidc_record SET session_hash = $2, second_factor = $3 WHERE model = 'Grant' AND id_hash = $1`,
      [hashSecret(grantId), session === null ? null : hashSecret(session), secondFactor],
    );
  }
}

/** Ends all that an account granted to applications. Returns how many grants. */
export async function endGrantsOf(client: pg.Pool | pg.PoolClient, accountId: string): Promise<number> {
  const { rows } = await client.query<{ model: string }>(
    'DELETE FROM oidc_record WHERE account_id = $1 RETURNING model',
    [accountId],
  );
  return rows.filter(({ model }) => model === 'Grant').length;
}

/** Remembers until it expires that an access token is no longer valid. */
export async function revokeAccessToken(pool: pg.Pool, jti: string, expiresAt: Date): Promise<void> {
  await pool.query(
    `INSERT INTO oidc_record (model, id_hash, payload, expires_at) VALUES ('RevokedToken', $1, '', $2)
     ON CONFLICT DO NOTHING`,
    [hashSecret(jti), expiresAt],
  );
}

/** Removes what expired, and keys that nothing is believed of any more. */
export async function forgetOidcRecords(pool: pg.Pool): Promise<void> {
  await pool.query('DELETE FROM oidc_record WHERE expires_at < now()');
  await pool.query('DELETE FROM oidc_client_secret WHERE expires_at < now()');
  await pool.query(`DELETE FROM oidc_key WHERE forgotten_at < now() - interval '1 day'`);
}
