import type pg from 'pg';
import type { AccountAccess } from './access/accountAccess.ts';
import type { RoleGrant } from './accounts/accounts.ts';
import { inTransaction } from './database.ts';
import { hashSecret, newSecret } from './secrets.ts';

/** How somebody signed in. */
export type SignInMethod = 'password' | 'link' | 'provider';

export interface Session {
  /** What it is named by; not its secret. */
  id: string;
  subject: string;
  expiresAt: Date;
  /** When it ends unless somebody works; to the minute. */
  idleEndsAt: Date;
  method: SignInMethod;
  /** Name of the provider of identity; empty for other methods. */
  provider: string;
  /** A second factor was shown in this session. */
  secondFactor: boolean;
  /** null: signed in by a link, as an administrator of the region. */
  account: {
    id: string;
    displayName: string;
    roles: RoleGrant[];
    /** Has to choose an own password before anything else. */
    passwordGiven: boolean;
    /** Seconds since the password was set; null: it has none. */
    passwordAgeSeconds: number | null;
    hasOneTimePassword: boolean;
  } | null;
  /** Purpose that was chosen in the session; null: none was. */
  purpose: string | null;
  /** What is open to the account beyond its roles; null: nothing. */
  access: AccountAccess | null;
}

/** How long sessions last. */
export interface SessionPolicy {
  /** After signing in. */
  seconds: number;
  /** While nobody works. */
  idleSeconds: number;
  /** Of one account at once; the one that was used longest ago ends for a new one. */
  perAccount: number;
}

export const SESSION_POLICY: SessionPolicy = { seconds: 12 * 3600, idleSeconds: 30 * 60, perAccount: 10 };

/** From where somebody signs in. */
export interface SessionOrigin {
  address: string;
  /** Family of browser and system. */
  browser: string;
}

export interface NewSession extends SessionOrigin {
  subject: string;
  /** null: an administrator of the region without an account. */
  accountId: string | null;
  method: SignInMethod;
  provider: string;
  secondFactor: boolean;
}

/** A use is written down when the one before it is older than this, or than a quarter of the idle time. */
const USE_NOTED_SECONDS = 60;

/** Neither ended nor expired. */
const NOT_ENDED = 's.ended_at IS NULL AND s.expires_at > now()';
/** Open: nor idle for too long. */
const OPEN = `${NOT_ENDED} AND s.last_used_at > now() - make_interval(secs => s.idle_seconds)`;

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
export async function redeemSignInLink(
  pool: pg.Pool,
  token: string,
  origin: SessionOrigin = { address: '', browser: '' },
  policy: SessionPolicy = SESSION_POLICY,
): Promise<string | null> {
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ subject: string }>(
      `UPDATE sign_in_link SET used_at = now()
        WHERE token_hash = $1 AND used_at IS NULL AND expires_at > now()
        RETURNING subject`,
      [hashSecret(token)],
    );
    const [link] = rows;
    if (link === undefined) return null;
    const { subject } = link;
    const made = { subject, accountId: null, method: 'link', provider: '', secondFactor: false } as const;
    return openSession(client, { ...made, ...origin }, policy);
  });
}

/**
 * Opens a session and returns its secret. Of an account the row is to be locked by the transaction, so that several at
 * once keep to the number of sessions.
 */
export async function openSession(
  client: pg.PoolClient,
  session: NewSession,
  policy: SessionPolicy,
): Promise<string> {
  const secret = newSecret('hts');
  if (session.accountId !== null)
    await client.query(
      `UPDATE session SET ended_at = now() WHERE id_hash IN
         (SELECT s.id_hash FROM session s WHERE s.account_id = $1 AND ${OPEN}
           ORDER BY s.last_used_at DESC, s.created_at DESC OFFSET $2)`,
      [session.accountId, policy.perAccount - 1],
    );
  await client.query(
    `INSERT INTO session (id_hash, subject, role, account_id, expires_at, idle_seconds, address, browser, method, provider, second_factor)
     VALUES ($1, $2, $3, $4, now() + make_interval(secs => $5), $6, $7, $8, $9, $10, $11)`,
    [
      hashSecret(secret),
      session.subject,
      session.accountId === null ? 'administrator' : 'account',
      session.accountId,
      policy.seconds,
      policy.idleSeconds,
      session.address.slice(0, 64),
      session.browser.slice(0, 64),
      session.method,
      session.provider,
      session.secondFactor,
    ],
  );
  return secret;
}

/**
 * The open session with this secret; null when there is none, or it ended, expired or was idle for too long.
 *
 * @param inUse whether a person is behind the request: then the session is not idle. One write a minute at most.
 * `evenIdle`: for what began while somebody worked, and goes on
 */
export async function findSession(
  pool: pg.Pool,
  secret: string,
  inUse: boolean | 'evenIdle' = true,
): Promise<Session | null> {
  const { rows } = await pool.query<Session & { usedSeconds: number; idleSeconds: number }>(
    `SELECT s.session_id AS id, s.subject, s.expires_at AS "expiresAt", s.method, s.provider, s.second_factor AS "secondFactor",
            s.last_used_at + make_interval(secs => s.idle_seconds) AS "idleEndsAt",
            extract(epoch FROM now() - s.last_used_at)::float8 AS "usedSeconds", s.idle_seconds AS "idleSeconds", s.purpose,
            account_access(s.account_id) AS access,
            CASE WHEN a.account_id IS NOT NULL THEN
              json_build_object('id', a.account_id, 'displayName', a.display_name, 'passwordGiven', a.password_given,
                'passwordAgeSeconds', CASE WHEN a.password_hash IS NOT NULL THEN extract(epoch FROM now() - a.password_set_at)::bigint END,
                'hasOneTimePassword', a.totp_secret IS NOT NULL, 'roles',
                coalesce((SELECT json_agg(json_build_object('role', r.role, 'hospital', r.hospital_code) ORDER BY r.role, r.hospital_code)
                            FROM account_role r WHERE r.account_id = a.account_id), '[]')) END AS account
       FROM session s LEFT JOIN account a USING (account_id)
      WHERE s.id_hash = $1 AND ${inUse === 'evenIdle' ? NOT_ENDED : OPEN} AND a.disabled_at IS NULL`,
    [hashSecret(secret)],
  );
  const [found] = rows;
  if (found === undefined) return null;
  const { usedSeconds, idleSeconds, ...session } = found;
  if (inUse !== true || usedSeconds < Math.min(USE_NOTED_SECONDS, idleSeconds / 4)) return session;
  const { rows: used } = await pool.query<{ idleEndsAt: Date }>(
    `UPDATE session s SET last_used_at = now() WHERE s.id_hash = $1 AND ${OPEN}
      RETURNING s.last_used_at + make_interval(secs => s.idle_seconds) AS "idleEndsAt"`,
    [hashSecret(secret)],
  );
  return used[0] === undefined ? null : { ...session, idleEndsAt: used[0].idleEndsAt };
}

/** A session as its owner sees it. */
export interface OwnSession {
  id: string;
  signedInAt: Date;
  lastUsedAt: Date;
  expiresAt: Date;
  address: string;
  browser: string;
  method: SignInMethod;
  provider: string;
  /** It is the one that asks. */
  current: boolean;
}

/** The open sessions of an account, the one used last first. */
export async function listSessions(
  pool: pg.Pool,
  accountId: string,
  secret: string | null,
): Promise<OwnSession[]> {
  const { rows } = await pool.query<OwnSession>(
    `SELECT s.session_id AS id, s.created_at AS "signedInAt", s.last_used_at AS "lastUsedAt", s.expires_at AS "expiresAt",
            s.address, s.browser, s.method, s.provider, coalesce(s.id_hash = $2, false) AS current
       FROM session s WHERE s.account_id = $1 AND ${OPEN} ORDER BY current DESC, s.last_used_at DESC, s.session_id`,
    [accountId, secret === null ? null : hashSecret(secret)],
  );
  return rows;
}

/** Ends one session of an account by its id. False: it has no such session. */
export async function endSessionById(pool: pg.Pool, accountId: string, id: string): Promise<boolean> {
  const { rowCount } = await pool.query(
    'UPDATE session SET ended_at = now() WHERE account_id = $1 AND session_id = $2 AND ended_at IS NULL',
    [accountId, id],
  );
  return rowCount === 1;
}

export async function endSession(pool: pg.Pool, secret: string): Promise<void> {
  await pool.query('UPDATE session SET ended_at = now() WHERE id_hash = $1 AND ended_at IS NULL', [
    hashSecret(secret),
  ]);
}

/** Removes links, sessions and devices that ended, expired or were last used more than `days` ago, and what a sign-in left behind. */
export async function forgetEndedSessions(pool: pg.Pool, days: number): Promise<void> {
  const gone = 'now() - make_interval(days => $1)';
  await pool.query(`DELETE FROM sign_in_link WHERE expires_at < ${gone}`, [days]);
  await pool.query(
    `DELETE FROM session WHERE least(ended_at, expires_at, last_used_at + make_interval(secs => idle_seconds)) < ${gone}`,
    [days],
  );
  await pool.query('DELETE FROM known_device WHERE last_used_at < now() - make_interval(days => $1)', [
    DEVICE_DAYS,
  ]);
  await pool.query('DELETE FROM provider_flow WHERE expires_at < now()');
  await pool.query('DELETE FROM logout_token WHERE expires_at < now()');
  await pool.query('DELETE FROM totp_offer WHERE expires_at < now()');
}

/** How long a browser is known after it was last signed in with. */
export const DEVICE_DAYS = 180;
