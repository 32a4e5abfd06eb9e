import type pg from 'pg';
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

/** The call that a token opens the card of; null: none, or no longer. */
export async function openReminderCard(
  client: pg.Pool | pg.PoolClient,
  token: string,
): Promise<{ call: string; expiresAt: Date } | null> {
  if (!TOKEN.test(token)) return null;
  const { rows } = await client.query<{ call: string; expiresAt: Date }>(
    'SELECT call_id AS call, expires_at AS "expiresAt" FROM reminder_card WHERE token_hash = $1 AND expires_at > now()',
    [hashSecret(token)],
  );
  return rows[0] ?? null;
}
