import type { Pool, PoolClient } from 'pg';
import { type IndexRows, type InstanceRow, STUDY_ATTRIBUTES, type StudyRow } from './indexRows.ts';

/** Between JSON texts of a call; none of them holds it. */
export const SEPARATOR = '\x1e';

export interface ToAdd {
  hospital: string;
  quietSeconds: number;
  /** One for each SOP Instance UID. */
  instances: readonly IndexRows[];
}

/** Most series remembered of one index. */
const REMEMBERED = 1000;

/**
 * Series that this process lately stored into, by index. That they are there is likely and no more: another process may
 * have deleted one since.
 */
const remembered = new WeakMap<Pool, Set<string>>();

/** Whether the instances are of one series that was there a while ago. */
export function isKnownSeries(index: Pool, { hospital, instances }: ToAdd): boolean {
  const [first] = instances;
  return (
    first !== undefined &&
    remembered.get(index)?.has(keyOf(hospital, first)) === true &&
    instances.every((rows) => isSameSeries(rows, first))
  );
}

/** Remembers the series of instances that were added. */
export function knowSeries(index: Pool, { hospital, instances }: ToAdd): void {
  const known = remembered.get(index) ?? new Set();
  remembered.set(index, known);
  let before: IndexRows | undefined;
  for (const rows of instances) {
    if (before === undefined || !isSameSeries(rows, before)) {
      const key = keyOf(hospital, rows);
      known.delete(key);
      known.add(key);
    }
    before = rows;
  }
  for (const key of known) {
    if (known.size <= REMEMBERED) break;
    known.delete(key);
  }
}

export const seriesKey = (rows: IndexRows): string =>
  `${rows.study.study_instance_uid} ${rows.series.series_instance_uid}`;

const keyOf = (hospital: string, rows: IndexRows): string => `${hospital} ${seriesKey(rows)}`;

const isSameSeries = (one: IndexRows, other: IndexRows): boolean =>
  one.series.series_instance_uid === other.series.series_instance_uid &&
  one.study.study_instance_uid === other.study.study_instance_uid;

const ADD_TO_SERIES = `SELECT add_to_series(${Array.from({ length: 22 }, (_, i) => `$${i + 1}`).join(', ')}) AS kept`;

/**
 * Adds instances that are all new to one series that is there, as `addAll` does. Returns the study's attributes, or
 * null when nothing was added.
 *
 * @throws PostgreSQL's error when that was found out late, and nothing was added either
 */
export async function addToSeries(client: PoolClient, toAdd: ToAdd): Promise<Map<string, StudyRow> | null> {
  const [first] = toAdd.instances;
  if (first === undefined) return null;
  const { rows } = await client.query<{ kept: StudyRow[keyof StudyRow][] | null }>({
    name: 'add-to-series',
    text: ADD_TO_SERIES,
    values: valuesOf(toAdd, first),
  });
  const kept = rows[0]?.kept ?? null;
  if (kept === null) return null;
  const { study } = first;
  const values = Object.fromEntries(STUDY_ATTRIBUTES.map((name, i) => [name, kept[i]]));
  return new Map([[study.study_instance_uid, kept.length === 0 ? study : { ...study, ...values }]]);
}

function valuesOf({ hospital, quietSeconds, instances }: ToAdd, { study, series }: IndexRows): unknown[] {
  const each = <T>(value: (instance: InstanceRow) => T): T[] =>
    instances.map(({ instance }) => value(instance));
  const classes = each((instance) => instance.sop_class_uid);
  return [
    hospital,
    quietSeconds,
    study.study_instance_uid,
    STUDY_ATTRIBUTES.map((name) => study[name]),
    series.series_instance_uid,
    [...new Set(classes)],
    instances.some(({ acquired }) => acquired),
    each((instance) => instance.sop_instance_uid),
    classes,
    each((instance) => instance.object_key),
    each((instance) => instance.transfer_syntax_uid),
    numbers(each((instance) => instance.instance_number)),
    numbers(each((instance) => instance.rows)),
    numbers(each((instance) => instance.columns)),
    numbers(each((instance) => instance.bits_allocated)),
    numbers(each((instance) => instance.number_of_frames)),
    numbers(each((instance) => instance.object_size)),
    bytes(each((instance) => instance.object_sha256)),
    bytes(each((instance) => instance.dataset_sha256)),
    each((instance) => instance.pixel_data ?? '').join(SEPARATOR),
    each((instance) => instance.bulk_data ?? '').join(SEPARATOR),
    each((instance) => instance.dataset).join(SEPARATOR),
  ];
}

// Arrays as PostgreSQL writes them, which the driver would quote element by element.
const numbers = (values: readonly (number | null)[]): string =>
  `{${values.map((one) => one ?? 'NULL').join(',')}}`;
const bytes = (values: readonly Buffer[]): string =>
  `{${values.map((one) => `"\\\\x${one.toString('hex')}"`).join(',')}}`;
