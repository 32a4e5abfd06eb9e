import { z } from 'zod';
import { HttpProblem } from '../problem.ts';

const day = z.iso.date().transform((text) => text.replaceAll('-', ''));
const list = <T extends z.ZodType>(element: T) => z.array(element).max(100).default([]);
const code = z.string().min(1).max(64);

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

export type Cursor = z.infer<typeof cursorSchema>;

const single = z.array(z.string()).max(1);
const schema = z.object({
  q: single.transform(([text = '']) => text.trim().slice(0, 200)).default(''),
  hospital: list(code),
  item: list(code),
  modality: list(code),
  verdict: list(z.enum(['PASS', 'FAIL', 'REVIEW', 'PENDING', 'NOT_LISTED'])),
  label: single.transform(([text = '']) => text.slice(0, 64)).default(''),
  from: single
    .pipe(z.array(day))
    .transform(([date]) => date ?? null)
    .default(null),
  to: single
    .pipe(z.array(day))
    .transform(([date]) => date ?? null)
    .default(null),
  limit: single
    .transform(([text]) => Number(text))
    .pipe(z.int().min(1).max(200))
    .default(50),
  sort: single
    .pipe(z.tuple([z.enum(['studyDate', 'receivedAt'])]))
    .transform(([sort]) => sort)
    .default('studyDate'),
  cursor: single.transform(([text]) => text ?? null).default(null),
});

/** The worklist's query, checked: {@link WorklistPage} of the contract says what each part means. */
export type WorklistFilters = Omit<z.infer<typeof schema>, 'cursor'> & { cursor: Cursor | null };

/**
 * Reads the query of the worklist. Empty values count as not given; other parameters are left alone.
 *
 * @throws HttpProblem 400 that names the parameter
 */
export function parseFilters(parameters: readonly [name: string, value: string][]): WorklistFilters {
  const given: Record<string, string[]> = {};
  for (const [name, value] of parameters) {
    if (value !== '' && Object.hasOwn(schema.shape, name)) given[name] = [...(given[name] ?? []), value];
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw badParameter(String(parsed.error.issues[0]?.path[0] ?? ''));
  const { cursor: text, ...filters } = parsed.data;
  if (text === null) return { ...filters, cursor: null };
  const cursor = readCursor(text);
  const keyFits =
    cursor?.[0] === 'receivedAt' ? cursor[1].includes('T') : cursor?.[1].includes('T') === false;
  if (cursor === null || cursor[0] !== filters.sort || !keyFits) throw badParameter('cursor');
  return { ...filters, cursor };
}

/** A place in the list as opaque text. It holds no more than the list itself shows. */
export function writeCursor(cursor: Cursor): string {
  return Buffer.from(JSON.stringify(cursor)).toString('base64url');
}

function readCursor(text: string): Cursor | null {
  try {
    return cursorSchema.parse(JSON.parse(Buffer.from(text, 'base64url').toString()));
  } catch {
    return null;
  }
}

function badParameter(name: string): HttpProblem {
  return new HttpProblem(
    400,
    'bad-query-parameter',
    `The query parameter ${name} cannot be used: its value does not fit.`,
    `查询参数 ${name} 的取值不正确。`,
  );
}
