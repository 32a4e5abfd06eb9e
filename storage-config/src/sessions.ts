import type pg from 'pg';
import type { AccountAccess } from './access/accountAccess.ts';
import type { RoleGrant } from './accounts/accounts.ts';
import { inTransaction } from './database.ts';
import { hashSecret, newSecret } from './secrets.ts';

export interface Session {
  subject: string;
  expiresAt: Date;
  /** null: signed in by a link, as an administrator of the region. */
  account: {
    id: string;
    displayName: string;
    roles: RoleGrant[];
    /** Has to choose an own password before anything else. */
    passwordGiven: boolean;
  } | null;
  /** Purpose that was chosen in the session; null: none was. */
  purpose: string | null;
  /** What is open to the account beyond its roles; null: nothing. */
  access: AccountAccess | null;
}

/** How long a session lasts after signing in. */
export const SESSION_SECONDS = 12 * 3600;

/** Makes the token of a one-time sign-in link; only its SHA-256 is kept. */
export async function createSignInLink(
  pool: pg.Pool,
  link: { subject: string; ttlSeconds: number },
): Promise<string> {
  const token = newSecret('htl');
  await pool.query(
    `INSERT INTO sign_in_link (token_hash, subject, expires_at) VALUES ($1, $2, now() + make_interval(secs => $3))`,
    [hashSecret(token), link.subject, link.ttlSeconds],
  );
  return token;
}

/** Takes a sign-in link once. Returns the secret of a new session; null when the link is unknown, used or expired. */
export async function redeemSignInLink(pool: pg.Pool, token: string): Promise<string | null> {
  const secret = newSecret('hts');
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ subject: string }>(
      `UPDATE sign_in_link SET used_at = now()
        WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()
        RETURNING subject`,
      [hashSecret(token)],
    );
    const [link] = rows;
    if (link === undefined) return null;
    await client.query(
      `INSERT INTO session (id_hash, subject, role, expires_at)
       VALUES ($1, $2, 'administrator', now() + make_interval(secs => $3))`,
      [hashSecret(secret), link.subject, SESSION_SECONDS],
    );
    return secret;
  });
}

/** The open session with this secret; null when there is none, or it ended or expired. */
export async function findSession(pool: pg.Pool, secret: string): Promise<Session | null> {
  const { rows } = await pool.query<Session>(
    `SELECT s.subject, s.expires_at AS "expiresAt", s.purpose, account_access(s.account_id) AS access,
            CASE WHEN a.account_id IS NOT NULL THEN
              json_build_object('id', a.account_id, 'displayName', a.display_name, 'passwordGiven', a.password_given, 'roles',
                coalesce((SELECT json_agg(json_build_object('role', r.role, 'hospital', r.hospital_code) ORDER BY r.role, r.hospital_code)
                            FROM account_role r WHERE r.account_id = a.account_id), '[]')) END AS account
       FROM session s LEFT JOIN account a USING (account_id)
      WHERE s.id_hash = $1 AND s.ended_at IS NULL AND s.expires_at > now() AND a.disabled_at IS NULL`,
    [hashSecret(secret)],
  );
  return rows[0] ?? null;
}

export async function endSession(pool: pg.Pool, secret: string): Promise<void> {
  await pool.query('UPDATE session SET ended_at = now() WHERE id_hash = $1 AND ended_at IS NULL', [
    hashSecret(secret),
  ]);
}

/** Removes links and sessions that ended or expired more than `days` ago. */
export async function forgetEndedSessions(pool: pg.Pool, days: number): Promise<void> {
  await pool.query(`DELETE FROM sign_in_link WHERE expires_at < now() - make_interval(days => $1)`, [days]);
  await pool.query(
    `DELETE FROM session WHERE least(ended_at, expires_at) < now() - make_interval(days => $1)`,
    [days],
  );
}
