import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';
import { HttpProblem } from '../problem.ts';

/** Patient data: kept by the client's own cache only, asked again each time (RFC 9111). */
const CACHE_CONTROL = 'private, no-cache';

/** A strong entity tag of anything that determines the bytes of an answer. */
export function entityTag(...facts: readonly string[]): string {
  return `"${createHash('sha256').update(JSON.stringify(facts)).digest('base64url').slice(0, 27)}"`;
}

/** The same tag for an answer whose bytes depend on the encoding that was chosen. */
export const weak = (tag: string): string => `W/${tag}`;

/**
 * Sets the caching headers and says whether the client has the answer already; then 304 has been sent
 * (RFC 9110 §13.1.2). If-Unmodified-Since is not looked at, as answers have no date of modification (§13.1.4).
 *
 * @throws HttpProblem 412 where If-Match names other answers than this one (§13.1.1)
 */
export function notModified(req: Request, res: Response, tag: string, vary: string): boolean {
  res.set({ 'Cache-Control': CACHE_CONTROL, ETag: tag, Vary: vary });
  checkMatch(req.get('if-match'), tag);
  const asked = req.get('if-none-match');
  if (asked === undefined) return false;
  const opaque = (value: string): string => value.trim().replace(/^W\//, '');
  const known = asked.split(',').some((value) => value.trim() === '*' || opaque(value) === opaque(tag));
  if (known) res.status(304).end();
  return known;
}

/** A weak tag does not say that the bytes are the same, so that it matches nothing here. */
function checkMatch(asked: string | undefined, tag: string): void {
  if (asked === undefined || asked.trim() === '*') return;
  const matches = !tag.startsWith('W/') && asked.split(',').some((value) => value.trim() === tag);
  if (matches) return;
  throw new HttpProblem(
    412,
    'precondition-failed',
    'What is stored here has another entity tag than If-Match names.',
    '当前内容的实体标签与 If-Match 不符。',
  );
}
