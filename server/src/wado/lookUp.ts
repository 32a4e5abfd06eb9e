import type { ByteRange, PixelDataLayout, Uid } from '@hutong/dicom';
import type { Pool } from 'pg';
import type { View } from '../context.ts';
import { isShown } from '../dicomweb/copies.ts';
import { inView, isUnion, Parameters, runStatement } from '../dicomweb/statement.ts';
import { problem } from '../problem.ts';
import type { Owner } from './audited.ts';

/** A study, one of its series, or one instance, as a path names them. */
export interface RetrievePath {
  study: Uid;
  series: Uid | null;
  instance: Uid | null;
}

/** Where the bytes of an instance are. */
export interface StoredInstance {
  object_key: string;
  object_size: number;
  /** SHA-256 of the stored bytes, hex. */
  digest: string;
  transfer_syntax_uid: string;
}

const STORED = `i.object_key, i.object_size, encode(i.object_sha256, 'hex') AS digest, i.transfer_syntax_uid`;

/** What is hidden from the caller and what does not exist are the same answer. */
export function absent(): never {
  throw problem('not-found', {
    detail: 'There is no such study, series or instance under this address.',
    detailZh: '此地址下没有该检查、序列或实例。',
  });
}

/**
 * FROM and WHERE of the instances a path names: of several copies of one instance that are shown the copy of the
 * hospital that stored the study first. Aliases: c (copy of the study), e (series), i (instance).
 */
export function instancesOfPath(
  path: RetrievePath,
  view: View,
  parameters: Parameters,
): { copies: string; found: string } {
  const study = parameters.add(path.study, 'text');
  const series =
    path.series === null ? '' : ` AND e.series_instance_uid = ${parameters.add(path.series, 'text')}`;
  const instance =
    path.instance === null ? '' : ` AND i.sop_instance_uid = ${parameters.add(path.instance, 'text')}`;
  return {
    copies: `copies AS MATERIALIZED (SELECT s.study_id, s.patient_id FROM study s WHERE s.study_instance_uid = ${study}
    AND ${inView('s', view, parameters)} AND ${isShown('s', view, parameters)})`,
    found: `FROM copies c JOIN series e ON e.study_id = c.study_id JOIN instance i ON i.series_id = e.series_id
 WHERE (c.study_id = (SELECT min(first.study_id) FROM copies first)
        OR NOT EXISTS (SELECT 1 FROM copies c2 JOIN series e2 ON e2.study_id = c2.study_id JOIN instance i2 ON i2.series_id = e2.series_id
                        WHERE c2.study_id < c.study_id AND e2.series_instance_uid = e.series_instance_uid
                          AND i2.sop_instance_uid = i.sop_instance_uid))${series}${instance}`,
  };
}

/** Order of instances in every answer; with several copies, a series of several hospitals is one series. */
export const INSTANCE_ORDER = `e.series_number, CASE WHEN (SELECT count(*) > 1 FROM copies) THEN e.series_instance_uid END,
       CASE WHEN NOT (SELECT count(*) > 1 FROM copies) THEN e.series_id END, i.instance_number, i.instance_id`;

/** The stored objects of a path, in order. @throws HttpProblem 404 when there are none */
export async function findInstances(index: Pool, path: RetrievePath, view: View): Promise<StoredInstance[]> {
  const parameters = new Parameters();
  const { copies, found } = instancesOfPath(path, view, parameters);
  const text = `WITH ${copies} SELECT ${STORED} ${found} ORDER BY ${INSTANCE_ORDER}`;
  const rows = await runStatement<StoredInstance>(index, text, parameters.values);
  return rows.length === 0 ? absent() : rows;
}

export interface InstancePath {
  study: Uid;
  series: Uid;
  instance: Uid;
}

/**
 * One instance: of its copies that are shown the one of the hospital that stored the study first. What the columns are
 * comes from `select`, of the same aliases as in {@link instancesOfPath} and s (study).
 */
async function readInstance<Row>(
  index: Pool,
  { study, series, instance }: InstancePath,
  view: View,
  select: (parameters: Parameters) => string,
): Promise<Row | undefined> {
  const read = async (shown: (parameters: Parameters) => string) => {
    const parameters = new Parameters();
    const text = `SELECT s.later_copy, ${select(parameters)}
  FROM study s JOIN series e ON e.study_id = s.study_id JOIN instance i ON i.series_id = e.series_id
 WHERE s.study_instance_uid = ${parameters.add(study, 'text')} AND e.series_instance_uid = ${parameters.add(series, 'text')}
   AND i.sop_instance_uid = ${parameters.add(instance, 'text')} AND ${inView('s', view, parameters)} AND ${shown(parameters)}
 ORDER BY s.study_id LIMIT 1`;
    const [row] = await runStatement<Row & { later_copy: boolean }>(index, text, parameters.values);
    return row;
  };
  const found = await read(() => 'true');
  // Nearly every instance is of the first copy of its study: whether another is shown is asked only of that other.
  if (found?.later_copy !== true || !isUnion(view)) return found;
  return read((parameters) => isShown('s', view, parameters));
}

const OWNER = 's.hospital_code, s.patient_id';

export interface InstanceFrames extends StoredInstance, Owner {
  /** Its `frames` are left out; those asked for stand in `wanted`. */
  layout: Omit<PixelDataLayout, 'frames'> | null;
  /** Byte ranges of the frames asked for, in their order; null for native frames of equal length. */
  wanted: (ByteRange[] | null)[];
}

/** One instance and the ranges of the frames asked for (1-based). @throws HttpProblem 404 */
export async function findFrames(
  index: Pool,
  path: InstancePath,
  frames: readonly number[],
  view: View,
): Promise<InstanceFrames> {
  const row = await readInstance<InstanceFrames>(
    index,
    path,
    view,
    (parameters) => `${STORED}, ${OWNER}, i.pixel_data - 'frames' AS layout,
       (SELECT json_agg(i.pixel_data -> 'frames' -> (f.number - 1) ORDER BY f.position)
          FROM unnest(${parameters.add(frames, 'integer[]')}) WITH ORDINALITY AS f (number, position)) AS wanted`,
  );
  return row ?? absent();
}

export interface InstanceBulkData extends StoredInstance, Owner {
  /** Where the value lies; null when the instance has no such bulk data. */
  range: ByteRange | null;
  /** Only asked with the tag of pixel data. */
  pixel_data: PixelDataLayout | null;
  bits_allocated: number | null;
}

/**
 * One instance and where one of its large values lies.
 *
 * @param tagPath as in BulkDataURI
 * @throws HttpProblem 404
 */
export async function findBulkData(
  index: Pool,
  path: InstancePath,
  tagPath: string,
  view: View,
): Promise<InstanceBulkData> {
  const row = await readInstance<InstanceBulkData>(index, path, view, (parameters) => {
    const tag = parameters.add(tagPath, 'text');
    return `${STORED}, ${OWNER}, i.bulk_data -> ${tag} AS range, i.bits_allocated,
       CASE WHEN ${tag} = '7FE00010' THEN i.pixel_data END AS pixel_data`;
  });
  return row ?? absent();
}

/** An instance with all that its pixels, its large values and pictures made of it are found by. */
export interface InstanceContent extends StoredInstance, Owner {
  series_instance_uid: string;
  sop_instance_uid: string;
  sop_class_uid: string;
  modality: string;
  series_number: number | null;
  instance_number: number | null;
  rows: number | null;
  columns: number | null;
  bits_allocated: number | null;
  pixel_data: PixelDataLayout | null;
  bulk_data: Record<string, ByteRange> | null;
}

const CONTENT = `${STORED}, e.series_instance_uid, i.sop_instance_uid, i.sop_class_uid,
       e.modality, e.series_number, i.instance_number, i.rows, i.columns, i.bits_allocated, i.pixel_data, i.bulk_data`;

/** The instances of a path with their content, in order; none where there are none. */
export async function listContents(index: Pool, path: RetrievePath, view: View): Promise<InstanceContent[]> {
  const { study, series, instance } = path;
  if (series !== null && instance !== null) {
    const content = (): string => `${CONTENT}, ${OWNER}`;
    const row = await readInstance<InstanceContent>(index, { study, series, instance }, view, content);
    return row === undefined ? [] : [row];
  }
  const parameters = new Parameters();
  const { copies, found } = instancesOfPath(path, view, parameters);
  const text = `WITH ${copies} SELECT ${CONTENT}, i.hospital_code, c.patient_id ${found} ORDER BY ${INSTANCE_ORDER}`;
  return runStatement<InstanceContent & Record<string, unknown>>(index, text, parameters.values);
}

/** As {@link listContents}. @throws HttpProblem 404 when there are none */
export async function findContents(index: Pool, path: RetrievePath, view: View): Promise<InstanceContent[]> {
  const found = await listContents(index, path, view);
  return found.length === 0 ? absent() : found;
}
