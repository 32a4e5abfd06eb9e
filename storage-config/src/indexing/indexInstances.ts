import { inTransaction } from '../database.ts';
import type { Pool } from 'pg';
import { isOutage } from '../outage.ts';
import { type Correcting, Corrections } from '../corrections/correction.ts';
import { KEY_OBJECT_SELECTION } from '../corrections/noteDocuments.ts';
import { addAll, firstOfEach } from './addInstances.ts';
import { differingColumns, indexBatch, type IndexedBatch } from './indexBatch.ts';
import type { NoteWait } from '../corrections/noteDocuments.ts';
import type { IndexedAs } from './settleOthers.ts';
import type { IndexRows } from './indexRows.ts';

/** What became of an instance, and whether its object may be removed. */
export interface IndexResult {
  as: IndexedAs | 'failed';
  /** Set with `failed`: whether the index was out of order, so that sending again is right. */
  outage: boolean;
  /** False also when nobody knows whether the transaction was committed: then a row may point to the object. */
  objectUnused: boolean;
  error?: unknown;
  /** Set for a rejection note that is stored and waits for a person, with why. */
  noteWaits?: NoteWait;
}

export interface IndexContext {
  index: Pool;
  hospital: string;
  quietSeconds: number;
  /**
   * Who sends, where that one may correct what the hospital has: another dataset under a known UID then replaces the stored
   * one, one that corrects what was deleted is taken, and rejection notes take effect at once.
   */
  correcting?: Pick<Correcting, 'author' | 'objects'> | null;
  /** Set where the index is made of the bucket: what waited for a decision under a refused UID then waits again. */
  rebuilding?: boolean;
}

/**
 * Indexes a batch in one transaction. If the batch fails for a reason of its own, each instance is tried alone, so that
 * one that the index cannot take does not keep the others out. Never rejects.
 */
export async function indexInstances(
  context: IndexContext,
  batch: readonly IndexRows[],
): Promise<{ results: IndexResult[]; differingColumns: string[] }> {
  const whole = await attempt(context, batch);
  if ('outcomes' in whole) {
    const results = whole.outcomes.map((as, i) => resultOf(as, whole.noteWaits[i] ?? null));
    return { results, differingColumns: whole.differingColumns };
  }
  const { error, committing } = whole;
  if (batch.length > 1 && !isOutage(error) && !committing) {
    const alone = [];
    for (const rows of batch) alone.push(await indexInstances(context, [rows]));
    return {
      results: alone.flatMap((one) => one.results),
      differingColumns: [...new Set(alone.flatMap((one) => one.differingColumns))],
    };
  }
  const failed: IndexResult = {
    as: 'failed',
    outage: isOutage(error) || committing,
    objectUnused: !committing,
    error,
  };
  return { results: batch.map(() => failed), differingColumns: [] };
}

const UNUSED: ReadonlySet<IndexedAs> = new Set<IndexedAs>(['known', 'keptAsideBefore', 'refused']);

function resultOf(as: IndexedAs, noteWaits: NoteWait | null): IndexResult {
  return { as, outage: false, objectUnused: UNUSED.has(as), ...(noteWaits !== null && { noteWaits }) };
}

const isNote = ({ instance }: IndexRows): boolean => instance.sop_class_uid === KEY_OBJECT_SELECTION;

async function attempt(
  { index, hospital, quietSeconds, correcting = null, rebuilding = false }: IndexContext,
  batch: readonly IndexRows[],
): Promise<IndexedBatch | { error: unknown; committing: boolean }> {
  const instances = firstOfEach(batch, (rows) => rows.instance.sop_instance_uid);
  // Rejection notes take effect in the transaction that adds them.
  if (instances.length === batch.length && !instances.some(isNote)) {
    const all = await addAll(index, { hospital, quietSeconds, instances });
    if (all.as === 'failed') return { error: all.error, committing: all.unknown };
    if (all.as === 'added') {
      const differing = differingColumns(instances, all.studies);
      return { outcomes: instances.map(() => 'added'), noteWaits: [], differingColumns: differing };
    }
  }
  const corrections = correcting === null ? null : new Corrections({ ...correcting, quietSeconds });
  const transaction = { committing: false };
  try {
    const indexed = await inTransaction(index, async (client) => {
      transaction.committing = false;
      corrections?.begin();
      const done = await indexBatch(client, { hospital, quietSeconds, corrections, rebuilding }, batch);
      transaction.committing = true;
      return done;
    });
    await corrections?.settle('committed', index);
    return indexed;
  } catch (error) {
    await corrections?.settle(transaction.committing ? 'unknown' : 'rolledBack', index);
    return { error, committing: transaction.committing };
  }
}
