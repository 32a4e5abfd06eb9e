import type pg from 'pg';
import { inTransaction } from '../../database.ts';
import type { SecretBox } from '../../secretBox.ts';
import { hashSecret } from '../../secrets.ts';
import { openSession, type SessionOrigin, type SessionPolicy } from '../../sessions.ts';
import { endSessionsOf } from '../account.ts';
import { externalAccount, type ExternalPerson } from './externalAccount.ts';

/** What a provider gave with the person. */
export interface ProviderGrant {
  /** Session at the provider; empty where it names none. */
  sid: string;
  /** null where the provider gives none: then nobody is asked again. */
  refreshToken: string | null;
  idToken: string;
  /** Seconds until the provider is to be asked again. */
  checkSeconds: number;
}

export type ExternalSignIn =
  { kind: 'signedIn'; secret: string; username: string } | { kind: 'noRole' } | { kind: 'disabled' };

/**
 * Signs in whom a provider vouched for; gives the account the roles it has there now.
 *
 * @throws SecretBoxError when there is no key to seal the provider's tokens with
 */
export async function signInExternally(
  pool: pg.Pool,
  given: ExternalPerson &
    SessionOrigin & {
      secondFactor: boolean;
      /** Secret of the session that this browser had until now: it ends. */
      before: string | null;
      grant: ProviderGrant;
    },
  { secrets, sessions }: { secrets: SecretBox; sessions: SessionPolicy },
): Promise<ExternalSignIn> {
  const { grant } = given;
  return inTransaction(pool, async (client) => {
    const account = await externalAccount(client, given);
    if (account === null) return { kind: 'noRole' };
    if (account.roles.length === 0) {
      // The provider took the last role away: what is still open ends now.
      await endSessionsOf(client, account.id);
      return { kind: 'noRole' };
    }
    const { rowCount } = await client.query(
      'UPDATE account SET last_signed_in_at = now() WHERE account_id = $1 AND disabled_at IS NULL',
      [account.id],
    );
    if (rowCount !== 1) return { kind: 'disabled' };
    const secret = await openSession(
      client,
      {
        subject: account.username,
        accountId: account.id,
        method: 'provider',
        provider: given.provider,
        secondFactor: given.secondFactor,
        address: given.address,
        browser: given.browser,
      },
      sessions,
    );
    const id = hashSecret(secret);
    await client.query(
      `INSERT INTO provider_session (id_hash, issuer, subject, sid, refresh_token, id_token, check_due)
       VALUES ($1, $2, $3, $4, $5::text, $6, CASE WHEN $5::text IS NOT NULL THEN now() + make_interval(secs => $7) END)`,
      [
        id,
        given.issuer,
        given.subject,
        grant.sid,
        grant.refreshToken === null ? null : secrets.seal(grant.refreshToken, refreshContext(id)),
        secrets.seal(grant.idToken, idTokenContext(id)),
        grant.checkSeconds,
      ],
    );
    if (given.before !== null)
      await client.query('UPDATE session SET ended_at = now() WHERE id_hash = $1 AND ended_at IS NULL', [
        hashSecret(given.before),
      ]);
    return { kind: 'signedIn', secret, username: account.username };
  });
}

/** What the tokens of a session are sealed for. */
export const refreshContext = (id: Buffer): string => `provider-refresh:${id.toString('hex')}`;
export const idTokenContext = (id: Buffer): string => `provider-id:${id.toString('hex')}`;
