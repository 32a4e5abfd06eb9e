import { frameRows, transcodingRows } from './rows/frames.ts';
import { bulkDataRows } from './rows/bulkData.ts';
import { characterSetRows } from './rows/characterSets.ts';
import { metadataRows } from './rows/metadata.ts';
import { cachingRows, negotiationRows } from './rows/negotiation.ts';
import { renderedRows, thumbnailRows } from './rows/rendered.ts';
import { renderedManyRows } from './rows/renderedMany.ts';
import { retrieveRows } from './rows/retrieve.ts';
import { searchRows } from './rows/search.ts';
import { capabilityRows, deleteRows, uriRows } from './rows/services.ts';
import { storeRows } from './rows/store.ts';
import { storeMetadataRows } from './rows/storeMetadata.ts';
import type { Level, Row } from './row.ts';
import { NotApplicable, World, type Target } from './world.ts';

/** Rows by transaction, in the order of the report. */
export const SECTIONS: readonly { name: string; rows: readonly Row[] }[] = [
  { name: 'store', rows: storeRows },
  { name: 'store: metadata and bulk data', rows: storeMetadataRows },
  { name: 'search', rows: searchRows },
  { name: 'retrieve', rows: retrieveRows },
  { name: 'metadata', rows: metadataRows },
  { name: 'character sets', rows: characterSetRows },
  { name: 'bulk data', rows: bulkDataRows },
  { name: 'frames', rows: frameRows },
  { name: 'transcoding', rows: transcodingRows },
  { name: 'rendered', rows: [...renderedRows, ...renderedManyRows] },
  { name: 'thumbnails', rows: thumbnailRows },
  { name: 'negotiation', rows: negotiationRows },
  { name: 'caching and ranges', rows: cachingRows },
  { name: 'capabilities', rows: capabilityRows },
  { name: 'WADO-URI', rows: uriRows },
  { name: 'delete', rows: deleteRows },
];

export type Outcome = 'passed' | 'failed' | 'not applicable';

export interface RowResult {
  group: string;
  id: string;
  section: string;
  level: Level;
  statement: string;
  outcome: Outcome;
  /** What was seen instead, or why the row does not apply. */
  detail: string;
}

/** Proves one row on a server. */
export async function prove(row: Row, world: World): Promise<{ outcome: Outcome; detail: string }> {
  if (row.level === 'ours' && !world.target.ours)
    return { outcome: 'not applicable', detail: 'a promise of this project, beyond the standard' };
  try {
    await row.prove(world);
    return { outcome: 'passed', detail: '' };
  } catch (error) {
    const detail = error instanceof Error ? error.message : String(error);
    return error instanceof NotApplicable && !world.target.ours
      ? { outcome: 'not applicable', detail }
      : { outcome: 'failed', detail };
  }
}

const AT_ONCE = 4;

/** Proves all rows, some at a time. @param only part of the ids of the rows to prove */
export async function runSuite(target: Target, only = ''): Promise<RowResult[]> {
  const world = new World(target);
  const waiting = SECTIONS.flatMap(({ name, rows }) =>
    rows.filter(({ id }) => id.includes(only)).map((row) => ({ group: name, row })),
  );
  const results: RowResult[] = new Array<RowResult>(waiting.length);
  let next = 0;
  const worker = async (): Promise<void> => {
    for (let i = next++; i < waiting.length; i = next++) {
      const { group, row } = waiting[i]!;
      const { id, section, level, statement } = row;
      results[i] = { group, id, section, level, statement, ...(await prove(row, world)) };
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, worker));
  return results;
}

export interface Count {
  passed: number;
  failed: number;
  notApplicable: number;
}

/** Counts by group, and over all under `all`. */
export function tally(results: readonly RowResult[]): Record<string, Count> {
  const counts: Record<string, Count> = {};
  for (const { group, outcome } of results) {
    for (const key of [group, 'all']) {
      const count = (counts[key] ??= { passed: 0, failed: 0, notApplicable: 0 });
      if (outcome === 'passed') count.passed += 1;
      else if (outcome === 'failed') count.failed += 1;
      else count.notApplicable += 1;
    }
  }
  return counts;
}

/** The table of a run as text, then each failure. */
export function report(target: Target, results: readonly RowResult[]): string {
  const counts = Object.entries(tally(results)).sort(([a], [b]) => Number(a === 'all') - Number(b === 'all'));
  const lines = counts.map(
    ([group, { passed, failed, notApplicable }]) =>
      `${group.padEnd(32)} ${String(passed).padStart(5)} passed ${String(failed).padStart(5)} failed ${String(notApplicable).padStart(5)} not applicable`,
  );
  const failures = results
    .filter(({ outcome }) => outcome === 'failed')
    .map(
      ({ id, section, statement, detail }) =>
        `FAILED ${id} (${section}): ${statement}\n       ${detail.replaceAll('\n', ' ')}`,
    );
  return [`${target.name} at ${target.root}`, ...lines, ...failures].join('\n');
}
