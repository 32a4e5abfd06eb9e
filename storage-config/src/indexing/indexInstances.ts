import { inTransaction } from '../database.ts';
import type { Pool } from 'pg';
import { isOutage } from '../outage.ts';
import { indexBatch, type IndexedAs, type IndexedBatch } from './indexBatch.ts';
import type { IndexRows } from './indexRows.ts';

/** What became of an instance, and whether its object may be removed. */
export interface IndexResult {
  as: IndexedAs | 'failed';
  /** Set with `failed`: whether the index was out of order, so that sending again is right. */
  outage: boolean;
  /** False also when nobody knows whether the transaction was committed: then a row may point to the object. */
  objectUnused: boolean;
  error?: unknown;
}

export interface IndexContext {
  index: Pool;
  hospital: string;
  quietSeconds: number;
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
    return { results: whole.outcomes.map(resultOf), differingColumns: whole.differingColumns };
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

function resultOf(as: IndexedAs): IndexResult {
  return { as, outage: false, objectUnused: as === 'known' || as === 'keptAsideBefore' };
}

async function attempt(
  { index, hospital, quietSeconds }: IndexContext,
  batch: readonly IndexRows[],
): Promise<IndexedBatch | { error: unknown; committing: boolean }> {
  let committing = false;
  try {
    return await inTransaction(index, async (client) => {
      committing = false;
      const indexed = await indexBatch(client, hospital, batch, quietSeconds);
      committing = true;
      return indexed;
    });
  } catch (error) {
    return { error, committing };
  }
}
