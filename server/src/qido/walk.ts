import { createHash } from 'node:crypto';
import type { Pool } from 'pg';
import { runStatement } from '../dicomweb/statement.ts';

/**
 * Paging that stays where it was while studies arrive and go. A client that goes on at the offset where its last page
 * ended goes on behind the last result it saw, whatever was stored or deleted before it since. Where a page ended is
 * kept in the index for an hour, by caller and query, so that any server of a cluster can answer the next one.
 */
export interface Walk {
  /** Names the page that begins at an offset of this caller's search. */
  pageAt(offset: number): Buffer;
}

const NOT_OF_THE_SEARCH: ReadonlySet<string> = new Set(['limit', 'offset', 'includefield', 'accept']);

/** The walk of a caller through the results of a search; the same for every page of it. */
export function walkOf(
  caller: { kind: string; id: string },
  resource: string,
  parameters: readonly [name: string, value: string][],
): Walk {
  const search = parameters.filter(([name]) => !NOT_OF_THE_SEARCH.has(name.toLowerCase()));
  const facts = JSON.stringify([caller.kind, caller.id, resource, search.toSorted()]);
  return {
    pageAt: (offset) => createHash('sha256').update(`${offset} ${facts}`).digest(),
  };
}

/** Hours after which a page is counted from the beginning again. */
export const WALK_HOURS = 1;

/** Sort key of the last result before the page; null where that page was not reached by walking. */
export async function findWalk(index: Pool, page: Buffer): Promise<string[] | null> {
  const [row] = await runStatement<{ after: string[] }>(
    index,
    `SELECT after FROM search_walk WHERE walk = $1 AND at > now() - interval '${WALK_HOURS} hours'`,
    [page],
  );
  return row?.after ?? null;
}
