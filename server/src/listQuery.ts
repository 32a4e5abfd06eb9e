import { z } from 'zod';
import { HttpProblem } from './problem.ts';

/** A parameter that may stand once; schemas of its value are piped behind. */
export const single = z.array(z.string()).max(1);

/** A parameter that may be repeated. */
export const repeated = <T extends z.ZodType>(element: T) => z.array(element).max(100).default([]);

/** Codes: of hospitals, items, modalities. */
export const codes = repeated(z.string().min(1).max(64));

/** `true` or `false`; false when absent. */
export const flag = single
  .pipe(z.tuple([z.enum(['true', 'false'])]))
  .transform(([text]) => text === 'true')
  .default(false);

/** Entries of a page. */
export const pageSize = (usual: number, most: number) =>
  single
    .transform(([text]) => Number(text))
    .pipe(z.int().min(1).max(most))
    .default(usual);

/** Where the page before ended, as {@link writeCursor} wrote it. */
export const cursorOf = <T extends z.ZodType>(place: T) =>
  single
    .transform(([text = '']) => readCursor(text))
    .pipe(place.nullable())
    .default(null);

const MOMENT = /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d(\.\d{1,6})?[+-]\d\d(:\d\d)?$/;
/** Ids that the index makes, in small letters. */
export const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;
/** A place by a moment and an id. The moment is text of the index, which is finer than a date of JavaScript. */
export const momentAndId = z.tuple([z.string().regex(MOMENT), z.string().regex(UUID)]);

/** A place in a list as opaque text. It holds no more than the list itself shows. */
export const writeCursor = (place: readonly unknown[]): string =>
  Buffer.from(JSON.stringify(place)).toString('base64url');

/** What is no cursor becomes something that none is, so that it is refused. */
function readCursor(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) ?? undefined;
  } catch {
    return undefined;
  }
}

/**
 * Reads the query of a list. Empty values count as not given; parameters that the schema does not name are left alone.
 *
 * @throws HttpProblem 400 that names the parameter
 */
export function readListQuery<Shape extends z.ZodRawShape>(
  schema: z.ZodObject<Shape>,
  parameters: readonly (readonly [name: string, value: string])[],
): z.infer<z.ZodObject<Shape>> {
  const given: Record<string, string[]> = {};
  for (const [name, value] of parameters) {
    if (value !== '' && Object.hasOwn(schema.shape, name)) given[name] = [...(given[name] ?? []), value];
  }
  const parsed = schema.safeParse(given);
  if (!parsed.success) throw badParameter(String(parsed.error.issues[0]?.path[0] ?? ''));
  return parsed.data;
}

/** The query names a parameter whose value does not fit. */
export function badParameter(name: string): HttpProblem {
  return new HttpProblem(
    400,
    'bad-query-parameter',
    `The query parameter ${name} cannot be used: its value does not fit.`,
    `查询参数 ${name} 的取值不正确。`,
  );
}
