import type { Request } from 'express';
import { z } from 'zod';
import { queryParameters } from '../dicomweb/path.ts';
import { HttpProblem } from '../problem.ts';

const single = z.array(z.string()).max(1);
const id = z.int().positive();

const schema = z.object({
  hospital: z.array(z.string().min(1).max(64)).max(100).default([]),
  q: single.transform(([text = '']) => text.trim().slice(0, 64)).default(''),
  limit: single
    .transform(([text]) => Number(text))
    .pipe(z.int().min(1).max(200))
    .default(50),
  dryRun: single
    .pipe(z.tuple([z.enum(['true', 'false'])]))
    .transform(([text]) => text === 'true')
    .default(false),
  cursor: single
    .transform(([text = '']) => readCursor(text))
    .pipe(z.tuple([z.int().nonnegative(), id]).nullable())
    .default(null),
});

/** Where a page ended: how often the last exam was seen (0 in a list by age), and its id. */
export type Cursor = [studies: number, id: number];

export type ExamQuery = z.infer<typeof schema>;

/** Reads the query of a list of exams. @throws HttpProblem 400 that names a parameter that does not fit */
export function examQuery(req: Request): ExamQuery {
  const given: Record<string, string[]> = {};
  for (const [name, value] of queryParameters(req.originalUrl)) {
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

export const writeCursor = (cursor: Cursor): string =>
  Buffer.from(JSON.stringify(cursor)).toString('base64url');

function readCursor(text: string): unknown {
  try {
    return JSON.parse(Buffer.from(text, 'base64url').toString()) ?? undefined;
  } catch {
    return undefined;
  }
}
