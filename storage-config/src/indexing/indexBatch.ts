import type { DicomJson } from '@hutong/dicom';
import type { PoolClient } from 'pg';
import type { Corrections } from '../corrections/correction.ts';
import { KEY_OBJECT_SELECTION, listNotes, readRejectionNote } from '../corrections/noteDocuments.ts';
import { applyNote } from '../corrections/rejectionNotes.ts';
import { publishStudyChanged } from '../outbox.ts';
import type { IndexRows } from './indexRows.ts';
import { addInstances, countStudy, lockStudies, putSeries, removeEmpty } from './indexSql.ts';
import { type IndexedAs, settleOthers } from './settleOthers.ts';

export interface BatchContext {
  hospital: string;
  quietSeconds: number;
  /** With the right to correct what is stored. */
  corrections: Corrections | null;
}

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
  context: BatchContext,
  batch: readonly IndexRows[],
): Promise<IndexedBatch> {
  const { hospital, quietSeconds, corrections } = context;
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
  const outcomes = new Map<IndexRows, IndexedAs>();
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
  const others = batch.filter((rows) => !isAdded(rows));
  if (others.length > 0) {
    const placeOf = (rows: IndexRows) => ({ study_id: studyOf(rows).study_id, series_id: seriesOf(rows) });
    const outcomeOf = await settleOthers(client, { hospital, others, placeOf, corrections });
    for (const rows of others) outcomes.set(rows, outcomeOf(rows));
    await removeEmpty(
      client,
      [...studies.values()].map((study) => study.study_id),
      [...series.values()],
    );
  }
  const arrived = batch.filter((rows) => ['added', 'corrected'].includes(outcomes.get(rows) ?? 'added'));
  await settleNotes(client, context, arrived);
  return {
    outcomes: batch.map((rows) => outcomes.get(rows) ?? 'added'),
    differingColumns: differingColumns(candidates, (rows) => ({ ...studyOf(rows) })),
  };
}

/** Rejection notes among what was added take effect, or are listed for a decision. */
async function settleNotes(
  client: PoolClient,
  { hospital, corrections }: BatchContext,
  added: readonly IndexRows[],
): Promise<void> {
  for (const { study, instance } of added) {
    if (instance.sop_class_uid !== KEY_OBJECT_SELECTION) continue;
    const note = readRejectionNote(JSON.parse(instance.dataset) as DicomJson);
    if (note === null) continue;
    const sop = instance.sop_instance_uid;
    if (corrections === null) await listNotes(client, hospital, [sop]);
    else await applyNote(client, corrections, { hospital, study: study.study_instance_uid, sop, note });
  }
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
