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
  if (!parsed.success)
    throw unfitBody(
      parsed.error.issues.flatMap((issue) =>
        issue.code === 'unrecognized_keys' ? unknownMembers(issue) : [issue.path.join('.') || 'body'],
      ),
      words,
    );
  const unstorable = unstorableMembers(parsed.data);
  if (unstorable.length > 0) throw unfitBody(unstorable, words);
  return parsed.data;
}

/** Unknown members that are named in the answer at most, and their longest name. */
const MAX_UNKNOWN = 10;
const MEMBER_NAME = /^[a-z][A-Za-z0-9]{0,63}$/;

/** Members that nobody knows, by names that are ones: in place of such anything may have been sent. */
function unknownMembers({ path, keys }: { path: readonly PropertyKey[]; keys: readonly string[] }): string[] {
  const named = keys.filter((key) => MEMBER_NAME.test(key)).slice(0, MAX_UNKNOWN);
  const where = path.map(String);
  if (named.length === 0) return [where.join('.') || 'body'];
  return named.map((key) => [...where, key].join('.'));
}

/** Members, at the first level, in which a text has NUL or half a character: the index keeps neither. */
function unstorableMembers(body: unknown): string[] {
  if (typeof body !== 'object' || body === null) return [];
  return Object.entries(body).flatMap(([name, value]) =>
    holdsUnstorable(value) ? [name.replaceAll('\0', '').toWellFormed()] : [],
  );
}

function holdsUnstorable(value: unknown): boolean {
  // Without recursion: what is nested without end is looked through, too.
  const waiting: unknown[] = [value];
  while (waiting.length > 0) {
    const one = waiting.pop();
    if (typeof one === 'string') {
      if (one.includes('\0') || !one.isWellFormed()) return true;
    } else if (typeof one === 'object' && one !== null && !Buffer.isBuffer(one))
      for (const [name, inner] of Object.entries(one)) waiting.push(name, inner);
  }
  return false;
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
