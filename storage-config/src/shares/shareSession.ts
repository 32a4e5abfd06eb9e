import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { hashSecret, newSecret } from '../secrets.ts';
import type { ShareOpening, ShareOutcome } from './shareOutcome.ts';
import type { ShareFactor } from './share.ts';

/** How long an opened share may be looked at, in seconds, unless it ends before. */
export const SHARE_SESSION_SECONDS = 2 * 3600;

/** What is known of a share that is being opened. */
interface OpeningShare {
  share_id: string;
  alias: string;
  hospital_code: string;
  factor: ShareFactor;
  factor_hash: string | null;
  expires_at: Date;
}

/** Lets somebody in, who answered right: the last word on uses, one-time codes and the end of the share. */
export async function beginShareSession(
  pool: pg.Pool,
  share: OpeningShare,
  { address, device, person }: ShareOpening,
): Promise<ShareOutcome> {
  const secret = newSecret('htss');
  const isOneTime = share.factor === 'oneTimeCode';
  return inTransaction(pool, async (client) => {
    // Once more under the lock of the row: of two that come at once for the last use, or with one code, one is let in.
    const { rowCount } = await client.query(
      `UPDATE share SET uses = uses + 1, failures = 0, factor_used_at = CASE WHEN $2 THEN now() END
        WHERE share_id = $1 AND revoked_at IS NULL AND expires_at > now() AND (max_uses IS NULL OR uses < max_uses)
          AND factor_hash IS NOT DISTINCT FROM $3 AND NOT ($2 AND factor_used_at IS NOT NULL)`,
      [share.share_id, isOneTime, share.factor_hash],
    );
    if (rowCount !== 1) return isOneTime ? { kind: 'codeUsed' } : { kind: 'over', why: 'usedUp' };
    const { rows } = await client.query<{ expires_at: Date }>(
      `INSERT INTO share_session (id_hash, share_id, address, expires_at, device, person_id, person_name)
       VALUES ($1, $2, $3, least($4, now() + make_interval(secs => $5)), $6, $7, $8) RETURNING expires_at`,
      [
        hashSecret(secret),
        share.share_id,
        address.slice(0, 64),
        share.expires_at,
        SHARE_SESSION_SECONDS,
        device,
        person?.id ?? null,
        person?.name ?? null,
      ],
    );
    const { share_id: id, alias, hospital_code: hospital } = share;
    const expiresAt = rows[0]?.expires_at ?? share.expires_at;
    return { kind: 'opened', id, alias, hospital, secret, expiresAt, person };
  });
}
