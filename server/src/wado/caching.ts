import { createHash } from 'node:crypto';
import type { Request, Response } from 'express';

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
 * (RFC 9110 §13.1.2).
 */
export function notModified(req: Request, res: Response, tag: string, vary: string): boolean {
  res.set({ 'Cache-Control': CACHE_CONTROL, ETag: tag, Vary: vary });
  const asked = req.get('if-none-match');
  if (asked === undefined) return false;
  const opaque = (value: string): string => value.trim().replace(/^W\//, '');
  const known = asked.split(',').some((value) => value.trim() === '*' || opaque(value) === opaque(tag));
  if (known) res.status(304).end();
  return known;
}
