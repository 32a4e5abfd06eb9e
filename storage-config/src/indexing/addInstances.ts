import type { Pool, PoolClient } from 'pg';
import { errorCode, onConnection } from '../database.ts';
import type { SearchAttributeKey } from '../searchAttributes/searchAttribute.ts';
import { addToSeries, isKnownSeries, knowSeries, SEPARATOR, seriesKey, type ToAdd } from './addToSeries.ts';
import type { IndexRows, StudyRow } from './indexRows.ts';

/** A study row that is locked until the transaction ends, as it was before. */
export interface LockedStudy extends StudyRow {
  study_id: number;
  number_of_instances: number;
}

/** What the function add_instances of the index did (0032_study_updates.sql). */
export interface AddedInstances {
  studies: Map<string, LockedStudy>;
  /** Series ids by `study_id series_instance_uid`. */
  series: Map<string, number>;
  /** Instance ids by object key, of what was added. */
  added: Map<string, number>;
  /** What an operator made searchable; null when there is nothing. */
  attributes: SearchAttributeKey[] | null;
}

interface Returned {
  studies: LockedStudy[];
  series: number[];
  /** Of what was added; null when nothing was. */
  ids: number[] | null;
  keys: string[] | null;
  attributes: SearchAttributeKey[] | null;
}

/** Adds the instances that have no row, in the caller's transaction; their studies stay locked until it ends. */
export async function addNewOnes(client: PoolClient, toAdd: ToAdd): Promise<AddedInstances> {
  const call = prepare(toAdd, false);
  const { rows } = await client.query<{ done: Returned | null }>(call.query);
  const done = rows[0]?.done ?? null;
  if (done === null) throw new Error('the index did not say what it added');
  return call.read(done);
}

/**
 * How an attempt to add all ended: they were, into studies with these attributes; some are no new ones, and nothing was
 * added; or it failed.
 */
export type AddedAll =
  | { as: 'added'; studies: ReadonlyMap<string, StudyRow> }
  | { as: 'notNew' }
  /** `unknown`: nobody knows whether it was committed. */
  | { as: 'failed'; unknown: boolean; error: unknown };

/**
 * Adds instances that are all new, in a transaction of one statement: the usual case, in the least round trips. What the
 * index refuses is left to be settled one by one.
 */
export async function addAll(index: Pool, toAdd: ToAdd): Promise<AddedAll> {
  const add = isKnownSeries(index, toAdd) ? addToSeries : addWhole;
  let sent = false;
  try {
    const studies = await onConnection(index, (client) => {
      sent = true;
      return add(client, toAdd);
    });
    if (studies === null) return { as: 'notNew' };
    knowSeries(index, toAdd);
    return { as: 'added', studies };
  } catch (error) {
    // An ERROR of a statement rolls it back; whatever else ends it may have come after the commit.
    const rolledBack = error instanceof Error && 'severity' in error && error.severity === 'ERROR';
    if (rolledBack && errorCode(error) !== undefined) return { as: 'notNew' };
    return { as: 'failed', unknown: sent, error };
  }
}

async function addWhole(client: PoolClient, toAdd: ToAdd): Promise<Map<string, StudyRow> | null> {
  const call = prepare(toAdd, true);
  const { rows } = await client.query<{ done: Returned | null }>(call.query);
  const done = rows[0]?.done ?? null;
  return done === null ? null : call.read(done).studies;
}

/** Attributes of studies and series that are given once each, and where instances refer to them. */
function prepare({ hospital, quietSeconds, instances }: ToAdd, whole: boolean) {
  const studies = firstOfEach(instances, ({ study }) => study.study_instance_uid)
    .map(({ study }) => study)
    .sort((a, b) => (a.study_instance_uid < b.study_instance_uid ? -1 : 1));
  const studyAt = new Map(studies.map((study, i) => [study.study_instance_uid, i + 1]));
  const series = firstOfEach(instances, seriesKey);
  const seriesAt = new Map(series.map((rows, i) => [seriesKey(rows), i + 1]));
  const studyPlaces = series.map((rows) => studyAt.get(rows.study.study_instance_uid) ?? 0);
  const seriesUids = series.map((rows) => rows.series.series_instance_uid);
  const values = [
    hospital,
    quietSeconds,
    studies.map((study) => study.study_instance_uid),
    JSON.stringify(studies),
    studyPlaces,
    seriesUids,
    `[${series.map((rows, i) => seriesJson(rows, studyPlaces[i] ?? 0)).join(',')}]`,
    instances.map(({ instance }) => instance.sop_instance_uid),
    instances.map(({ instance }) => instance.sop_class_uid),
    instances.map(({ instance }) => instance.object_key),
    instances.map((rows) => seriesAt.get(seriesKey(rows)) ?? 0),
    instances.map(({ acquired }) => acquired),
    `[${instances.map(instanceJson).join(',')}]`,
    instances.map(({ instance }) => instance.dataset).join(SEPARATOR),
    whole,
  ];
  return {
    query: { name: 'add-instances', text: ADD_INSTANCES, values },
    read: (done: Returned): AddedInstances => ({
      studies: new Map(done.studies.map((study) => [study.study_instance_uid, study])),
      series: new Map(
        done.series.map((id, i) => [
          `${String(done.studies[(studyPlaces[i] ?? 0) - 1]?.study_id)} ${seriesUids[i] ?? ''}`,
          id,
        ]),
      ),
      added: new Map(done.keys?.map((key, i) => [key, done.ids?.[i] ?? 0])),
      attributes: done.attributes,
    }),
  };
}

const ADD_INSTANCES =
  'SELECT add_instances($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15) AS done';

function seriesJson({ series }: IndexRows, study_at: number): string {
  const { request_attributes, ...columns } = series;
  const json = JSON.stringify({ study_at, ...columns });
  return `${json.slice(0, -1)},"request_attributes":${request_attributes}}`;
}

/** The columns that are JSON text already are put in as they are. */
function instanceJson({ instance }: IndexRows): string {
  const { object_sha256, dataset_sha256, pixel_data, bulk_data } = instance;
  const json = JSON.stringify({
    instance_number: instance.instance_number,
    transfer_syntax_uid: instance.transfer_syntax_uid,
    rows: instance.rows,
    columns: instance.columns,
    bits_allocated: instance.bits_allocated,
    number_of_frames: instance.number_of_frames,
    object_size: instance.object_size,
    object_sha256: `\\x${object_sha256.toString('hex')}`,
    dataset_sha256: `\\x${dataset_sha256.toString('hex')}`,
  });
  return `${json.slice(0, -1)},"pixel_data":${pixel_data ?? 'null'},"bulk_data":${bulk_data ?? 'null'}}`;
}

/** The first of those with one key each, in their order. */
export function firstOfEach(batch: readonly IndexRows[], key: (rows: IndexRows) => string): IndexRows[] {
  const seen = new Map<string, IndexRows>();
  for (const rows of batch) if (!seen.has(key(rows))) seen.set(key(rows), rows);
  return [...seen.values()];
}
