import type pg from 'pg';
import { hashSecret } from '../secrets.ts';

/** An application that somebody is signed in to, and that wants to be told when that ends. */
export interface ApplicationSession {
  clientId: string;
  /** What the application knows the session by. */
  sid: string;
  accountId: string;
  /** Address of the server whose issuer it was. */
  url: string;
}

/** The first attempt to tell is followed by another after so many seconds, then after twice as many, up to the longest. */
const FIRST_WAIT_SECONDS = 5;
const LONGEST_WAIT_SECONDS = 3600;
/** After so many attempts, about half a day, an application is told no more. */
export const LOGOUT_ATTEMPTS = 20;

/** Over: the session of the portal, the grant, or what the account may. Idle people may work in the application. */
const OVER = `(NOT EXISTS (SELECT FROM session s WHERE s.id_hash = d.session_hash AND s.ended_at IS NULL AND s.expires_at > now())
  OR NOT EXISTS (SELECT FROM oidc_record g WHERE g.model = 'Grant' AND g.id_hash = d.grant_hash AND g.expires_at > now())
  OR EXISTS (SELECT FROM account a WHERE a.account_id = d.account_id AND a.disabled_at IS NOT NULL))`;

/**
 * Notes that somebody is signed in to an application.
 *
 * @param from secret of the session of the portal, and id of the grant, that it ends with
 */
export async function noteApplicationSession(
  pool: pg.Pool,
  { clientId, sid, accountId, url }: ApplicationSession,
  from: { session: string; grantId: string },
): Promise<void> {
  await pool.query(
    `INSERT INTO oidc_application_session AS a (client_id, sid, account_id, url, session_hash, grant_hash)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (client_id, sid) DO UPDATE
        SET account_id = excluded.account_id, url = excluded.url, session_hash = excluded.session_hash,
            grant_hash = excluded.grant_hash, attempts = 0, try_at = now()`,
    [clientId, sid, accountId, url, hashSecret(from.session), hashSecret(from.grantId)],
  );
}

/**
 * Takes some of the sessions that are over and whose application was not told yet, each by one server; one that is not
 * told comes again later. However a session ended, by whom and in which process, it is found here.
 */
export async function takeEndedApplicationSessions(
  pool: pg.Pool,
  limit: number,
): Promise<(ApplicationSession & { attempts: number })[]> {
  const { rows } = await pool.query<ApplicationSession & { attempts: number }>(
    `UPDATE oidc_application_session t
        SET attempts = attempts + 1, try_at = now() + make_interval(secs => least($2 * 2.0 ^ t.attempts, $3))
      WHERE (t.client_id, t.sid) IN
        (SELECT d.client_id, d.sid FROM oidc_application_session d
          WHERE d.try_at <= now() AND ${OVER} ORDER BY d.try_at LIMIT $1 FOR UPDATE OF d SKIP LOCKED)
     RETURNING t.client_id AS "clientId", t.sid, t.account_id AS "accountId", t.url, t.attempts`,
    [limit, FIRST_WAIT_SECONDS, LONGEST_WAIT_SECONDS],
  );
  return rows;
}

/** The application was told, or is not to be told any more. */
export async function forgetApplicationSession(
  pool: pg.Pool,
  { clientId, sid }: Pick<ApplicationSession, 'clientId' | 'sid'>,
): Promise<void> {
  await pool.query('DELETE FROM oidc_application_session WHERE client_id = $1 AND sid = $2', [clientId, sid]);
}
