import type pg from 'pg';
import type { GrantGround } from './accountAccess.ts';

export const NOTICE_STATES = ['unread', 'acknowledged', 'contested'] as const;
export type NoticeState = (typeof NOTICE_STATES)[number];

/** What a hospital is told of the opening of its studies in an emergency, and what it said to that. */
export interface AccessNotice {
  id: number;
  hospital: string;
  createdAt: Date;
  state: NoticeState;
  answer: string;
  answeredBy: string;
  answeredAt: Date | null;
  grant: {
    id: string;
    person: string;
    viewing: string;
    studyInstanceUid: string;
    patientId: string;
    ground: GrantGround;
    reasonCode: string;
    reason: string;
    expiresAt: string;
    endedAt: string | null;
  };
}

const NOTICE = `n.access_notice_id AS id, n.hospital_code AS hospital, n.created_at AS "createdAt", n.state, n.answer,
  n.answered_by AS "answeredBy", n.answered_at AS "answeredAt",
  json_build_object('id', g.access_grant_id, 'person', g.account_name, 'viewing', g.viewing_hospital,
                    'studyInstanceUid', g.study_instance_uid, 'patientId', g.patient_id, 'ground', g.ground,
                    'reasonCode', g.reason_code, 'reason', g.reason, 'expiresAt', g.expires_at, 'endedAt', g.ended_at) AS grant`;

/** Notices to these hospitals (null: all), the newest first. */
export async function readNotices(
  pool: pg.Pool,
  hospitals: readonly string[] | null,
  { before, limit }: { before: number | null; limit: number },
): Promise<AccessNotice[]> {
  const { rows } = await pool.query<AccessNotice>(
    `SELECT ${NOTICE} FROM access_notice n JOIN access_grant g USING (access_grant_id)
      WHERE ($1::text[] IS NULL OR n.hospital_code = ANY ($1)) AND ($2::bigint IS NULL OR n.access_notice_id < $2)
      ORDER BY n.access_notice_id DESC LIMIT $3`,
    [hospitals, before, limit],
  );
  return rows;
}

/** How many notices to these hospitals (null: all) nobody has answered. */
export async function countUnread(pool: pg.Pool, hospitals: readonly string[] | null): Promise<number> {
  const { rows } = await pool.query<{ unread: number }>(
    `SELECT count(*)::integer AS unread FROM access_notice
      WHERE state = 'unread' AND ($1::text[] IS NULL OR hospital_code = ANY ($1))`,
    [hospitals],
  );
  return rows[0]?.unread ?? 0;
}

/** Says what the hospital thinks of an opening. null: there is no such notice to these hospitals. */
export async function answerNotice(
  pool: pg.Pool,
  id: number,
  hospitals: readonly string[] | null,
  { state, answer, by }: { state: Exclude<NoticeState, 'unread'>; answer: string; by: string },
): Promise<AccessNotice | null> {
  const { rows } = await pool.query<AccessNotice>(
    `UPDATE access_notice AS n SET state = $3, answer = $4, answered_by = $5, answered_at = now()
       FROM access_grant g
      WHERE n.access_notice_id = $1 AND g.access_grant_id = n.access_grant_id
        AND ($2::text[] IS NULL OR n.hospital_code = ANY ($2))
      RETURNING ${NOTICE}`,
    [id, hospitals, state, answer, by],
  );
  return rows[0] ?? null;
}
