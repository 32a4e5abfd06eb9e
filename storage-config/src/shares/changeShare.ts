import type pg from 'pg';
import { hashPassword } from '../accounts/password.ts';
import { ANY_SHARE, readShares } from './readShares.ts';
import { factorText, isMade, newCode, type ShareFactor } from './share.ts';

/** Ends a share, and with it every session of it. Returns its hospital; null when there is none in these hospitals. */
export async function revokeShare(
  pool: pg.Pool,
  id: string,
  hospitals: readonly string[] | null,
  by: string,
): Promise<string | null> {
  const { rows } = await pool.query<{ hospital: string }>(
    `UPDATE share SET revoked_at = coalesce(revoked_at, now()), revoked_by = coalesce(revoked_by, $3)
      WHERE share_id = $1 AND ($2::text[] IS NULL OR hospital_code = ANY ($2))
      RETURNING hospital_code AS hospital`,
    [id, hospitals, by],
  );
  return rows[0]?.hospital ?? null;
}

/**
 * Lets a locked share be opened again, and gives it another factor where one is given or made.
 *
 * @param secret the new password or digits; null: a code is made, other factors stay as they are
 * @returns null when there is no such share in these hospitals, or none that may have this
 */
export async function renewFactor(
  pool: pg.Pool,
  id: string,
  hospitals: readonly string[] | null,
  secret: string | null,
): Promise<{ hospital: string; factor: ShareFactor; code: string | null } | null> {
  const [share] = await readShares(pool, { ...ANY_SHARE, id, hospitals, limit: 1 });
  if (share === undefined) return null;
  const code = isMade(share.factor) ? newCode() : null;
  const given = code ?? secret;
  const hash = given === null ? null : await hashPassword(factorText(given));
  const { rowCount } = await pool.query(
    `UPDATE share SET failures = 0, failures_in_all = 0, next_attempt_at = now(), factor_used_at = NULL,
                      factor_hash = CASE WHEN factor = 'none' THEN NULL ELSE coalesce($2, factor_hash) END
      WHERE share_id = $1 AND revoked_at IS NULL`,
    [id, hash],
  );
  return rowCount === 1 ? { hospital: share.hospital, factor: share.factor, code } : null;
}

/** Ends the shares that an account made in these hospitals. Returns the ended ones. */
export async function revokeSharesOf(
  pool: pg.Pool,
  author: string,
  hospitals: readonly string[] | null,
  by: string,
): Promise<{ id: string; hospital: string }[]> {
  const { rows } = await pool.query<{ id: string; hospital: string }>(
    `UPDATE share SET revoked_at = now(), revoked_by = $3
      WHERE author_id = $1 AND ($2::text[] IS NULL OR hospital_code = ANY ($2)) AND revoked_at IS NULL AND expires_at > now()
      RETURNING share_id AS id, hospital_code AS hospital`,
    [author, hospitals, by],
  );
  return rows;
}
