import { type DicomJson, items, TAG, text } from '@hutong/dicom';
import type pg from 'pg';
import { CORRECTION_REASONS, type CorrectionReasonCode } from './reasons.ts';

/** Key Object Selection Document Storage (PS3.4 Annex B.5). */
export const KEY_OBJECT_SELECTION = '1.2.840.10008.5.1.4.1.1.88.59';

/** Why a rejection note is listed beside what was kept aside. */
export const REJECTION_NOTE = 'REJECTION_NOTE';

/**
 * Why a rejection note is stored without taking effect, until a person decides: its sender may not reject; a legal hold
 * keeps a study that it names, or the retention period does; what it says of instances is not what is stored; or it was
 * sent before and still waits.
 */
export type NoteWait = 'NOT_ENTITLED' | 'HELD' | 'RETAINED' | 'CONTRADICTS' | 'UNDECIDED';

const TAGS = {
  conceptNameCode: '0040A043',
  codeValue: '00080100',
  codingScheme: '00080102',
  evidence: '0040A375',
  studyInstanceUid: '0020000D',
  referencedSeries: '00081115',
  seriesInstanceUid: '0020000E',
  referencedSop: '00081199',
  referencedSopInstanceUid: '00081155',
} as const;

/** What a rejection note asks for. */
export interface RejectionNote {
  reason: CorrectionReasonCode;
  /** PatientID of the document; may be empty. */
  patient: string;
  instances: { study: string; series: string; sop: string }[];
}

/**
 * The rejection that a Key Object Selection document asks for (IHE RAD-TF IOCM, RAD-66; PS3.3 C.17.6.2.1, PS3.16 CID
 * 7011): its document title, and the instances of its Current Requested Procedure Evidence Sequence. Null for documents
 * with other titles.
 */
export function readRejectionNote(dataset: DicomJson): RejectionNote | null {
  const [title] = items(dataset, TAGS.conceptNameCode);
  if (title === undefined || text(title, TAGS.codingScheme) !== 'DCM') return null;
  const code = text(title, TAGS.codeValue);
  const reason = (Object.keys(CORRECTION_REASONS) as CorrectionReasonCode[]).find((name) => {
    const entry = CORRECTION_REASONS[name];
    return 'documentTitle' in entry && entry.documentTitle === code;
  });
  if (reason === undefined) return null;
  const instances = items(dataset, TAGS.evidence).flatMap((study) =>
    items(study, TAGS.referencedSeries).flatMap((series) =>
      items(series, TAGS.referencedSop).map((reference) => ({
        study: text(study, TAGS.studyInstanceUid),
        series: text(series, TAGS.seriesInstanceUid),
        sop: text(reference, TAGS.referencedSopInstanceUid),
      })),
    ),
  );
  return { reason, patient: text(dataset, TAG.PatientID), instances };
}

const LIST_NOTES = `
  INSERT INTO kept_aside (hospital_code, study_instance_uid, series_instance_uid, sop_instance_uid, object_key, object_size,
                          object_sha256, dataset_sha256, reason, dataset, sop_class_uid, transfer_syntax_uid)
  SELECT i.hospital_code, s.study_instance_uid, e.series_instance_uid, i.sop_instance_uid, i.object_key, i.object_size,
         i.object_sha256, i.dataset_sha256, '${REJECTION_NOTE}', i.dataset, i.sop_class_uid, i.transfer_syntax_uid
    FROM instance i JOIN series e USING (series_id) JOIN study s ON s.study_id = i.study_id
   WHERE i.instance_id = ANY ($1::bigint[])
     AND coalesce((SELECT v.kind FROM study_event v
                    WHERE v.hospital_code = i.hospital_code AND v.kind IN ('rejected', 'dismissed', 'unrejected')
                      AND v.study_instance_uid = s.study_instance_uid AND v.details ->> 'note' = i.sop_instance_uid
                    ORDER BY v.study_event_id DESC LIMIT 1), 'unrejected') = 'unrejected'
  ON CONFLICT DO NOTHING`;

/** Lists the rejection notes among current instances for a decision, unless one was made. */
export async function listNotes(
  client: pg.PoolClient,
  hospital: string,
  sopInstanceUids: readonly string[],
): Promise<void> {
  const { rows } = await client.query<{ instance_id: number; dataset: string }>(
    `SELECT instance_id, dataset FROM instance
      WHERE hospital_code = $1 AND sop_instance_uid = ANY ($2::text[]) AND sop_class_uid = '${KEY_OBJECT_SELECTION}'`,
    [hospital, sopInstanceUids],
  );
  const notes = rows.filter((row) => readRejectionNote(JSON.parse(row.dataset) as DicomJson) !== null);
  if (notes.length > 0) await client.query(LIST_NOTES, [notes.map((row) => row.instance_id)]);
}
