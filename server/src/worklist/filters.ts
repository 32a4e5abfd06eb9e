import { z } from 'zod';
import { badParameter, codes, cursorOf, pageSize, readListQuery, repeated, single } from '../listQuery.ts';

const day = z.iso.date().transform((text) => text.replaceAll('-', ''));

/** Studies are counted up to here. */
export const MAX_COUNTED = 10_000;

/** A moment as PostgreSQL prints and reads it: there is no year 0000. */
const moment = z.iso.datetime({ precision: 6 }).refine((text) => !text.startsWith('0000'));

/** How far a page got: the sort key of its last study, its id, and how many studies were counted at first. */
const cursorSchema = z.tuple([
  z.enum(['studyDate', 'receivedAt']),
  z.union([z.string().regex(/^(\d{8}[\d.]{0,13})?$/), moment]),
  z.int().nonnegative(),
  z
    .int()
    .min(0)
    .max(MAX_COUNTED + 1),
]);

const schema = z.object({
  q: single.transform(([text = '']) => text.trim().slice(0, 200)).default(''),
  hospital: codes,
  item: codes,
  modality: codes,
  verdict: repeated(z.enum(['PASS', 'FAIL', 'REVIEW', 'PENDING', 'NOT_LISTED'])),
  label: single.transform(([text = '']) => text.slice(0, 64)).default(''),
  from: single
    .pipe(z.array(day))
    .transform(([date]) => date ?? null)
    .default(null),
  to: single
    .pipe(z.array(day))
    .transform(([date]) => date ?? null)
    .default(null),
  limit: pageSize(50, 200),
  sort: single
    .pipe(z.tuple([z.enum(['studyDate', 'receivedAt'])]))
    .transform(([sort]) => sort)
    .default('studyDate'),
  cursor: cursorOf(cursorSchema),
});

/** The worklist's query, checked: {@link WorklistPage} of the contract says what each part means. */
export type WorklistFilters = z.infer<typeof schema>;

/**
 * Reads the query of the worklist. Empty values count as not given; other parameters are left alone.
 *
 * @throws HttpProblem 400 that names the parameter
 */
export function parseFilters(parameters: readonly [name: string, value: string][]): WorklistFilters {
  const filters = readListQuery(schema, parameters);
  const { cursor, sort } = filters;
  if (cursor !== null && (cursor[0] !== sort || cursor[1].includes('T') !== (sort === 'receivedAt')))
    throw badParameter('cursor');
  return filters;
}
