import { publishStudyChanged } from '../outbox.ts';
import type { PoolClient } from 'pg';
import type { IndexRows } from './indexRows.ts';
import {
  addInstances,
  countStudy,
  existingInstances,
  keepAside,
  lockStudies,
  putSeries,
  removeEmpty,
} from './indexSql.ts';

/** What became of one instance in the index. */
export type IndexedAs =
  /** A row points to its object. */
  | 'added'
  /** The same dataset is stored already: its own object is not needed. */
  | 'known'
  /** Another dataset is stored under its UID; its object was kept aside. */
  | 'keptAside'
  /** That other dataset was kept aside before: its own object is not needed. */
  | 'keptAsideBefore';

export interface IndexedBatch {
  /** One for each instance of the batch, in its order. */
  outcomes: IndexedAs[];
  /** Columns of the study whose first value was kept though later instances had others; names only. */
  differingColumns: string[];
}

/**
 * Writes the index rows of instances whose objects are durable: studies, series, instances, counts, revisions and the
 * outbox, in the caller's transaction.
 *
 * Parallel stores into one study wait for each other at the study's row, which is locked first and in the order of
 * UIDs; instances are added in the order of UIDs too. So there is one order of locks and no deadlock.
 */
export async function indexBatch(
  client: PoolClient,
  hospital: string,
  batch: readonly IndexRows[],
  quietSeconds: number,
): Promise<IndexedBatch> {
  const candidates = firstOfEach(batch, (rows) => rows.instance.sop_instance_uid);
  const studies = await lockStudies(
    client,
    hospital,
    firstOfEach(candidates, (rows) => rows.study.study_instance_uid).map((rows) => rows.study),
  );
  const studyOf = (rows: IndexRows) => must(studies.get(rows.study.study_instance_uid));
  const series = await putSeries(
    client,
    hospital,
    firstOfEach(candidates, seriesKey).map((rows) => ({ ...rows.series, study_id: studyOf(rows).study_id })),
  );
  const seriesOf = (rows: IndexRows) =>
    must(series.get(`${studyOf(rows).study_id} ${rows.series.series_instance_uid}`));

  const added = await addInstances(
    client,
    hospital,
    candidates.map((rows) => ({
      ...rows.instance,
      study_id: studyOf(rows).study_id,
      series_id: seriesOf(rows),
    })),
  );
  const isAdded = (rows: IndexRows) => added.has(rows.instance.object_key);
  for (const [studyInstanceUid, study] of studies) {
    const changed = candidates.filter(
      (rows) => rows.study.study_instance_uid === studyInstanceUid && isAdded(rows),
    );
    if (changed.length === 0) continue;
    const acquired = changed.some((rows) => rows.acquired);
    await countStudy(client, study.study_id, {
      instances: changed.map((rows) => ({
        series_id: seriesOf(rows),
        sop_class_uid: rows.instance.sop_class_uid,
        sop_instance_uid: rows.instance.sop_instance_uid,
      })),
      acquired,
    });
    if (acquired || study.number_of_instances === 0)
      await publishStudyChanged(client, study.study_id, quietSeconds);
  }
  const outcomes = await settleOthers(client, hospital, batch, isAdded);
  if (added.size < candidates.length) {
    await removeEmpty(
      client,
      [...studies.values()].map((study) => study.study_id),
      [...series.values()],
    );
  }
  return { outcomes, differingColumns: differingColumns(candidates, (rows) => ({ ...studyOf(rows) })) };
}

/** Decides about the instances that got no row, for one with their UID was there. */
async function settleOthers(
  client: PoolClient,
  hospital: string,
  batch: readonly IndexRows[],
  isAdded: (rows: IndexRows) => boolean,
): Promise<IndexedAs[]> {
  const others = batch.filter((rows) => !isAdded(rows));
  const existing = await existingInstances(
    client,
    hospital,
    others.map((rows) => rows.instance.sop_instance_uid),
  );
  const isSame = (rows: IndexRows) =>
    existing.get(rows.instance.sop_instance_uid)?.equals(rows.instance.dataset_sha256) ?? false;
  const kept = await keepAside(
    client,
    hospital,
    others.filter((rows) => !isSame(rows)),
  );
  return batch.map((rows) => {
    if (isAdded(rows)) return 'added';
    if (isSame(rows)) return 'known';
    return kept.has(rows.instance.object_key) ? 'keptAside' : 'keptAsideBefore';
  });
}

const seriesKey = (rows: IndexRows): string =>
  `${rows.study.study_instance_uid} ${rows.series.series_instance_uid}`;

function firstOfEach(batch: readonly IndexRows[], key: (rows: IndexRows) => string): IndexRows[] {
  const seen = new Map<string, IndexRows>();
  for (const rows of batch) if (!seen.has(key(rows))) seen.set(key(rows), rows);
  return [...seen.values()];
}

function differingColumns(
  batch: readonly IndexRows[],
  keptStudy: (rows: IndexRows) => Record<string, unknown>,
): string[] {
  const columns = new Set<string>();
  for (const rows of batch) {
    const kept = keptStudy(rows);
    for (const [name, value] of Object.entries(rows.study)) if (kept[name] !== value) columns.add(name);
  }
  return [...columns].sort();
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the index did not return a row it was given');
  return value;
}
