import type pg from 'pg';
import { REPORT_OF_STUDY } from './readReports.ts';

/** Minutes within which a report should be there (targets of quality control; configuration). */
export interface TurnaroundTargets {
  /** Of the emergency department, or ordered as urgent. */
  emergency: number;
  /** CT and MR. */
  ctMr: number;
  /** Radiographs. */
  plain: number;
}

export const TURNAROUND_TARGETS: TurnaroundTargets = { emergency: 30, ctMr: 24 * 60, plain: 2 * 60 };

export interface TurnaroundPeriod {
  /** Of the first final report: from, inclusive, until, exclusive. */
  from: Date;
  until: Date;
  /** What was known then; reports that came later do not count. */
  asOf: Date;
  /** null: all. */
  hospitals: readonly string[] | null;
  targets?: TurnaroundTargets;
}

/** Turnaround of the reports of one hospital and kind. */
export interface TurnaroundFigure {
  hospital: string;
  kind: keyof TurnaroundTargets;
  reports: number;
  withinTarget: number;
  /** Middle of the minutes from the exam to the first final report. */
  medianMinutes: number;
  targetMinutes: number;
}

/**
 * SQL of every report that became final: `key`, `hospital`, `kind`, `minutes`, `target`, and its study and times. A report
 * counts once, with the first of its final versions; from the time the exam was performed, as the report says, else from the
 * time of the study. Without either, and with a report before the exam, there are no minutes, and it does not count.
 * $1 from, $2 until, $3 as of, $4 hospitals or NULL, $5 emergency, $6 CT and MR, $7 plain, in minutes.
 */
export const TURNAROUND = `SELECT f.report_key AS key, f.hospital_code AS hospital, f.report_number AS "reportNumber",
       s.study_instance_uid AS "studyInstanceUid", b.begun AS "performedAt", f.reported AS "reportedAt", k.kind,
       CASE k.kind WHEN 'emergency' THEN $5::integer WHEN 'ctMr' THEN $6::integer ELSE $7::integer END AS target,
       round(extract(epoch FROM f.reported - b.begun) / 60)::integer AS minutes
  FROM (SELECT DISTINCT ON (r.report_key) r.*, r.reported_at AS reported
          FROM diagnostic_report r
         WHERE r.status IN ('final', 'amended') AND r.reported_at IS NOT NULL AND r.received_at <= $3
           AND ($4::text[] IS NULL OR r.hospital_code = ANY ($4))
           AND EXISTS (SELECT FROM diagnostic_report p WHERE p.report_key = r.report_key AND p.reported_at >= $1 AND p.reported_at < $2)
         ORDER BY r.report_key, r.reported_at, r.diagnostic_report_id) AS f
  LEFT JOIN LATERAL (
       SELECT s.* FROM study s CROSS JOIN LATERAL (SELECT f.*) AS r
        WHERE s.hospital_code = f.hospital_code
          AND (s.study_instance_uid = f.study_instance_uid OR (s.accession_number = f.accession_number AND f.accession_number <> ''))
          AND ${REPORT_OF_STUDY}
        ORDER BY s.study_id LIMIT 1) AS s ON true
  LEFT JOIN LATERAL (
       SELECT bool_or(o.patient_class = 'emergency' OR o.priority IN ('stat', 'urgent')) AS emergency,
              max(o.modality) AS modality
         FROM exam_order o
        WHERE o.hospital_code = f.hospital_code
          AND (o.order_number = f.order_number OR (o.accession_number = f.accession_number AND f.accession_number <> ''))) AS o ON true
 CROSS JOIN LATERAL (
       SELECT coalesce(f.performed_at,
                CASE WHEN s.study_date ~ '^\\d{8}$' AND s.study_time ~ '^\\d{6}'
                     THEN to_timestamp(s.study_date || left(s.study_time, 6), 'YYYYMMDDHH24MISS')::timestamp AT TIME ZONE 'Asia/Shanghai'
                END) AS begun) AS b
 CROSS JOIN LATERAL (
       SELECT CASE WHEN o.emergency THEN 'emergency'
                   WHEN s.modalities && '{CT,MR}'::text[] OR (s.study_id IS NULL AND o.modality IN ('CT', 'MR')) THEN 'ctMr'
                   ELSE 'plain' END AS kind) AS k
 WHERE f.reported >= $1 AND f.reported < $2 AND b.begun IS NOT NULL AND b.begun <= f.reported`;

const valuesOf = ({
  from,
  until,
  asOf,
  hospitals,
  targets = TURNAROUND_TARGETS,
}: TurnaroundPeriod): unknown[] => [
  from,
  until,
  asOf,
  hospitals,
  targets.emergency,
  targets.ctMr,
  targets.plain,
];

/** Reports, how many were within the target, and the middle of their minutes, by hospital and kind. */
export async function reportTurnaround(
  client: pg.Pool | pg.PoolClient,
  period: TurnaroundPeriod,
): Promise<TurnaroundFigure[]> {
  const { rows } = await client.query<TurnaroundFigure>(
    `SELECT hospital, kind, count(*)::integer AS reports, (count(*) FILTER (WHERE minutes <= target))::integer AS "withinTarget",
            round(percentile_cont(0.5) WITHIN GROUP (ORDER BY minutes))::integer AS "medianMinutes",
            max(target) AS "targetMinutes"
       FROM (${TURNAROUND}) AS t GROUP BY hospital, kind ORDER BY hospital, kind`,
    valuesOf(period),
  );
  return rows;
}

/** A report and how long it took. */
export interface ReportTime {
  key: string;
  hospital: string;
  studyInstanceUid: string | null;
  kind: keyof TurnaroundTargets;
  performedAt: Date;
  reportedAt: Date;
  minutes: number;
  target: number;
}

/** The reports that took longest over their target, of which at most `limit`. Without anything of patients. */
export async function slowestReports(
  client: pg.Pool | pg.PoolClient,
  period: TurnaroundPeriod,
  limit: number,
): Promise<ReportTime[]> {
  const { rows } = await client.query<ReportTime>(
    `SELECT key, hospital, "studyInstanceUid", kind, "performedAt", "reportedAt", minutes, target
       FROM (${TURNAROUND}) AS t WHERE minutes > target ORDER BY minutes - target DESC, key LIMIT $8`,
    [...valuesOf(period), limit],
  );
  return rows;
}
