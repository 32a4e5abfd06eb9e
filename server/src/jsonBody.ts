import type { z } from 'zod';
import { HttpProblem } from './problem.ts';

/** What a refused body is called, and what else is said of it. */
export interface BodyWords {
  code?: string;
  hint?: { en: string; zh: string };
}

/**
 * What a JSON body says, as its schema reads it.
 *
 * @throws HttpProblem 400 naming the members that do not fit; never their values, which may be a patient's or a secret
 */
export function parsedBody<T extends z.ZodType>(
  schema: T,
  body: unknown,
  words: BodyWords = {},
): z.output<T> {
  const parsed = schema.safeParse(body);
  if (parsed.success) return parsed.data;
  throw unfitBody(
    parsed.error.issues.map(({ path }) => path.join('.') || 'body'),
    words,
  );
}

/** A body of which some members do not fit. */
export function unfitBody(
  members: readonly string[],
  { code = 'bad-request', hint = { en: '', zh: '' } }: BodyWords = {},
): HttpProblem {
  const where = [...new Set(members)].join(', ');
  return new HttpProblem(
    400,
    code,
    `The JSON body does not fit the description in /api/openapi.json: ${where}.${hint.en && ` ${hint.en}`}`,
    `JSON 内容不符合 /api/openapi.json 的说明：${where}。${hint.zh}`,
  );
}
