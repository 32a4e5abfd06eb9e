import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { type Guardian, LOCKED, type Share } from './share.ts';

/** Which shares are asked for; null does not restrict. */
export interface ShareFilter {
  id: string | null;
  hospitals: readonly string[] | null;
  study: string | null;
  /** Id of the maker. */
  author: string | null;
  /** Made by an account that was closed since. */
  makerGone: boolean;
  states: readonly ShareState[] | null;
  limit: number;
  /** Where the page before ended: {@link ListedShare.at} and id. */
  after: readonly [at: string, id: string] | null;
}

export const ANY_SHARE: ShareFilter = {
  id: null,
  hospitals: null,
  study: null,
  author: null,
  makerGone: false,
  states: null,
  limit: 50,
  after: null,
};

export const SHARE_STATES = ['open', 'notYet', 'expired', 'usedUp', 'locked', 'revoked'] as const;
export type ShareState = (typeof SHARE_STATES)[number];

const STATE = `CASE WHEN h.revoked_at IS NOT NULL THEN 'revoked' WHEN h.expires_at <= now() THEN 'expired'
                    WHEN ${LOCKED} THEN 'locked' WHEN h.uses >= h.max_uses THEN 'usedUp'
                    WHEN h.not_before > now() THEN 'notYet' ELSE 'open' END`;

/** Names of accounts as authors of shares bear them. */
const MAKER_GONE = `(h.author_kind = 'person'
  AND EXISTS (SELECT FROM account a WHERE a.account_id::text = h.author_id OR a.username = h.author_id)
  AND NOT EXISTS (SELECT FROM account a
                   WHERE (a.account_id::text = h.author_id OR a.username = h.author_id) AND a.disabled_at IS NULL))`;

/** Studies `s` that a share `h` reaches now, with the series of each ({} for all), as SQL. */
export const REACHED = `
  SELECT s.study_id, s.study_instance_uid AS study, s.accession_number, t.series
    FROM (SELECT study_instance_uid, array_remove(array_agg(series_instance_uid ORDER BY series_instance_uid), '') AS series
            FROM share_study WHERE share_id = h.share_id GROUP BY 1) AS t
    JOIN study s ON s.hospital_code = h.hospital_code AND s.study_instance_uid = t.study_instance_uid
  UNION ALL
  SELECT s.study_id, s.study_instance_uid, s.accession_number, ARRAY[]::text[]
    FROM study s
   WHERE s.accession_number = ANY (h.accession_numbers) AND s.hospital_code = h.hospital_code
     AND (s.patient_id = h.patient_id
          -- Where nobody said whose they are, numbers that two patients have show neither.
          OR h.patient_id IS NULL AND NOT EXISTS (
               SELECT FROM study o
                WHERE o.accession_number = ANY (h.accession_numbers) AND o.hospital_code = s.hospital_code
                  AND o.patient_id <> s.patient_id))`;

/** Exams that a share `h` reaches, and whose they are, as SQL. */
export const EXAMS = `
  SELECT coalesce(json_agg(json_build_object(
           'date', CASE WHEN s.study_date ~ '^\\d{8}$' THEN to_char(to_date(s.study_date, 'YYYYMMDD'), 'YYYY-MM-DD') ELSE '' END,
           'modalities', s.modalities, 'description', s.study_description) ORDER BY s.study_moment, s.study_id), '[]') AS exams,
         (array_agg(json_build_object('id', s.patient_id, 'name',
            coalesce(nullif(replace(s.patient_name_ideographic, '^', ''), ''), trim(replace(s.patient_name_alphabetic, '^', ' ')))) ORDER BY s.study_id))[1] AS patient
    FROM (${REACHED}) AS r JOIN study s USING (study_id)`;

/** Shares that name a study ($3), or its accession number, which a RIS makes one of for each exam: by indexes alone. */
const SHARES_OF_STUDY = `
  SELECT share_id FROM share_study WHERE study_instance_uid = $3
  UNION ALL
  SELECT share_id FROM share
   WHERE accession_numbers && ARRAY(SELECT accession_number FROM study
                                     WHERE study_instance_uid = $3 AND accession_number <> '')`;

/** The shares of a page, before what is said of them is looked up. */
const PAGE = `
  SELECT h.* FROM share h
   WHERE ($1::uuid IS NULL OR h.share_id = $1)
     AND ($2::text[] IS NULL OR h.hospital_code = ANY ($2))
     AND ($3::text IS NULL OR h.share_id IN (${SHARES_OF_STUDY})
          AND (h.accession_numbers = '{}' OR $3 IN (SELECT study FROM (${REACHED}) AS r)))
     AND ($4::timestamptz IS NULL OR (h.created_at, h.share_id) < ($4, $9::uuid))
     AND ($6::text IS NULL OR h.author_id = $6)
     AND (NOT $7 OR ${MAKER_GONE})
     AND ($8::text[] IS NULL OR ${STATE} = ANY ($8))
   ORDER BY h.created_at DESC, h.share_id DESC
   LIMIT $5`;

/** A share in a list. */
export interface ListedShare extends Share {
  /** When it was made, as text of the index, which is finer than a date of JavaScript. */
  at: string;
}

/** Shares, the newest first. */
export async function readShares(
  client: pg.Pool | pg.PoolClient,
  filter: ShareFilter,
): Promise<ListedShare[]> {
  const { rows } = await client.query<
    Omit<ListedShare, 'author' | 'guardian' | 'signIn'> & {
      authorKind: Author['kind'];
      authorId: string;
      authorName: string;
      guardianName: string | null;
      guardianRelation: Guardian['relation'] | null;
      requiresSignIn: boolean;
      signInHospitals: string[];
      signInAccount: string | null;
    }
  >(
    `SELECT h.share_id AS id, h.alias, h.hospital_code AS hospital, h.accession_numbers AS "accessionNumbers", h.audience,
            h.guardian_name AS "guardianName", h.guardian_relation AS "guardianRelation",
            h.requires_sign_in AS "requiresSignIn", h.sign_in_hospitals AS "signInHospitals",
            h.sign_in_account AS "signInAccount", h.may_download AND l.may_download AS "mayDownload",
            h.may_reply AND l.may_reply AS "mayReply", h.watermark OR l.watermark AS watermark,
            h.not_before AS "notBefore", h.expires_at AS "expiresAt", h.max_uses AS "maxUses",
            h.uses, h.factor, h.note, h.author_kind AS "authorKind", h.author_id AS "authorId", h.author_name AS "authorName",
            NOT ${MAKER_GONE} AS "authorActive", h.created_at AS "createdAt", h.created_at::text AS at, h.revoked_at AS "revokedAt", h.failures,
            ${LOCKED} AS locked,
            (SELECT count(*)::integer FROM share_reply r WHERE r.share_id = h.share_id) AS replies,
            (SELECT count(*)::integer FROM share_reply r WHERE r.share_id = h.share_id AND r.taken_at IS NULL) AS "newReplies",
            coalesce((SELECT json_agg(json_build_object('study', t.study, 'series', t.series) ORDER BY t.study)
                        FROM (SELECT study_instance_uid AS study,
                                     array_remove(array_agg(series_instance_uid ORDER BY series_instance_uid), '') AS series
                                FROM share_study WHERE share_id = h.share_id GROUP BY 1) AS t), '[]') AS studies,
            e.exams, e.patient
       FROM (${PAGE}) AS h
       CROSS JOIN LATERAL share_limits(h.hospital_code) AS l
       CROSS JOIN LATERAL (${EXAMS}) AS e
      ORDER BY h.created_at DESC, h.share_id DESC`,
    [
      filter.id,
      filter.hospitals,
      filter.study,
      filter.after?.[0] ?? null,
      filter.limit,
      filter.author,
      filter.makerGone,
      filter.states,
      filter.after?.[1] ?? null,
    ],
  );
  return rows.map((row) => {
    const { authorKind, authorId, authorName, guardianName, guardianRelation, ...rest } = row;
    const { requiresSignIn, signInHospitals, signInAccount, ...share } = rest;
    return {
      ...share,
      guardian:
        guardianName === null || guardianRelation === null
          ? null
          : { name: guardianName, relation: guardianRelation },
      signIn: requiresSignIn ? { hospitals: signInHospitals, account: signInAccount } : null,
      author: { kind: authorKind, id: authorId, name: authorName },
    };
  });
}
