import type { DicomJson } from '@hutong/dicom';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { type GivenReason, isCorrectionReason } from '../corrections/reasons.ts';

/** A study with what its attributes shall be. */
export interface StudyToCorrect {
  studyId: number;
  hospital: string;
  studyInstanceUid: string;
  attributes: DicomJson;
  /** Number of the study's corrections so far. */
  revision: number;
  /** The newest of them. */
  patientCorrectionId: number;
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
            c.attributes, c.revision, c.patient_correction_id AS "patientCorrectionId", p.author_kind, p.author_id,
            p.author_name, p.reason_code, p.reason_text, p.created_at AS at
       FROM study s
       JOIN study_correction c USING (hospital_code, study_instance_uid)
       JOIN patient_correction p USING (patient_correction_id)
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
