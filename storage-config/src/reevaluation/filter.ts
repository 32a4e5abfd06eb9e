import type pg from 'pg';

/** An exam by its code (any scheme where none is given) or by its name, of the hospitals of the filter. */
export interface ExamFilter {
  code?: string;
  scheme?: string;
  name?: string;
}

/** Which studies are judged again. Absent keys do not restrict. */
export interface ReevaluationFilter {
  hospitals?: string[];
  /** Study dates, both inclusive, YYYYMMDD. A study without a date counts by the day it was first received. */
  from?: string;
  until?: string;
  /** Studies that carry one of these exams. */
  examNames?: ExamFilter[];
}

/** The day that decides which list judges a study, YYYYMMDD: the study date, else the day it was first received (UTC). */
export const STUDY_DAY = `coalesce(nullif(s.study_date, ''), to_char(s.first_stored_at AT TIME ZONE 'UTC', 'YYYYMMDD'))`;

/** Studies `s` that a filter means; takes the four values of {@link filterValues} as $1 to $4. */
export const FILTERED = `($1::text[] IS NULL OR s.hospital_code = ANY ($1::text[]))
   AND ($2::text IS NULL OR ${STUDY_DAY} >= $2::text)
   AND ($3::text IS NULL OR ${STUDY_DAY} <= $3::text)
   AND ($4::jsonb IS NULL OR EXISTS (
         SELECT FROM study_exam_name seen
           JOIN exam_name e USING (exam_name_id)
           JOIN jsonb_to_recordset($4::jsonb) AS asked (code text, scheme text, name text)
             ON CASE WHEN coalesce(asked.code, '') <> ''
                     THEN e.code = asked.code
                          AND (coalesce(asked.scheme, '') = '' OR upper(e.scheme) = upper(asked.scheme))
                     ELSE e.name = asked.name END
          WHERE seen.study_id = s.study_id))`;

export function filterValues(filter: ReevaluationFilter): unknown[] {
  return [
    filter.hospitals ?? null,
    filter.from ?? null,
    filter.until ?? null,
    filter.examNames === undefined ? null : JSON.stringify(filter.examNames),
  ];
}

/** How many studies a filter means. */
export async function countFiltered(
  client: pg.Pool | pg.PoolClient,
  filter: ReevaluationFilter,
): Promise<number> {
  const { rows } = await client.query<{ count: number }>(
    `SELECT count(*) AS count FROM study s WHERE ${FILTERED}`,
    filterValues(filter),
  );
  return rows[0]?.count ?? 0;
}
