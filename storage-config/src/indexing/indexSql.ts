import type { PoolClient } from 'pg';
import { KEPT_ATTRIBUTES, putValues } from '../searchAttributes/putValues.ts';
import type { SearchAttributeKey } from '../searchAttributes/searchAttribute.ts';
import type { LockedStudy } from './addInstances.ts';
import {
  type IndexRows,
  type InstanceRow,
  type SeriesRow,
  STUDY_ATTRIBUTES,
  type StudyRow,
} from './indexRows.ts';

const STUDY_COLUMNS = ['study_instance_uid', ...STUDY_ATTRIBUTES] as const;

const ADD_STUDIES = `
  INSERT INTO study (hospital_code, ${STUDY_COLUMNS.join(', ')})
  SELECT $1, ${STUDY_COLUMNS.map((name) => `given.${name}`).join(', ')}
    FROM unnest(${STUDY_COLUMNS.map((_, i) => `$${i + 2}::text[]`).join(', ')}) AS given (${STUDY_COLUMNS.join(', ')})
   ORDER BY given.study_instance_uid
  ON CONFLICT (hospital_code, study_instance_uid) DO NOTHING`;

const LOCK_STUDIES = `
  SELECT study_id, number_of_instances, ${STUDY_COLUMNS.join(', ')}
    FROM study
   WHERE hospital_code = $1 AND study_instance_uid = ANY ($2::text[])
   ORDER BY study_instance_uid
     FOR NO KEY UPDATE`;

/** How often rows are added anew that somebody deleted in between. */
const LOCK_ATTEMPTS = 10;

/**
 * Locks the study rows, adding those that are missing; the attributes of a row that is there stay. By StudyInstanceUID.
 */
export async function lockStudies(
  client: PoolClient,
  hospital: string,
  studies: readonly StudyRow[],
): Promise<Map<string, LockedStudy>> {
  const uids = studies.map((study) => study.study_instance_uid);
  const lock = async () => {
    const { rows } = await client.query<LockedStudy>({
      name: 'stow-lock-studies',
      text: LOCK_STUDIES,
      values: [hospital, uids],
    });
    return new Map(rows.map((row) => [row.study_instance_uid, row]));
  };
  // The usual case, one study that is known, takes one statement. With several, rows are added before any is
  // locked: waiting for a row to be added while holding another's lock could deadlock.
  if (studies.length === 1) {
    const locked = await lock();
    if (locked.size === 1) return locked;
  }
  for (let attempt = 1; attempt <= LOCK_ATTEMPTS; attempt += 1) {
    await client.query({
      name: 'stow-add-studies',
      text: ADD_STUDIES,
      values: [hospital, ...STUDY_COLUMNS.map((name) => studies.map((study) => study[name]))],
    });
    const locked = await lock();
    // A row that was there when rows were added may have been deleted, as the last of a study, before it was locked.
    if (uids.every((uid) => locked.has(uid))) return locked;
  }
  throw new Error('studies were deleted each time before they could be locked');
}

const SERIES_COLUMNS = {
  study_id: 'bigint',
  series_instance_uid: 'text',
  modality: 'text',
  series_number: 'integer',
  series_description: 'text',
  body_part_examined: 'text',
  performed_procedure_step_start_date: 'text',
  performed_procedure_step_start_time: 'text',
  request_attributes: 'jsonb',
} as const satisfies Record<keyof SeriesRow | 'study_id', string>;

type NewSeries = SeriesRow & { study_id: number };
const seriesNames = Object.keys(SERIES_COLUMNS) as (keyof NewSeries)[];

const PUT_SERIES = `
  WITH given AS (
    SELECT * FROM unnest(${seriesNames.map((name, i) => `$${i + 2}::${SERIES_COLUMNS[name]}[]`).join(', ')})
        AS given (${seriesNames.join(', ')})
  ), added AS (
    INSERT INTO series (hospital_code, ${seriesNames.join(', ')})
    SELECT $1, ${seriesNames.map((name) => `given.${name}`).join(', ')} FROM given
    ON CONFLICT (study_id, series_instance_uid) DO NOTHING
    RETURNING series_id, study_id, series_instance_uid
  )
  SELECT series_id, study_id, series_instance_uid FROM added
  UNION ALL
  SELECT series.series_id, series.study_id, series.series_instance_uid
    FROM series JOIN given USING (study_id, series_instance_uid)`;

/** Adds the series that are missing in studies that are locked. Series ids by `study_id series_instance_uid`. */
export async function putSeries(
  client: PoolClient,
  hospital: string,
  series: readonly NewSeries[],
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ series_id: number; study_id: number; series_instance_uid: string }>({
    name: 'stow-put-series',
    text: PUT_SERIES,
    values: [hospital, ...seriesNames.map((name) => series.map((row) => row[name]))],
  });
  return new Map(rows.map((row) => [`${row.study_id} ${row.series_instance_uid}`, row.series_id]));
}

const INSTANCE_COLUMNS = {
  series_id: 'bigint',
  study_id: 'bigint',
  sop_instance_uid: 'text',
  sop_class_uid: 'text',
  instance_number: 'integer',
  transfer_syntax_uid: 'text',
  rows: 'integer',
  columns: 'integer',
  bits_allocated: 'integer',
  number_of_frames: 'integer',
  object_key: 'text',
  object_size: 'bigint',
  object_sha256: 'bytea',
  dataset_sha256: 'bytea',
  pixel_data: 'jsonb',
  bulk_data: 'jsonb',
  dataset: 'text',
} as const satisfies Record<keyof InstanceRow | 'study_id' | 'series_id', string>;

type NewInstance = InstanceRow & { study_id: number; series_id: number };
const instanceNames = Object.keys(INSTANCE_COLUMNS) as (keyof NewInstance)[];

const ADD_INSTANCES = `
  INSERT INTO instance (hospital_code, ${instanceNames.join(', ')})
  SELECT $1, ${instanceNames.map((name) => `given.${name}`).join(', ')}
    FROM unnest(${instanceNames.map((name, i) => `$${i + 2}::${INSTANCE_COLUMNS[name]}[]`).join(', ')})
      AS given (${instanceNames.join(', ')})
   WHERE NOT EXISTS (SELECT FROM refused_instance r
                      WHERE r.hospital_code = $1 AND r.sop_instance_uid = given.sop_instance_uid)
   ORDER BY given.sop_instance_uid
  ON CONFLICT (hospital_code, sop_instance_uid) DO NOTHING
  RETURNING object_key, instance_id, ${KEPT_ATTRIBUTES} AS attributes`;

interface AddedInstance {
  object_key: string;
  instance_id: number;
  /** What an operator made searchable; null when there is nothing. */
  attributes: SearchAttributeKey[] | null;
}

/** Adds instance rows whose UIDs the hospital neither has nor refuses, with the values of searchable attributes. Returns the object keys of those that were added. */
export async function addInstances(
  client: PoolClient,
  hospital: string,
  instances: readonly NewInstance[],
): Promise<Set<string>> {
  const { rows } = await client.query<AddedInstance>({
    name: 'stow-add-instances',
    text: ADD_INSTANCES,
    values: [hospital, ...instanceNames.map((name) => instances.map((row) => row[name]))],
  });
  const attributes = rows[0]?.attributes ?? null;
  if (attributes !== null) {
    const given = new Map(instances.map((row) => [row.object_key, row]));
    await putValues(
      client,
      attributes,
      rows.flatMap(({ object_key: key, instance_id }) => {
        const row = given.get(key);
        return row === undefined ? [] : [{ ...row, instance_id }];
      }),
    );
  }
  return new Set(rows.map((row) => row.object_key));
}

/** An instance that the hospital has. */
export interface ExistingInstance {
  sop_instance_uid: string;
  study_instance_uid: string;
  series_instance_uid: string;
  dataset_sha256: Buffer;
  /** Digest of the dataset that was received, where corrections of the patient wrote it anew. */
  received_dataset_sha256: Buffer | null;
}

/** The instances that the hospital has among these, by SOPInstanceUID. */
export async function existingInstances(
  client: PoolClient,
  hospital: string,
  sopInstanceUids: readonly string[],
): Promise<Map<string, ExistingInstance>> {
  if (sopInstanceUids.length === 0) return new Map();
  const { rows } = await client.query<ExistingInstance>(
    `SELECT i.sop_instance_uid, s.study_instance_uid, e.series_instance_uid, i.dataset_sha256,
            i.received_dataset_sha256
       FROM instance i JOIN series e USING (series_id) JOIN study s ON s.study_id = i.study_id
      WHERE i.hospital_code = $1 AND i.sop_instance_uid = ANY ($2::text[])`,
    [hospital, sopInstanceUids],
  );
  return new Map(rows.map((row) => [row.sop_instance_uid, row]));
}

/** Why an instance was kept aside: its dataset differs, or it names another study or series than the stored one. */
export type KeptAsideReason = 'DIFFERENT_DATASET' | 'OTHER_SERIES';

const KEEP_ASIDE = `
  INSERT INTO kept_aside (hospital_code, study_instance_uid, series_instance_uid, sop_instance_uid,
                          object_key, object_size, object_sha256, dataset_sha256, sop_class_uid, transfer_syntax_uid,
                          dataset, reason)
  SELECT $1, given.*
    FROM unnest($2::text[], $3::text[], $4::text[], $5::text[], $6::bigint[], $7::bytea[], $8::bytea[], $9::text[],
                $10::text[], $11::text[], $12::text[])
      AS given (study_uid, series_uid, sop_uid, object_key, object_size, object_sha256, dataset_sha256, sop_class,
                transfer_syntax, dataset, reason)
   ORDER BY given.sop_uid, given.dataset_sha256
  ON CONFLICT (hospital_code, sop_instance_uid, dataset_sha256) DO NOTHING
  RETURNING object_key`;

const KEPT_COLUMNS = [
  'sop_instance_uid',
  'object_key',
  'object_size',
  'object_sha256',
  'dataset_sha256',
  'sop_class_uid',
  'transfer_syntax_uid',
  'dataset',
] as const;

/** Records instances whose UID is taken by another dataset. Returns the object keys of those that were new. */
export async function keepAside(
  client: PoolClient,
  hospital: string,
  instances: readonly IndexRows[],
  reasonOf: (rows: IndexRows) => KeptAsideReason,
): Promise<Set<string>> {
  if (instances.length === 0) return new Set();
  const { rows } = await client.query<{ object_key: string }>(KEEP_ASIDE, [
    hospital,
    instances.map((rows) => rows.study.study_instance_uid),
    instances.map((rows) => rows.series.series_instance_uid),
    ...KEPT_COLUMNS.map((name) => instances.map((rows) => rows.instance[name])),
    instances.map(reasonOf),
  ]);
  return new Set(rows.map((row) => row.object_key));
}

/** Removes rows that were added for instances which then got no row themselves. */
export async function removeEmpty(
  client: PoolClient,
  studyIds: readonly number[],
  seriesIds: readonly number[],
): Promise<void> {
  await client.query('DELETE FROM series WHERE series_id = ANY ($1::bigint[]) AND number_of_instances = 0', [
    seriesIds,
  ]);
  await client.query('DELETE FROM study WHERE study_id = ANY ($1::bigint[]) AND number_of_instances = 0', [
    studyIds,
  ]);
}
