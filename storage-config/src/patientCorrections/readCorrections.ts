import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import type { CorrectionRequest } from './requests.ts';

/** How far a correction has come in one study. */
export interface CorrectionProgress {
  studyInstanceUid: string;
  /** False when the study was deleted meanwhile. */
  present: boolean;
  /** Instances that the study has, those that have the correction, and those that could not be written anew. */
  instances: number;
  corrected: number;
  failed: number;
}

export interface PatientCorrection {
  id: number;
  hospital: string;
  request: CorrectionRequest;
  reasonCode: string;
  reasonText: string;
  author: Author;
  at: Date;
  /** That it was undone; null: it stands. How far it has come is how far that has come then. */
  undo: { reasonCode: string; reasonText: string; author: Author; at: Date } | null;
  studies: CorrectionProgress[];
}

const CORRECTIONS = `SELECT p.patient_correction_id AS id, p.hospital_code AS hospital, p.request,
       p.reason_code AS "reasonCode", p.reason_text AS "reasonText", p.created_at AS at,
       json_build_object('kind', p.author_kind, 'id', p.author_id, 'name', p.author_name) AS author,
       u.reason_code AS "undoCode", u.reason_text AS "undoText", u.created_at AS "undoneAt",
       json_build_object('kind', u.author_kind, 'id', u.author_id, 'name', u.author_name) AS "undoAuthor",
       (SELECT coalesce(json_agg(progress ORDER BY progress."studyInstanceUid"), '[]')
          FROM (SELECT x.study_instance_uid AS "studyInstanceUid", s.study_id IS NOT NULL AS present,
                       coalesce(s.number_of_instances, 0) AS instances,
                       (SELECT count(*) FROM instance i
                         WHERE i.study_id = s.study_id AND i.correction_revision >= coalesce(x.undo_revision, x.revision)) AS corrected,
                       (SELECT count(*) FROM study_correction_failure f
                          JOIN instance i ON i.hospital_code = f.hospital_code AND i.sop_instance_uid = f.sop_instance_uid
                         WHERE f.hospital_code = x.hospital_code AND f.study_instance_uid = x.study_instance_uid
                           AND i.study_id = s.study_id
                           AND i.correction_revision < coalesce(x.undo_revision, x.revision)
                           AND f.revision >= coalesce(x.undo_revision, x.revision)) AS failed
                  FROM patient_correction_study x
                  LEFT JOIN study s ON s.hospital_code = x.hospital_code AND s.study_instance_uid = x.study_instance_uid
                 WHERE x.patient_correction_id = p.patient_correction_id) AS progress) AS studies
  FROM patient_correction p LEFT JOIN patient_correction_undo u USING (patient_correction_id)`;

interface CorrectionRow extends Omit<PatientCorrection, 'undo'> {
  undoCode: string | null;
  undoText: string | null;
  undoneAt: Date | null;
  undoAuthor: Author;
}

function correctionOf({
  undoCode,
  undoText,
  undoneAt,
  undoAuthor,
  ...row
}: CorrectionRow): PatientCorrection {
  if (undoneAt === null) return { ...row, undo: null };
  const undo = { reasonCode: undoCode ?? '', reasonText: undoText ?? '', author: undoAuthor, at: undoneAt };
  return { ...row, undo };
}

const OF_HOSPITALS = '($1::text[] IS NULL OR p.hospital_code = ANY ($1))';

/** A correction with its progress, of one of these hospitals, null for all; null when there is none. */
export async function readPatientCorrection(
  index: pg.Pool,
  id: number,
  hospitals: readonly string[] | null,
): Promise<PatientCorrection | null> {
  const { rows } = await index.query<CorrectionRow>(
    `${CORRECTIONS} WHERE ${OF_HOSPITALS} AND p.patient_correction_id = $2`,
    [hospitals, id],
  );
  return rows[0] === undefined ? null : correctionOf(rows[0]);
}

export interface CorrectionsPage {
  hospitals: readonly string[] | null;
  /** null: of any study. */
  study: string | null;
  /** Only corrections with smaller ids. */
  before: number | null;
  limit: number;
}

/** Corrections with their progress, newest first. */
export async function listPatientCorrections(
  index: pg.Pool,
  { hospitals, study, before, limit }: CorrectionsPage,
): Promise<PatientCorrection[]> {
  const { rows } = await index.query<CorrectionRow>(
    `${CORRECTIONS}
      WHERE ${OF_HOSPITALS} AND ($2::bigint IS NULL OR p.patient_correction_id < $2)
        AND ($3::text IS NULL OR EXISTS (SELECT FROM patient_correction_study x
                                          WHERE x.patient_correction_id = p.patient_correction_id
                                            AND x.study_instance_uid = $3))
      ORDER BY p.patient_correction_id DESC LIMIT $4`,
    [hospitals, before, study, limit],
  );
  return rows.map(correctionOf);
}

/** Why instances of a correction's studies could not be written anew, at most `limit`. */
export async function readCorrectionFailures(
  index: pg.Pool,
  id: number,
  limit: number,
): Promise<{ studyInstanceUid: string; sopInstanceUid: string; reason: string }[]> {
  const { rows } = await index.query<{ studyInstanceUid: string; sopInstanceUid: string; reason: string }>(
    `SELECT f.study_instance_uid AS "studyInstanceUid", f.sop_instance_uid AS "sopInstanceUid", f.reason
       FROM patient_correction_study x
       JOIN study_correction_failure f USING (hospital_code, study_instance_uid)
       JOIN instance i ON i.hospital_code = f.hospital_code AND i.sop_instance_uid = f.sop_instance_uid
      WHERE x.patient_correction_id = $1 AND f.revision >= coalesce(x.undo_revision, x.revision)
        AND i.correction_revision < coalesce(x.undo_revision, x.revision)
      ORDER BY 1, 2 LIMIT $2`,
    [id, limit],
  );
  return rows;
}

/** Has what could not be written anew tried again. Returns how many instances. */
export async function retryPatientCorrection(client: pg.PoolClient, id: number): Promise<number> {
  const { rows } = await client.query<{ hospital_code: string; study_instance_uid: string }>(
    `DELETE FROM study_correction_failure f
      USING patient_correction_study x
      WHERE x.patient_correction_id = $1 AND f.hospital_code = x.hospital_code
        AND f.study_instance_uid = x.study_instance_uid
     RETURNING f.hospital_code, f.study_instance_uid`,
    [id],
  );
  await client.query(
    `INSERT INTO outbox (topic, study_id)
     SELECT DISTINCT 'study.patientCorrection', s.study_id
       FROM patient_correction_study x JOIN study s USING (hospital_code, study_instance_uid)
      WHERE x.patient_correction_id = $1
     ON CONFLICT (topic, study_id) WHERE sent_at IS NULL AND done_at IS NULL DO NOTHING`,
    [id],
  );
  return rows.length;
}
