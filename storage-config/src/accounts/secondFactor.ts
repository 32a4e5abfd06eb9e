import type pg from 'pg';
import { inTransaction } from '../database.ts';
import type { SecretBox } from '../secretBox.ts';
import { hashSecret } from '../secrets.ts';
import { endSessionsOf } from './account.ts';
import { newTotp, totpSecret, totpStep } from './oneTimePassword.ts';
import { checkOwnPassword, type OwnPassword } from './ownPassword.ts';
import { makeRecoveryCodes } from './recoveryCodes.ts';
import { openTotp, sealTotp } from './totpSecret.ts';

/** How long an offered secret waits for its first one-time password, in seconds. */
const OFFER_SECONDS = 15 * 60;

type Refusal = { kind: 'refused' } | { kind: 'locked'; seconds: number };

/**
 * Offers a secret to an authenticator app, after the password was shown once more; in force once confirmed. The secret
 * stays here, so that a borrowed session alone cannot confirm one of its own.
 *
 * @throws SecretBoxError when there is no key to seal secrets with
 */
export async function offerTotp(
  pool: pg.Pool,
  own: OwnPassword,
  secrets: SecretBox,
  issuer: string,
): Promise<{ kind: 'offered'; secret: string; uri: string } | { kind: 'present' } | Refusal> {
  const outcome = await checkOwnPassword(pool, own);
  if (outcome.kind !== 'right') return outcome;
  const offer = newTotp(outcome.username, issuer);
  const { rowCount } = await pool.query(
    `INSERT INTO totp_offer (account_id, sealed, expires_at)
     SELECT a.account_id, $2, now() + make_interval(secs => $3) FROM account a WHERE a.account_id = $1 AND a.totp_secret IS NULL
     ON CONFLICT (account_id) DO UPDATE SET sealed = excluded.sealed, expires_at = excluded.expires_at`,
    [own.accountId, sealTotp(secrets, own.accountId, totpSecret(offer.secret)), OFFER_SECONDS],
  );
  return rowCount === 1 ? { kind: 'offered', ...offer } : { kind: 'present' };
}

/**
 * Has one-time passwords asked for from now on, and ends the other sessions of the account. Returns the recovery codes,
 * which are told this once; null when the one-time password is not of the offered secret.
 */
export async function confirmTotp(
  pool: pg.Pool,
  given: { accountId: string; oneTimePassword: string; session: string },
  secrets: SecretBox,
): Promise<string[] | null> {
  const { accountId, oneTimePassword, session } = given;
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ sealed: string }>(
      'SELECT sealed FROM totp_offer WHERE account_id = $1 AND expires_at > now() FOR UPDATE',
      [accountId],
    );
    const [offer] = rows;
    if (offer === undefined) return null;
    const step = totpStep(openTotp(secrets, accountId, offer.sealed), oneTimePassword, 0);
    if (step === null) return null;
    const { rowCount } = await client.query(
      'UPDATE account SET totp_secret = $2, totp_last_step = $3 WHERE account_id = $1 AND totp_secret IS NULL',
      [accountId, offer.sealed, step],
    );
    if (rowCount !== 1) return null;
    await client.query('DELETE FROM totp_offer WHERE account_id = $1', [accountId]);
    await client.query('UPDATE session SET second_factor = true WHERE id_hash = $1', [hashSecret(session)]);
    await endSessionsOf(client, accountId, session);
    return makeRecoveryCodes(client, accountId);
  });
}

/** Has one-time passwords asked for no more, after the password was shown once more. */
export async function endTotp(
  pool: pg.Pool,
  own: OwnPassword,
): Promise<{ kind: 'ended' } | { kind: 'absent' } | Refusal> {
  const outcome = await checkOwnPassword(pool, own);
  if (outcome.kind !== 'right') return outcome;
  return inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      'UPDATE account SET totp_secret = NULL WHERE account_id = $1 AND totp_secret IS NOT NULL',
      [own.accountId],
    );
    await client.query('DELETE FROM recovery_code WHERE account_id = $1', [own.accountId]);
    return { kind: rowCount === 1 ? 'ended' : 'absent' };
  });
}

/** New recovery codes in place of the present ones, after the password was shown once more. */
export async function renewRecoveryCodes(
  pool: pg.Pool,
  own: OwnPassword,
): Promise<{ kind: 'made'; codes: string[] } | { kind: 'absent' } | Refusal> {
  const outcome = await checkOwnPassword(pool, own);
  if (outcome.kind !== 'right') return outcome;
  return inTransaction(pool, async (client) => {
    const { rowCount } = await client.query(
      'SELECT FROM account WHERE account_id = $1 AND totp_secret IS NOT NULL FOR UPDATE',
      [own.accountId],
    );
    if (rowCount !== 1) return { kind: 'absent' };
    return { kind: 'made', codes: await makeRecoveryCodes(client, own.accountId) };
  });
}
