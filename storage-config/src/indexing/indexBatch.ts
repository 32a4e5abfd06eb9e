import type { PoolClient } from 'pg';
import type { Corrections } from '../corrections/correction.ts';
import type { NoteWait } from '../corrections/noteDocuments.ts';
import { settleNotes } from '../corrections/settleNotes.ts';
import { putValues } from '../searchAttributes/putValues.ts';
import { addNewOnes, firstOfEach } from './addInstances.ts';
import type { IndexRows, StudyRow } from './indexRows.ts';
import { removeEmpty } from './indexSql.ts';
import { type IndexedAs, settleOthers } from './settleOthers.ts';

export interface BatchContext {
  hospital: string;
  quietSeconds: number;
  /** With the right to correct what is stored. */
  corrections: Corrections | null;
  /** Whether the index is made of the bucket. */
  rebuilding: boolean;
}

export interface IndexedBatch {
  /** One for each instance of the batch, in its order. */
  outcomes: IndexedAs[];
  /** Why instances that are rejection notes wait for a decision, in the order of the batch; null or absent for others. */
  noteWaits: (NoteWait | null)[];
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
  const { hospital, quietSeconds, corrections, rebuilding } = context;
  const candidates = firstOfEach(batch, (rows) => rows.instance.sop_instance_uid);
  const done = await addNewOnes(client, { hospital, quietSeconds, instances: candidates });
  const { studies, series, added, attributes } = done;
  const studyOf = (rows: IndexRows) => must(studies.get(rows.study.study_instance_uid));
  const seriesOf = (rows: IndexRows) =>
    must(series.get(`${studyOf(rows).study_id} ${rows.series.series_instance_uid}`));
  const placeOf = (rows: IndexRows) => ({ study_id: studyOf(rows).study_id, series_id: seriesOf(rows) });
  if (attributes !== null) {
    const valued = candidates.flatMap((rows) => {
      const instanceId = added.get(rows.instance.object_key);
      return instanceId === undefined
        ? []
        : [{ ...placeOf(rows), instance_id: instanceId, dataset: rows.instance.dataset }];
    });
    await putValues(client, attributes, valued);
  }
  const isAdded = (rows: IndexRows) => added.has(rows.instance.object_key);
  const outcomes = new Map<IndexRows, IndexedAs>();
  const others = batch.filter((rows) => !isAdded(rows));
  if (others.length > 0) {
    const settled = await settleOthers(client, { hospital, others, placeOf, corrections, rebuilding });
    for (const rows of others) outcomes.set(rows, settled(rows));
    await removeEmpty(
      client,
      [...studies.values()].map((study) => study.study_id),
      [...series.values()],
    );
  }
  const outcomeOf = (rows: IndexRows) => outcomes.get(rows) ?? 'added';
  const noteWaits = await settleNotes(client, { hospital, corrections }, batch, outcomeOf);
  return {
    outcomes: batch.map(outcomeOf),
    noteWaits: batch.map((rows) => noteWaits.get(rows) ?? null),
    differingColumns: differingColumns(candidates, studies),
  };
}

/** Columns in which instances differ from the row of their study; names only. */
export function differingColumns(
  batch: readonly IndexRows[],
  studies: ReadonlyMap<string, StudyRow>,
): string[] {
  const columns = new Set<string>();
  for (const { study } of batch) {
    const kept = must(studies.get(study.study_instance_uid));
    for (const name of Object.keys(study) as (keyof StudyRow)[])
      if (kept[name] !== study[name]) columns.add(name);
  }
  return [...columns].sort();
}

function must<T>(value: T | undefined): T {
  if (value === undefined) throw new Error('the index did not return a row it was given');
  return value;
}
