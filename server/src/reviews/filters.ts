import { z } from 'zod';
import { codes, cursorOf, flag, pageSize, readListQuery } from '../listQuery.ts';

/** Reviews are counted up to here. */
export const MAX_COUNTED = 10_000;

const schema = z.object({
  hospital: codes,
  item: codes,
  modality: codes,
  stale: flag,
  limit: pageSize(50, 200),
  // Study and item of the last review, how many there were at first, and whether those were all.
  cursor: cursorOf(
    z.tuple([z.int().nonnegative(), z.string().max(64), z.int().min(0).max(MAX_COUNTED), z.boolean()]),
  ),
});

export type ReviewFilters = z.infer<typeof schema>;

/** Reads the query of the list of reviews. @throws HttpProblem 400 that names a parameter that does not fit */
export const parseFilters = (parameters: readonly [name: string, value: string][]): ReviewFilters =>
  readListQuery(schema, parameters);
