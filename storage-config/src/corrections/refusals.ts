import type { DicomJson } from '@hutong/dicom';
import type { PoolClient } from 'pg';
import { type IndexRows, seriesRow, studyRow, type StudyRow } from '../indexing/indexRows.ts';
import type { StudyEventKind } from './events.ts';
import type { CorrectionReasonCode } from './reasons.ts';

/** Why a SOP instance is refused, and what was known of it. */
export interface Refusal {
  kind: StudyEventKind;
  reason: string;
  /** Digests, hex, of all datasets that were stored under the UID. */
  had: readonly string[];
  /** What was deleted; null where that is not kept any more, or was rejected. */
  deleted: { study: string; series: string; dataset: string } | null;
}

const PATIENT = [
  'patient_id',
  'issuer_of_patient_id',
  'patient_name_alphabetic',
  'patient_name_ideographic',
  'patient_birth_date',
  'patient_sex',
] as const satisfies readonly (keyof StudyRow)[];

/** What another dataset has to say differently to be the correction of what was deleted for a reason. */
const WAS_WRONG: Partial<Record<CorrectionReasonCode, readonly (keyof StudyRow)[] | 'anything'>> = {
  WRONG_PATIENT: PATIENT,
  WRONG_STUDY: ['study_instance_uid'],
  WRONG_WORKLIST_ENTRY: 'anything',
  WRONG_DATA: 'anything',
};

const REFUSALS = `
  SELECT r.sop_instance_uid AS uid, v.kind, v.reason_code AS reason,
         ARRAY(SELECT DISTINCT digest
                 FROM former_instance f,
                      LATERAL (VALUES (encode(f.dataset_sha256, 'hex')),
                                      (substr(f.instance_row ->> 'received_dataset_sha256', 3))) AS of (digest)
                WHERE f.hospital_code = r.hospital_code AND f.sop_instance_uid = r.sop_instance_uid
                  AND digest <> '') AS had,
         (SELECT json_build_object('study', f.study_instance_uid, 'series', f.series_instance_uid,
                                   'dataset', f.instance_row ->> 'dataset')
            FROM former_instance f
           WHERE f.study_event_id = r.study_event_id AND f.hospital_code = r.hospital_code
             AND f.sop_instance_uid = r.sop_instance_uid AND f.why = 'deleted' AND f.instance_row IS NOT NULL
             AND v.reason_code = ANY ($3::text[])
           ORDER BY f.former_instance_id DESC LIMIT 1) AS deleted
    FROM refused_instance r JOIN study_event v USING (study_event_id)
   WHERE r.hospital_code = $1 AND r.sop_instance_uid = ANY ($2::text[])`;

/** Why SOP instances are refused, by UID; those that are not are absent. */
export async function refusalsOf(
  client: PoolClient,
  hospital: string,
  sopInstanceUids: readonly string[],
): Promise<Map<string, Refusal>> {
  if (sopInstanceUids.length === 0) return new Map();
  const { rows } = await client.query<Refusal & { uid: string }>(REFUSALS, [
    hospital,
    sopInstanceUids,
    Object.keys(WAS_WRONG),
  ]);
  return new Map(rows.map(({ uid, ...refusal }) => [uid, refusal]));
}

/**
 * Whether an instance is just what is refused: a dataset that was stored before, or, where none ever was or nobody knows any
 * more, whatever comes under the UID. IHE RAD-TF 3, 4.66.4.2.3.1 and 4.66.4.3.3: subsequent occurrences of instances that
 * were hidden are not accepted.
 */
export function isRefused({ instance }: IndexRows, { had }: Refusal): boolean {
  return had.length === 0 || had.includes(instance.dataset_sha256.toString('hex'));
}

/**
 * Those of some versions whose dataset was deleted or rejected under their UID, not by age, and never recovered: they do
 * not replace what is current there now.
 */
export async function endedAmong(
  client: PoolClient,
  hospital: string,
  versions: readonly IndexRows[],
): Promise<Set<IndexRows>> {
  if (versions.length === 0) return new Set();
  const { rows } = await client.query<{ place: number }>(
    `SELECT given.place::integer AS place
       FROM unnest($2::text[], $3::bytea[]) WITH ORDINALITY AS given (uid, dataset, place)
      WHERE EXISTS (SELECT FROM former_instance f JOIN study_event v USING (study_event_id)
                     WHERE f.hospital_code = $1 AND f.sop_instance_uid = given.uid
                       AND (f.dataset_sha256 = given.dataset
                            OR f.instance_row ->> 'received_dataset_sha256' = given.dataset::text)
                       AND f.why IN ('deleted', 'rejected') AND f.recovered_at IS NULL
                       AND v.reason_code <> 'RETENTION_EXPIRED')`,
    [
      hospital,
      versions.map(({ instance }) => instance.sop_instance_uid),
      versions.map(({ instance }) => instance.dataset_sha256),
    ],
  );
  return new Set(rows.flatMap(({ place }) => versions[place - 1] ?? []));
}

/**
 * Whether another dataset corrects what a person deleted because its attributes were wrong: it says otherwise what was. The
 * same image in another encoding does not, nor does what was deleted for what it shows. After a rejection note nothing does:
 * in IOCM a corrected instance has a UID of its own.
 */
export function isCorrectionOf({ study, series }: IndexRows, { kind, reason, deleted }: Refusal): boolean {
  const wrong = Object.hasOwn(WAS_WRONG, reason) ? WAS_WRONG[reason as CorrectionReasonCode] : undefined;
  if (kind !== 'deleted' || wrong === undefined || deleted === null) return false;
  const dataset = JSON.parse(deleted.dataset) as DicomJson;
  const before = studyRow(dataset, deleted.study);
  if (wrong !== 'anything') return wrong.some((column) => before[column] !== study[column]);
  return JSON.stringify([before, seriesRow(dataset, deleted.series)]) !== JSON.stringify([study, series]);
}
