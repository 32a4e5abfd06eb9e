import type pg from 'pg';
import type { Role } from '../accounts/account.ts';
import { CLIENT_VALID } from '../identity/clientSecrets.ts';
import { hashSecret, newSecret } from '../secrets.ts';

const TOKEN = /^htrc_[A-Za-z0-9_-]{43}$/;

/**
 * A capability that opens the card of a call without an account, for somebody whom the hospital's system let in. Only its
 * digest is kept; cards that are over are forgotten on the way.
 *
 * @param seconds how long it opens
 */
export async function createReminderCard(
  client: pg.Pool | pg.PoolClient,
  call: string,
  seconds: number,
): Promise<{ token: string; expiresAt: Date }> {
  const token = newSecret('htrc');
  const { rows } = await client.query<{ expiresAt: Date }>({
    name: 'reminder-card',
    text: `WITH gone AS (DELETE FROM reminder_card WHERE token_hash IN (
             SELECT token_hash FROM reminder_card WHERE expires_at < now() - interval '1 day' LIMIT 100 FOR UPDATE SKIP LOCKED))
INSERT INTO reminder_card (token_hash, call_id, expires_at) VALUES ($1, $2, now() + make_interval(secs => $3))
RETURNING expires_at AS "expiresAt"`,
    values: [hashSecret(token), call, seconds],
  });
  if (rows[0] === undefined) throw new Error('the card was not recorded');
  return { token, expiresAt: rows[0].expiresAt };
}

/**
 * SQL: who asked for `reminder r` may still recognise there: a key, an application or a system by CDS Hooks that is in force, or
 * an account with one of the roles $2 at the hospital or in the region. What a card opens ends with them.
 */
const ASKER_IN_FORCE = `CASE r.caller_kind
  WHEN 'trial' THEN true
  WHEN 'person' THEN EXISTS (SELECT FROM account a JOIN account_role held USING (account_id)
    WHERE a.username = r.caller_id AND a.disabled_at IS NULL AND held.role = ANY ($2)
      AND (held.hospital_code IS NULL OR held.hospital_code = r.hospital_code))
  WHEN 'machine' THEN
    EXISTS (SELECT FROM api_key k WHERE k.id::text = r.caller_id AND k.revoked_at IS NULL
               AND (k.expires_at IS NULL OR k.expires_at > now()) AND 'recognise' = ANY (k.scopes))
    OR EXISTS (SELECT FROM cds_client c WHERE c.cds_client_id::text = r.caller_id AND c.ended_at IS NULL)
    OR EXISTS (SELECT FROM oidc_client c WHERE c.client_id = r.caller_id AND c.kind = 'machine' AND ${CLIENT_VALID}
                  AND 'recognise' = ANY (c.scopes))
  ELSE false END`;

/**
 * The call that a token opens the card of; null: none, or no longer, also because whoever asked may not ask any more.
 *
 * @param roles that may recognise
 */
export async function openReminderCard(
  client: pg.Pool | pg.PoolClient,
  token: string,
  roles: readonly Role[],
): Promise<{ call: string; expiresAt: Date } | null> {
  if (!TOKEN.test(token)) return null;
  const { rows } = await client.query<{ call: string; expiresAt: Date }>(
    `SELECT d.call_id AS call, d.expires_at AS "expiresAt" FROM reminder_card d
      WHERE d.token_hash = $1 AND d.expires_at > now()
        AND EXISTS (SELECT FROM reminder r WHERE r.call_id = d.call_id AND ${ASKER_IN_FORCE})`,
    [hashSecret(token), roles],
  );
  return rows[0] ?? null;
}
