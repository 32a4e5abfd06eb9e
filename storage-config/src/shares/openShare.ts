import type pg from 'pg';
import { isPassword, PasswordsBusy } from '../accounts/password.ts';
import { inTransaction } from '../database.ts';
import { hashSecret, newSecret } from '../secrets.ts';
import { factorText, MAX_FACTOR_FAILURES, type ShareFactor } from './share.ts';

/** How long an opened share may be looked at, in seconds, unless it ends before. */
export const SHARE_SESSION_SECONDS = 2 * 3600;

export type ShareOutcome =
  /** `secret` of the session, which belongs into the cookie. */
  | { kind: 'opened'; alias: string; hospital: string; secret: string; expiresAt: Date }
  | { kind: 'factorNeeded'; alias: string; factor: ShareFactor; hospital: string }
  | { kind: 'factorWrong'; left: number }
  /** No such link; it was never there, as far as is said. */
  | { kind: 'unknown' }
  | { kind: 'over'; why: 'revoked' | 'expired' | 'usedUp' | 'locked' }
  | { kind: 'notYet'; from: Date };

interface ShareRow {
  share_id: string;
  alias: string;
  hospital_code: string;
  factor: ShareFactor;
  factor_hash: string | null;
  not_before: Date;
  expires_at: Date;
  revoked: boolean;
  expired: boolean;
  early: boolean;
  used_up: boolean;
  locked: boolean;
}

/**
 * Exchanges the token of a link, and what is asked for beside it, for a session. An attempt is counted before it is tried,
 * so that many at once are no more than one after the other.
 *
 * @param factor null: the page only asks what will be asked for
 */
export async function openShare(
  pool: pg.Pool,
  token: string,
  factor: string | null,
  address: string,
): Promise<ShareOutcome> {
  const { rows } = await pool.query<ShareRow>(
    `SELECT share_id, alias, hospital_code, factor, factor_hash, not_before, expires_at, revoked_at IS NOT NULL AS revoked,
            expires_at <= now() AS expired, not_before > now() AS early, uses >= max_uses IS TRUE AS used_up,
            failures >= ${MAX_FACTOR_FAILURES} AS locked
       FROM share WHERE token_hash = $1`,
    [hashSecret(token)],
  );
  const [share] = rows;
  if (share === undefined) return { kind: 'unknown' };
  const over = overBecause(share);
  if (over !== null) return { kind: 'over', why: over };
  if (share.early) return { kind: 'notYet', from: share.not_before };
  if (share.factor_hash === null) return beginSession(pool, share, address);
  if (factor === null || factor.trim() === '')
    return { kind: 'factorNeeded', alias: share.alias, factor: share.factor, hospital: share.hospital_code };
  const { rows: counted } = await pool.query<{ failures: number }>(
    `UPDATE share SET failures = failures + 1 WHERE share_id = $1 AND failures < $2 RETURNING failures`,
    [share.share_id, MAX_FACTOR_FAILURES],
  );
  const [attempt] = counted;
  if (attempt === undefined) return { kind: 'over', why: 'locked' };
  if (!(await isTheFactor(pool, share.share_id, factor, share.factor_hash)))
    return { kind: 'factorWrong', left: MAX_FACTOR_FAILURES - attempt.failures };
  return beginSession(pool, share, address);
}

/** Whether a factor is right; what was not compared for want of time is no failure. */
async function isTheFactor(pool: pg.Pool, id: string, factor: string, hash: string): Promise<boolean> {
  try {
    return await isPassword(factorText(factor), hash);
  } catch (error) {
    if (error instanceof PasswordsBusy)
      await pool.query('UPDATE share SET failures = greatest(failures - 1, 0) WHERE share_id = $1', [id]);
    throw error;
  }
}

function overBecause(share: ShareRow): 'revoked' | 'expired' | 'usedUp' | 'locked' | null {
  if (share.revoked) return 'revoked';
  if (share.expired) return 'expired';
  if (share.locked) return 'locked';
  return share.used_up ? 'usedUp' : null;
}

async function beginSession(pool: pg.Pool, share: ShareRow, address: string): Promise<ShareOutcome> {
  const secret = newSecret('htss');
  return inTransaction(pool, async (client) => {
    // Once more under the lock of the row: of two that come at once for the last use, one is let in.
    const { rowCount } = await client.query(
      `UPDATE share SET uses = uses + 1, failures = 0
        WHERE share_id = $1 AND revoked_at IS NULL AND expires_at > now() AND (max_uses IS NULL OR uses < max_uses)`,
      [share.share_id],
    );
    if (rowCount !== 1) return { kind: 'over', why: 'usedUp' };
    const { rows } = await client.query<{ expires_at: Date }>(
      `INSERT INTO share_session (id_hash, share_id, address, expires_at)
       VALUES ($1, $2, $3, least($4, now() + make_interval(secs => $5))) RETURNING expires_at`,
      [hashSecret(secret), share.share_id, address.slice(0, 64), share.expires_at, SHARE_SESSION_SECONDS],
    );
    const { alias, hospital_code: hospital } = share;
    return { kind: 'opened', alias, hospital, secret, expiresAt: rows[0]?.expires_at ?? share.expires_at };
  });
}

/** What an open session of a share reaches. */
export interface OpenedShare {
  id: string;
  alias: string;
  hospital: string;
  mayDownload: boolean;
  expiresAt: Date;
  /** Studies that are stored now; `series` empty: all of the study. */
  studies: { study: string; series: string[] }[];
}

/** The share that a session is of, with what it reaches now; null when session or share are over. */
export async function findOpenedShare(
  pool: pg.Pool,
  alias: string,
  secret: string,
): Promise<OpenedShare | null> {
  const { rows } = await pool.query<OpenedShare>({
    name: 'find_opened_share',
    text: `SELECT h.share_id AS id, h.alias, h.hospital_code AS hospital, h.may_download AS "mayDownload",
            n.expires_at AS "expiresAt",
            coalesce(CASE WHEN h.accession_number IS NULL THEN
              (SELECT json_agg(json_build_object('study', t.study, 'series', t.series))
                 FROM (SELECT study_instance_uid AS study, array_remove(array_agg(series_instance_uid), '') AS series
                         FROM share_study WHERE share_id = h.share_id GROUP BY 1) AS t)
            ELSE
              (SELECT json_agg(json_build_object('study', s.study_instance_uid, 'series', ARRAY[]::text[]) ORDER BY s.study_id)
                 FROM study s
                WHERE s.hospital_code = h.hospital_code AND s.accession_number = h.accession_number
                  AND (s.patient_id = h.patient_id
                       -- Where nobody said whose it is, a number that two patients have shows neither.
                       OR h.patient_id IS NULL AND NOT EXISTS (
                            SELECT FROM study o
                             WHERE o.hospital_code = s.hospital_code AND o.accession_number = s.accession_number
                               AND o.patient_id <> s.patient_id)))
            END, '[]') AS studies
       FROM share_session n JOIN share h USING (share_id)
      WHERE n.id_hash = $1 AND h.alias = $2 AND n.expires_at > now() AND h.expires_at > now() AND h.not_before <= now()
        AND h.revoked_at IS NULL`,
    values: [hashSecret(secret), alias],
  });
  return rows[0] ?? null;
}

/** Those of these shares that are over: revoked, expired, or gone. */
export async function endedShares(pool: pg.Pool, ids: readonly string[]): Promise<Set<string>> {
  const { rows } = await pool.query<{ id: string }>(
    `SELECT id FROM unnest($1::uuid[]) AS open (id)
      WHERE NOT EXISTS (SELECT FROM share WHERE share_id = id AND revoked_at IS NULL AND expires_at > now())`,
    [ids],
  );
  return new Set(rows.map(({ id }) => id));
}

/** When and from where a share was opened, the newest first. */
export async function readShareOpenings(
  pool: pg.Pool,
  id: string,
  limit: number,
): Promise<{ at: Date; address: string }[]> {
  const { rows } = await pool.query<{ at: Date; address: string }>(
    'SELECT created_at AS at, address FROM share_session WHERE share_id = $1 ORDER BY created_at DESC LIMIT $2',
    [id, limit],
  );
  return rows;
}
