import type pg from 'pg';
import { hashSecret } from '../secrets.ts';
import { REACHED } from './readShares.ts';
import type { ShareAudience, ShareSignIn } from './share.ts';

/** What an open session of a share reaches. */
export interface OpenedShare {
  id: string;
  alias: string;
  hospital: string;
  audience: ShareAudience;
  accessionNumbers: string[];
  mayDownload: boolean;
  mayReply: boolean;
  /** Pictures are marked, and nothing else of the images is given out. */
  watermark: boolean;
  /** Of a share that asks for signing in: whom it is for, and who opened it. */
  signIn: (ShareSignIn & { personId: string; personName: string }) | null;
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
    // What a policy forbids ends for links that were made before as well.
    text: `SELECT h.share_id AS id, h.alias, h.hospital_code AS hospital, h.audience,
            h.accession_numbers AS "accessionNumbers", h.may_download AND l.may_download AND NOT m.marked AS "mayDownload",
            h.may_reply AND l.may_reply AS "mayReply", m.marked AS watermark,
            CASE WHEN h.requires_sign_in THEN
              json_build_object('hospitals', h.sign_in_hospitals, 'account', h.sign_in_account, 'personId',
                                coalesce(n.person_id, ''), 'personName', coalesce(n.person_name, '')) END AS "signIn",
            n.expires_at AS "expiresAt",
            coalesce((SELECT json_agg(json_build_object('study', r.study, 'series', r.series) ORDER BY r.study_id)
                        FROM (${REACHED}) AS r), '[]') AS studies
       FROM share_session n JOIN share h USING (share_id)
       CROSS JOIN LATERAL share_limits(h.hospital_code) AS l
       CROSS JOIN LATERAL (SELECT h.watermark OR l.watermark AS marked) AS m
      WHERE n.id_hash = $1 AND h.alias = $2 AND n.expires_at > now() AND h.expires_at > now() AND h.not_before <= now()
        AND h.revoked_at IS NULL`,
    values: [hashSecret(secret), alias],
  });
  return rows[0] ?? null;
}

/** Why a session shows nothing any more, for who holds it; null: it is open, or never was. */
export async function endOfSession(
  pool: pg.Pool,
  alias: string,
  secret: string,
): Promise<'revoked' | 'expired' | null> {
  const { rows } = await pool.query<{ why: 'revoked' | 'expired' | null }>(
    `SELECT CASE WHEN h.revoked_at IS NOT NULL THEN 'revoked' WHEN h.expires_at <= now() THEN 'expired' END AS why
       FROM share_session n JOIN share h USING (share_id) WHERE n.id_hash = $1 AND h.alias = $2`,
    [hashSecret(secret), alias],
  );
  return rows[0]?.why ?? null;
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

/** What a page that shows a share would show otherwise now: changes with its images, its replies, and who opened it. */
export async function stateOfShare(pool: pg.Pool, id: string): Promise<string> {
  const { rows } = await pool.query<{ state: string }>(
    `SELECT concat_ws(' ', h.uses, l.watermark, l.may_download, l.may_reply,
              (SELECT count(*) FROM share_reply WHERE share_id = h.share_id),
              (SELECT string_agg(s.study_id || ':' || s.revision, ',' ORDER BY s.study_id)
                 FROM (${REACHED}) AS r JOIN study s USING (study_id))) AS state
       FROM share h CROSS JOIN LATERAL share_limits(h.hospital_code) AS l WHERE h.share_id = $1`,
    [id],
  );
  return rows[0]?.state ?? '';
}

export interface OpeningOfShare {
  at: Date;
  address: string;
  device: string;
  /** Who was signed in; empty: nobody. */
  by: string;
}

/** When, from where and with what a share was opened, the newest first. */
export async function readShareOpenings(pool: pg.Pool, id: string, limit: number): Promise<OpeningOfShare[]> {
  const { rows } = await pool.query<OpeningOfShare>(
    `SELECT created_at AS at, address, device, coalesce(person_name, '') AS by
       FROM share_session WHERE share_id = $1 ORDER BY created_at DESC LIMIT $2`,
    [id, limit],
  );
  return rows;
}
