import type { Buffer } from 'node:buffer';
import type pg from 'pg';
import type { EndedWhy } from '../corrections/formerInstances.ts';
import type { IndexRows } from '../indexing/indexRows.ts';
import { parseInstanceObjectKey } from '../objectKeys.ts';

/** An object that is not current. */
export interface EndedObject {
  key: string;
  why: EndedWhy;
  event: number;
  /** What it holds; null when it was removed for good. */
  rows: IndexRows | null;
}

const PUT = `
  INSERT INTO former_instance (hospital_code, study_instance_uid, series_instance_uid, sop_instance_uid, sop_class_uid,
                               object_key, object_size, object_sha256, dataset_sha256, stored_at, why, study_event_id,
                               instance_row, kept_aside_row, ended_at, removed_at)
  SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, v.study_event_id, $13, $14, v.created_at,
         CASE WHEN $15 THEN now() END
    FROM study_event v
   WHERE v.study_event_id = $12
     AND NOT EXISTS (SELECT FROM former_instance f
                      WHERE f.hospital_code = $1 AND f.sop_instance_uid = $4 AND f.object_key = $6
                        AND f.study_event_id = $12)`;

/** Records a former instance as the event that ended it did. Nothing happens when it is there. */
export async function putFormer(index: pg.Pool, ended: EndedObject): Promise<boolean> {
  const identity = parseInstanceObjectKey(ended.key);
  if (identity === null) return false;
  const { rows, why } = ended;
  const instance = rows?.instance;
  const discarded = why === 'discarded';
  const { rowCount } = await index.query(PUT, [
    identity.hospital,
    identity.studyInstanceUid,
    identity.seriesInstanceUid,
    identity.sopInstanceUid,
    instance?.sop_class_uid ?? '',
    ended.key,
    instance?.object_size ?? 0,
    instance?.object_sha256 ?? '',
    instance?.dataset_sha256 ?? '',
    identity.receivedAt,
    why,
    ended.event,
    rows === null || discarded ? null : instanceRow(rows, identity.hospital, identity.receivedAt),
    rows === null || !discarded ? null : keptAsideRow(rows, identity.hospital, identity.receivedAt),
    rows === null,
  ]);
  return (rowCount ?? 0) > 0;
}

const bytes = (value: Buffer): string => `\\x${value.toString('hex')}`;
const parsed = (text: string | null): unknown => (text === null ? null : JSON.parse(text));

/** The row that the instance had, as `to_jsonb` gives one. */
function instanceRow({ instance }: IndexRows, hospital: string, storedAt: Date): string {
  return JSON.stringify({
    ...instance,
    object_sha256: bytes(instance.object_sha256),
    dataset_sha256: bytes(instance.dataset_sha256),
    pixel_data: parsed(instance.pixel_data),
    bulk_data: parsed(instance.bulk_data),
    hospital_code: hospital,
    stored_at: storedAt,
    // Set when it comes back.
    study_id: 0,
    series_id: 0,
  });
}

function keptAsideRow({ study, series, instance }: IndexRows, hospital: string, receivedAt: Date): string {
  return JSON.stringify({
    hospital_code: hospital,
    study_instance_uid: study.study_instance_uid,
    series_instance_uid: series.series_instance_uid,
    sop_instance_uid: instance.sop_instance_uid,
    object_key: instance.object_key,
    object_size: instance.object_size,
    object_sha256: bytes(instance.object_sha256),
    dataset_sha256: bytes(instance.dataset_sha256),
    reason: 'DIFFERENT_DATASET',
    received_at: receivedAt,
    dataset: instance.dataset,
    sop_class_uid: instance.sop_class_uid,
    transfer_syntax_uid: instance.transfer_syntax_uid,
  });
}
