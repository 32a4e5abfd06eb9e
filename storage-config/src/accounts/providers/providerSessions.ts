import type pg from 'pg';
import { inTransaction } from '../../database.ts';
import { endGrantsOf } from '../../identity/records.ts';
import type { SecretBox } from '../../secretBox.ts';
import { hashSecret } from '../../secrets.ts';
import { endSessionsOf } from '../account.ts';
import { externalAccount, type ExternalPerson } from './externalAccount.ts';
import { idTokenContext, refreshContext } from './externalSignIn.ts';

/** Who asks a provider has this long until another server asks, in seconds. */
const CHECK_LEASE_SECONDS = 60;
/** Until a provider that did not answer is asked again, in seconds. */
const RETRY_SECONDS = 60;

/** A session whose provider is to be asked whether the person is still valid. */
export interface DueCheck {
  /** Of the session. */
  idHash: Buffer;
  provider: string;
  issuer: string;
  subject: string;
  refreshToken: string;
  /** Of the person here, as the audit names it. */
  username: string;
  /** Since the provider last said that the person is valid. */
  unconfirmedSeconds: number;
}

const OPEN = `s.ended_at IS NULL AND s.expires_at > now() AND s.last_used_at > now() - make_interval(secs => s.idle_seconds)`;

/** Takes some of the sessions to check, each by one server. Tokens that cannot be opened end their session. */
export async function takeDueChecks(pool: pg.Pool, secrets: SecretBox, limit: number): Promise<DueCheck[]> {
  const { rows } = await pool.query<Omit<DueCheck, 'refreshToken'> & { sealed: string }>(
    `UPDATE provider_session p SET check_due = now() + make_interval(secs => $2)
       FROM session s
      WHERE s.id_hash = p.id_hash AND p.id_hash IN
        (SELECT d.id_hash FROM provider_session d JOIN session s USING (id_hash)
          WHERE d.check_due <= now() AND d.refresh_token IS NOT NULL AND ${OPEN}
          ORDER BY d.check_due LIMIT $1 FOR UPDATE OF d SKIP LOCKED)
     RETURNING p.id_hash AS "idHash", s.provider, p.issuer, p.subject, s.subject AS username, p.refresh_token AS sealed,
               extract(epoch FROM now() - p.confirmed_at)::float8 AS "unconfirmedSeconds"`,
    [limit, CHECK_LEASE_SECONDS],
  );
  return rows.map(({ sealed, ...due }) => ({
    ...due,
    refreshToken: secrets.openText(sealed, refreshContext(due.idHash)),
  }));
}

/** Writes down that the provider says the person is valid, with the roles it names where it does. False: no role is left. */
export async function confirmCheck(
  pool: pg.Pool,
  secrets: SecretBox,
  due: DueCheck,
  given: { refreshToken: string; checkSeconds: number; person: ExternalPerson | null },
): Promise<boolean> {
  return inTransaction(pool, async (client) => {
    await client.query(
      `UPDATE provider_session SET refresh_token = $2, confirmed_at = now(), check_due = now() + make_interval(secs => $3)
        WHERE id_hash = $1`,
      [due.idHash, secrets.seal(given.refreshToken, refreshContext(due.idHash)), given.checkSeconds],
    );
    if (given.person === null) return true;
    const account = await externalAccount(client, given.person);
    if (account === null || account.roles.length > 0) return true;
    await endSessionsOf(client, account.id);
    return false;
  });
}

/** Has a session checked again soon, for its provider did not answer. */
export async function postponeCheck(pool: pg.Pool, { idHash }: DueCheck): Promise<void> {
  await pool.query(
    'UPDATE provider_session SET check_due = now() + make_interval(secs => $2) WHERE id_hash = $1',
    [idHash, RETRY_SECONDS],
  );
}

/** Ends a session whose person the provider does not vouch for any more, and what that one granted to other applications. */
export async function endUnconfirmed(pool: pg.Pool, { idHash }: DueCheck): Promise<void> {
  await inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ account: string | null }>(
      `UPDATE session SET ended_at = coalesce(ended_at, now()) WHERE id_hash = $1 RETURNING account_id AS account`,
      [idHash],
    );
    await client.query(
      'UPDATE provider_session SET refresh_token = NULL, check_due = NULL WHERE id_hash = $1',
      [idHash],
    );
    for (const { account } of rows) if (account !== null) await endGrantsOf(client, account);
  });
}

/**
 * Ends what a logout token names: the session with a `sid`, or all of a subject (OpenID Connect Back-Channel Logout 1.0
 * 2.6). Each token is taken once.
 *
 * @returns names of those signed out; null when the token was taken before
 */
export async function endByLogoutToken(
  pool: pg.Pool,
  token: { issuer: string; jti: string; expiresAt: Date; sid: string | null; subject: string | null },
): Promise<string[] | null> {
  return inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      'INSERT INTO logout_token (issuer, jti, expires_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING',
      [token.issuer, token.jti, token.expiresAt],
    );
    if (rowCount !== 1) return null;
    const { rows } = await client.query<{ username: string; account: string | null }>(
      `UPDATE session s SET ended_at = now() FROM provider_session p
        WHERE p.id_hash = s.id_hash AND p.issuer = $1 AND ($2::text IS NULL OR p.sid = $2)
          AND ($3::text IS NULL OR p.subject = $3) AND s.ended_at IS NULL
       RETURNING s.subject AS username, s.account_id AS account`,
      [token.issuer, token.sid, token.subject],
    );
    // What these sessions granted to other applications ends as well.
    for (const account of new Set(rows.map((row) => row.account)))
      if (account !== null) await endGrantsOf(client, account);
    return rows.map(({ username }) => username);
  });
}

/** The provider and ID token of a session that ended a moment ago, once; null when it came from no provider. */
export async function takeIdToken(
  pool: pg.Pool,
  secrets: SecretBox,
  secret: string,
): Promise<{ provider: string; idToken: string } | null> {
  const id = hashSecret(secret);
  const { rows } = await pool.query<{ provider: string; sealed: string }>(
    `WITH kept AS (SELECT id_token FROM provider_session WHERE id_hash = $1 FOR UPDATE)
     UPDATE provider_session p SET id_token = NULL, refresh_token = NULL, check_due = NULL
       FROM session s, kept
      WHERE p.id_hash = $1 AND s.id_hash = p.id_hash AND s.ended_at > now() - interval '2 minutes' AND kept.id_token IS NOT NULL
     RETURNING s.provider, kept.id_token AS sealed`,
    [id],
  );
  const [taken] = rows;
  return taken === undefined
    ? null
    : { provider: taken.provider, idToken: secrets.openText(taken.sealed, idTokenContext(id)) };
}
