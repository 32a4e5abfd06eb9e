import type { DicomJson } from '@hutong/dicom';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { type GivenReason, isCorrectionReason } from '../corrections/reasons.ts';
import type { Standing } from './requests.ts';

/** A study with what its attributes shall be. */
export interface StudyToCorrect {
  studyId: number;
  hospital: string;
  studyInstanceUid: string;
  attributes: DicomJson;
  /** Tags of those that go back to what each instance was received with. */
  restored: string[];
  /** Number of the study's corrections so far. */
  revision: number;
  /** The newest of them, or the one that was undone since. */
  patientCorrectionId: number;
  /** Who corrected or undid it, why and when. */
  /** All of what stands for it, as the row of `study_correction` has it. */
  standing: Standing;
  author: Author;
  reason: GivenReason;
  at: Date;
}

/** An instance whose stored object has not all of the study's corrections. */
export interface InstanceToCorrect {
  instanceId: number;
  sopInstanceUid: string;
  objectKey: string;
  objectSize: number;
  objectSha256: Buffer;
  transferSyntaxUid: string;
  /** Where the value of the pixel data lies; null where there is none. */
  pixelData: { offset: number; length: number } | null;
}

/** What is to be done for a study, at most `limit` instances at a time; null when it has no corrections (or is gone). */
export async function readPendingCorrection(
  client: pg.Pool | pg.PoolClient,
  studyId: number,
  limit: number,
): Promise<{ study: StudyToCorrect; instances: InstanceToCorrect[] } | null> {
  const { rows } = await client.query<Omit<StudyToCorrect, 'author' | 'reason'> & Record<string, string>>(
    `SELECT s.study_id AS "studyId", s.hospital_code AS hospital, s.study_instance_uid AS "studyInstanceUid",
            c.attributes, c.restored, c.revision,
            json_build_object('columns', c.columns, 'attributes', c.attributes, 'restored', c.restored,
                              'restoring', c.restoring, 'revision', c.revision) AS standing, c.patient_correction_id AS "patientCorrectionId",
            coalesce(u.author_kind, p.author_kind) AS author_kind, coalesce(u.author_id, p.author_id) AS author_id,
            coalesce(u.author_name, p.author_name) AS author_name, coalesce(u.reason_code, p.reason_code) AS reason_code,
            coalesce(u.reason_text, p.reason_text) AS reason_text, coalesce(u.created_at, p.created_at) AS at
       FROM study s
       JOIN study_correction c USING (hospital_code, study_instance_uid)
       JOIN patient_correction p USING (patient_correction_id)
       LEFT JOIN patient_correction_undo u USING (patient_correction_id)
      WHERE s.study_id = $1`,
    [studyId],
  );
  const [found] = rows;
  if (found === undefined) return null;
  const { author_kind, author_id = '', author_name = '', reason_code, reason_text = '', ...study } = found;
  const instances = await client.query<InstanceToCorrect>(
    `SELECT i.instance_id AS "instanceId", i.sop_instance_uid AS "sopInstanceUid", i.object_key AS "objectKey",
            i.object_size AS "objectSize", i.object_sha256 AS "objectSha256",
            i.transfer_syntax_uid AS "transferSyntaxUid", i.pixel_data -> 'value' AS "pixelData"
       FROM instance i
      WHERE i.study_id = $1 AND i.correction_revision < $2
        AND NOT EXISTS (SELECT FROM study_correction_failure f
                         WHERE f.hospital_code = i.hospital_code AND f.sop_instance_uid = i.sop_instance_uid
                           AND f.revision >= $2)
      ORDER BY i.instance_id LIMIT $3`,
    [studyId, study.revision, limit],
  );
  return {
    study: {
      ...study,
      author: { kind: author_kind as Author['kind'], id: author_id, name: author_name },
      reason: { code: isCorrectionReason(reason_code) ? reason_code : 'OTHER', text: reason_text },
    },
    instances: instances.rows,
  };
}

/**
 * Lets the study follow its instances again in what an undone correction gave back, once all of them have it. Does nothing
 * before that.
 */
export async function endRestoring(client: pg.Pool | pg.PoolClient, studyId: number): Promise<void> {
  await client.query(
    `UPDATE study_correction c SET restoring = '{}'
       FROM study s
      WHERE s.study_id = $1 AND c.hospital_code = s.hospital_code AND c.study_instance_uid = s.study_instance_uid
        AND c.restoring <> '{}'
        AND NOT EXISTS (SELECT FROM instance i WHERE i.study_id = $1 AND i.correction_revision < c.revision)`,
    [studyId],
  );
}
