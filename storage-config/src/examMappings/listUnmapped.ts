import type pg from 'pg';
import { IS_MAPPED } from './examNames.ts';

/** An exam that nobody mapped. */
export interface UnmappedExam {
  id: number;
  hospital: string;
  /** Of the hospital, as its row has it. */
  region: string;
  code: string;
  scheme: string;
  name: string;
  modality: string;
  /** Studies that carry it and are mapped by no other exam of theirs; none yet of what was only ordered. */
  studies: number;
  firstSeenAt: Date;
  lastSeenAt: Date;
  /** What the machine found on the newest {@link JUDGED_STUDIES} of them. */
  judged: { PASS: number; FAIL: number; REVIEW: number; notListed: number };
}

export interface UnmappedPage {
  exams: UnmappedExam[];
  /** How many there are. */
  total: number;
}

export interface UnmappedFilter {
  /** null: of all hospitals. */
  hospitals: readonly string[] | null;
  /** Part of code or name; empty: any. */
  q: string;
  /** Studies and id of the last one of the page before. */
  after: { studies: number; id: number } | null;
  limit: number;
}

/** The newest studies of an exam whose verdicts are counted. */
export const JUDGED_STUDIES = 200;

/** Exams that nobody mapped, the most frequent first. */
export async function listUnmappedExams(
  client: pg.Pool | pg.PoolClient,
  { hospitals, q, after, limit }: UnmappedFilter,
): Promise<UnmappedPage> {
  const { rows } = await client.query<{ total: number } & (UnmappedExam | { id: null })>(
    `WITH unmapped AS MATERIALIZED (
       SELECT e.exam_name_id, c.studies
         FROM exam_name e
        CROSS JOIN LATERAL (SELECT count(*) AS studies FROM study_exam_name s
                             WHERE s.exam_name_id = e.exam_name_id AND NOT s.mapped) AS c
        WHERE ($1::text[] IS NULL OR e.hospital_code = ANY ($1))
          AND ($2::text IS NULL OR e.code ILIKE $2 OR e.name ILIKE $2)
          AND (c.studies > 0 OR e.last_ordered_at IS NOT NULL)
          AND NOT ${IS_MAPPED}),
     page AS (
       SELECT * FROM unmapped
        WHERE $3::bigint IS NULL OR studies < $3 OR (studies = $3 AND exam_name_id > $4)
        ORDER BY studies DESC, exam_name_id LIMIT $5)
     SELECT t.total, e.exam_name_id AS id, e.hospital_code AS hospital, h.region, e.code, e.scheme, e.name, e.modality,
            page.studies, e.first_seen_at AS "firstSeenAt", e.last_seen_at AS "lastSeenAt", j.judged
       FROM (SELECT count(*) AS total FROM unmapped) AS t
       LEFT JOIN page ON true
       LEFT JOIN exam_name e USING (exam_name_id)
       LEFT JOIN hospital h ON h.code = e.hospital_code
       LEFT JOIN LATERAL (
            SELECT json_build_object('PASS', count(*) FILTER (WHERE i.machine_verdict = 'PASS'),
                                     'FAIL', count(*) FILTER (WHERE i.machine_verdict = 'FAIL'),
                                     'REVIEW', count(*) FILTER (WHERE i.machine_verdict = 'REVIEW'),
                                     'notListed', count(*) FILTER (WHERE i.study_id IS NULL)) AS judged
              FROM (SELECT s.study_id FROM study_exam_name s
                     WHERE s.exam_name_id = e.exam_name_id AND NOT s.mapped
                     ORDER BY s.study_id DESC LIMIT ${JUDGED_STUDIES}) AS recent
              LEFT JOIN study_item i ON i.study_id = recent.study_id) AS j ON true
      ORDER BY page.studies DESC, e.exam_name_id`,
    [
      hospitals,
      q === '' ? null : `%${q.replace(/[\\%_]/g, '\\$&')}%`,
      after?.studies ?? null,
      after?.id ?? null,
      limit,
    ],
  );
  return {
    exams: rows.flatMap(({ total: _total, ...exam }) => (exam.id === null ? [] : [exam])),
    total: rows[0]?.total ?? 0,
  };
}
