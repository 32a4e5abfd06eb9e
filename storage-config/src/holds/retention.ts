import type pg from 'pg';

/**
 * Years that medical records are kept at least (《医疗机构病历管理规定（2013年版）》第二十九条): of outpatients from the last
 * visit, of inpatients from the last stay.
 */
export const OUTPATIENT_YEARS = 15;
export const INPATIENT_YEARS = 30;

/** How long a hospital keeps studies. Whether a study is of an inpatient DICOM does not say: then the longer time holds. */
export interface RetentionRuleOf {
  hospital: string;
  outpatientYears: number;
  inpatientYears: number;
}

/** What the report says of one hospital. */
export interface RetentionReport extends RetentionRuleOf {
  nameZh: string;
  nameEn: string;
  studies: number;
  /** Studies whose time is over, and of those the ones that a hold keeps. */
  ended: number;
  endedHeld: number;
  held: number;
  /** Studies by the year in which their time ends, the next ones first; at most ten. */
  ending: { year: number; studies: number }[];
}

/** A deletion for the reason that the time is over, while it is not. */
export class RetentionNotOver extends Error {
  override name = 'RetentionNotOver';
  /** Day from which on the study may go, `YYYY-MM-DD`. */
  readonly until: string;

  constructor(until: string) {
    super('the retention period of the study is not over');
    this.until = until;
  }
}

const YEARS = `coalesce(r.inpatient_years, ${INPATIENT_YEARS})`;
const FROM = `(CASE WHEN s.study_date ~ '^\\d{8}$' THEN make_date(left(s.study_date, 4)::int, 1, 1) ELSE s.first_stored_at::date END)`;
/** The end of the year: a study of which only the year is believed is not given up too early. */
const END_YEAR = `(extract(year FROM ${FROM})::int + ${YEARS})`;

/** How many studies of hospitals, null for all, reach the end of their time, and when. */
export async function readRetention(
  index: pg.Pool,
  hospitals: readonly string[] | null,
): Promise<RetentionReport[]> {
  const { rows } = await index.query<
    Omit<RetentionReport, 'ending'> & { ending: RetentionReport['ending'] | null }
  >(
    `WITH counted AS (
       SELECT s.hospital_code, ${END_YEAR} AS year, count(*)::int AS studies,
              count(*) FILTER (WHERE is_study_held(s.hospital_code, s.study_instance_uid))::int AS held
         FROM study s LEFT JOIN retention_rule r USING (hospital_code)
        WHERE $1::text[] IS NULL OR s.hospital_code = ANY ($1)
        GROUP BY 1, 2
     )
     SELECT h.code AS hospital, h.name_zh AS "nameZh", h.name_en AS "nameEn",
            coalesce(r.outpatient_years, ${OUTPATIENT_YEARS}) AS "outpatientYears", ${YEARS} AS "inpatientYears",
            coalesce(sum(c.studies), 0)::int AS studies, coalesce(sum(c.held), 0)::int AS held,
            coalesce(sum(c.studies) FILTER (WHERE c.year < extract(year FROM now())), 0)::int AS ended,
            coalesce(sum(c.held) FILTER (WHERE c.year < extract(year FROM now())), 0)::int AS "endedHeld",
            (SELECT json_agg(json_build_object('year', e.year, 'studies', e.studies) ORDER BY e.year)
               FROM (SELECT year, studies FROM counted
                      WHERE hospital_code = h.code AND year >= extract(year FROM now()) ORDER BY year LIMIT 10) AS e) AS ending
       FROM hospital h
       LEFT JOIN retention_rule r ON r.hospital_code = h.code
       LEFT JOIN counted c ON c.hospital_code = h.code
      WHERE $1::text[] IS NULL OR h.code = ANY ($1)
      GROUP BY h.code, r.outpatient_years, r.inpatient_years
      ORDER BY h.code`,
    [hospitals],
  );
  return rows.map(({ ending, ...row }) => ({ ...row, ending: ending ?? [] }));
}

/** Sets how long a hospital keeps studies; never shorter than the law asks for. */
export async function setRetention(index: pg.Pool, rule: RetentionRuleOf, setBy: string): Promise<void> {
  await index.query(
    `INSERT INTO retention_rule (hospital_code, outpatient_years, inpatient_years, set_by) VALUES ($1, $2, $3, $4)
     ON CONFLICT (hospital_code) DO UPDATE
        SET outpatient_years = EXCLUDED.outpatient_years, inpatient_years = EXCLUDED.inpatient_years,
            set_by = EXCLUDED.set_by, set_at = now()`,
    [rule.hospital, rule.outpatientYears, rule.inpatientYears, setBy],
  );
}

/**
 * Refuses to let a locked study go for the reason that its time is over while it is not. Belongs into the deleting
 * transaction.
 *
 * @throws RetentionNotOver
 */
export async function requireRetentionOver(client: pg.PoolClient, studyId: number): Promise<void> {
  const { rows } = await client.query<{ until: string }>(
    `SELECT ${END_YEAR}::text || '-12-31' AS until
       FROM study s LEFT JOIN retention_rule r USING (hospital_code)
      WHERE s.study_id = $1 AND ${END_YEAR} >= extract(year FROM now())`,
    [studyId],
  );
  if (rows[0] !== undefined) throw new RetentionNotOver(rows[0].until);
}
