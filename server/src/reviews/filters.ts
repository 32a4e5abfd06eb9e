import { z } from 'zod';
import { HttpProblem } from '../problem.ts';

/** Reviews are counted up to here. */
export const MAX_COUNTED = 10_000;

const list = z.array(z.string().min(1).max(64)).max(100).default([]);
const single = z.array(z.string()).max(1);

/** How far a page got: study and item of its last review, how many there were at first, and whether those were all. */
const cursorSchema = z.tuple([
  z.int().nonnegative(),
  z.string().max(64),
  z.int().min(0).max(MAX_COUNTED),
  z.boolean(),
]);

export type Cursor = z.infer<typeof cursorSchema>;

const schema = z.object({
  hospital: list,
  item: list,
  modality: list,
  stale: single
    .pipe(z.tuple([z.enum(['true', 'false'])]))
    .transform(([text]) => text === 'true')
    .default(false),
  limit: single
    .transform(([text]) => Number(text))
    .pipe(z.int().min(1).max(200))
    .default(50),
  cursor: single
    .transform(([text = '']) => readCursor(text))
    .pipe(cursorSchema.nullable())
    .default(null),
});

export type ReviewFilters = z.infer<typeof schema>;

/**
 * Reads the query of the list of reviews. Empty values count as not given; other parameters are left alone.
 *
 * @throws HttpProblem 400 that names the parameter
 */
export function parseFilters(parameters: readonly [name: string, value: string][]): ReviewFilters {
  const given: Record<string, string[]> = {};
  for (const [name, value] of parameters) {
    if (value !== '' && Object.hasOwn(schema.shape, name)) given[name] = [...(given[name] ?? []), value];
  }
  const parsed = schema.safeParse(given);
  if (parsed.success) return parsed.data;
  const name = String(parsed.error.issues[0]?.path[0] ?? '');
  throw new HttpProblem(
    400,
    'bad-query-parameter',
    `The query parameter ${name} cannot be used: its value does not fit.`,
    `查询参数 ${name} 的取值不正确。`,
  );
}

/** A place in the list as opaque text. It holds no more than the list itself shows. */
export const writeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');

/** What is no cursor becomes something that none is, so that it is refused. */
function readCursor(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) ?? undefined;
  } catch {
    return undefined;
  }
}
