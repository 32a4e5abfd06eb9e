import type pg from 'pg';
import type { CorrectionReasonCode } from '../corrections/reasons.ts';

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

/** A deletion for the reason that the time is over, while it is not, or for one that a policy does not allow before. */
export class RetentionNotOver extends Error {
  override name = 'RetentionNotOver';
  /** The last day that the study is kept, `YYYY-MM-DD`. */
  readonly until: string;
  /** Whether a policy refuses it, so that another reason may not help either. */
  readonly byPolicy: boolean;

  constructor({ until, byPolicy }: { until: string; byPolicy: boolean }) {
    super('the retention period of the study is not over');
    this.until = until;
    this.byPolicy = byPolicy;
  }
}

const YEARS = `coalesce(r.inpatient_years, ${INPATIENT_YEARS})`;
/** A year before there were X-rays, or after the study came, was written by mistake: then the year it came counts. */
const STUDY_YEAR = `(CASE WHEN s.study_date ~ '^\\d{8}$' AND left(s.study_date, 4) >= '1895'
  THEN least(left(s.study_date, 4)::int, extract(year FROM s.first_stored_at)::int)
  ELSE extract(year FROM s.first_stored_at)::int END)`;
/** The end of the year: a study of which only the year is believed is not given up too early. */
const END_YEAR = `(${STUDY_YEAR} + ${YEARS})`;

/** How many studies of hospitals, null for all, reach the end of their time, and when. */
export async function readRetention(
  index: pg.Pool,
  hospitals: readonly string[] | null,
): Promise<RetentionReport[]> {
  const { rows } = await index.query<
    Omit<RetentionReport, 'ending'> & { ending: RetentionReport['ending'] | null }
  >(
    `WITH held AS (
       SELECT DISTINCT l.hospital_code, l.study_instance_uid FROM legal_hold_study l JOIN legal_hold h USING (legal_hold_id)
        WHERE h.released_at IS NULL AND (h.until IS NULL OR h.until >= current_date)
     ), counted AS (
       SELECT s.hospital_code, ${END_YEAR} AS year, count(*)::int AS studies, count(l.study_instance_uid)::int AS held
         FROM study s LEFT JOIN retention_rule r USING (hospital_code)
         LEFT JOIN held l ON l.hospital_code = s.hospital_code AND l.study_instance_uid = s.study_instance_uid
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

/** What becomes of a deletion; `until` is the last day that the longest kept of the studies is kept. */
export type EarlyDeletion =
  { answer: 'allow' } | { answer: 'warn' | 'refuse'; until: string; byPolicy: boolean };

/**
 * Whether studies of a hospital may go now, for a reason. One whose time is over may; that it is over is no reason before;
 * for other reasons the stricter policy of hospital and region holds (see earlyDeletion.ts).
 */
export async function judgeDeletion(
  client: pg.PoolClient,
  hospital: string,
  studies: readonly string[],
  reason: CorrectionReasonCode,
): Promise<EarlyDeletion> {
  const { rows } = await client.query<{ until: string | null; policy: EarlyDeletion['answer'] }>(
    `SELECT max(${END_YEAR})::text || '-12-31' AS until, early_deletion($1, $3) AS policy
       FROM study s LEFT JOIN retention_rule r USING (hospital_code)
      WHERE s.hospital_code = $1 AND s.study_instance_uid = ANY ($2::text[])
        AND ${END_YEAR} >= extract(year FROM now())`,
    [hospital, studies, reason],
  );
  const { until = null, policy = 'allow' } = rows[0] ?? {};
  if (until === null) return { answer: 'allow' };
  if (reason === 'RETENTION_EXPIRED') return { answer: 'refuse', until, byPolicy: false };
  return policy === 'allow' ? { answer: 'allow' } : { answer: policy, until, byPolicy: true };
}

/**
 * Refuses to let a locked study go where {@link judgeDeletion} does, and says until when it was to be kept where that warns.
 * Belongs into the deleting transaction.
 *
 * @throws RetentionNotOver
 */
export async function requireRetention(
  client: pg.PoolClient,
  copy: { hospital_code: string; study_instance_uid: string },
  reason: CorrectionReasonCode,
): Promise<string | null> {
  const judged = await judgeDeletion(client, copy.hospital_code, [copy.study_instance_uid], reason);
  if (judged.answer === 'allow') return null;
  if (judged.answer === 'refuse') throw new RetentionNotOver(judged);
  return judged.until;
}
