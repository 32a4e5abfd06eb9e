import type pg from 'pg';
import { samePatient } from './samePatient.ts';

type Queryable = pg.Pool | pg.PoolClient;

/** A version of a report. */
export interface ReportVersion {
  id: number;
  key: string;
  hospital: string;
  reportNumber: string;
  accessionNumber: string;
  orderNumber: string;
  status: 'preliminary' | 'final' | 'amended' | 'cancelled';
  findings: string;
  impression: string;
  source: string;
  author: string;
  verifier: string;
  performedAt: Date | null;
  reportedAt: Date | null;
  statedAt: Date | null;
  receivedAt: Date;
  isCurrent: boolean;
  document: { key: string; sha256: string; size: number } | null;
  /** Versions of the report, this one too. */
  versions: number;
}

export const REPORT_COLUMNS = `r.diagnostic_report_id AS id, r.report_key AS key, r.hospital_code AS hospital,
  r.report_number AS "reportNumber", r.accession_number AS "accessionNumber", r.order_number AS "orderNumber", r.status,
  r.findings, r.impression, r.source, r.author, r.verifier, r.performed_at AS "performedAt", r.reported_at AS "reportedAt",
  r.stated_at AS "statedAt", r.received_at AS "receivedAt", r.is_current AS "isCurrent",
  CASE WHEN r.document_key IS NULL THEN NULL
       ELSE jsonb_build_object('key', r.document_key, 'sha256', encode(r.document_sha256, 'hex'), 'size', r.document_size)
  END AS document,
  (SELECT count(*) FROM diagnostic_report v WHERE v.hospital_code = r.hospital_code AND v.report_number = r.report_number)
    AS versions`;

/**
 * SQL: report `r` is of study `s`. By the study's UID, else by the accession number; never across hospitals, never of another
 * patient, and not by an accession number that studies of several patients carry while the report names no patient.
 */
export const REPORT_OF_STUDY = `(r.hospital_code = s.hospital_code
   AND ((r.study_instance_uid <> '' AND r.study_instance_uid = s.study_instance_uid)
        OR (r.study_instance_uid = '' AND r.accession_number <> '' AND r.accession_number = s.accession_number))
   AND ${samePatient('s.hospital_code', { id: 'r.patient_id', issuer: 'r.issuer_of_patient_id' }, { id: 's.patient_id', issuer: 's.issuer_of_patient_id' })}
   AND (r.patient_id <> '' OR r.study_instance_uid <> ''
        OR NOT EXISTS (SELECT FROM study o WHERE o.hospital_code = s.hospital_code AND o.accession_number = s.accession_number
                          AND o.accession_number <> '' AND o.patient_id <> s.patient_id)))`;

/** The reports that hold for a study, the newest final one first. The caller has authorised the study. */
export async function reportsOfStudy(client: Queryable, studyId: number): Promise<ReportVersion[]> {
  const { rows } = await client.query<ReportVersion>(
    `SELECT ${REPORT_COLUMNS}
       FROM study s
       JOIN LATERAL (SELECT * FROM diagnostic_report WHERE hospital_code = s.hospital_code AND study_instance_uid = s.study_instance_uid
                        AND study_instance_uid <> ''
                     UNION
                     SELECT * FROM diagnostic_report WHERE hospital_code = s.hospital_code AND accession_number = s.accession_number
                        AND accession_number <> '') AS r ON r.is_current AND ${REPORT_OF_STUDY}
      WHERE s.study_id = $1
      ORDER BY r.status IN ('final', 'amended') DESC, r.status = 'cancelled',
               coalesce(r.reported_at, r.stated_at, r.received_at) DESC, r.diagnostic_report_id DESC
      LIMIT 50`,
    [studyId],
  );
  return rows;
}

/** Every version of one report of a study, the newest first; empty where the report is not of the study. */
export async function versionsOfReport(
  client: Queryable,
  studyId: number,
  key: string,
): Promise<ReportVersion[]> {
  const { rows } = await client.query<ReportVersion>(
    `SELECT ${REPORT_COLUMNS}
       FROM study s
       JOIN diagnostic_report c ON c.report_key = $2 AND c.is_current AND c.hospital_code = s.hospital_code
       JOIN diagnostic_report r ON r.report_key = c.report_key AND r.hospital_code = c.hospital_code
      WHERE s.study_id = $1 AND ${REPORT_OF_STUDY.replaceAll('r.', 'c.')}
        -- Versions that named another study or patient are not this study's to show.
        AND ${REPORT_OF_STUDY}
      ORDER BY r.is_current DESC, coalesce(r.stated_at, r.received_at) DESC, r.diagnostic_report_id DESC
      LIMIT 100`,
    [studyId, key],
  );
  return rows;
}
