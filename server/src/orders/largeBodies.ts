import type { RequestHandler } from 'express';
import { problem } from '../problem.ts';

/** Bytes of a body that is counted as large. */
const LARGE = 1024 * 1024;

/**
 * Lets so many large bodies be read at once, and asks others to come again: each is in memory as a whole, so that what is
 * held is bounded whatever clients send.
 *
 * @throws HttpProblem 503
 */
export function fewLargeBodies(atOnce: number): RequestHandler {
  let open = 0;
  return (req, res, next) => {
    const length = Number(req.get('content-length') ?? Infinity);
    if (length <= LARGE) {
      next();
      return;
    }
    if (open >= atOnce) throw problem('busy', { headers: { 'Retry-After': '2' } });
    open += 1;
    res.once('close', () => {
      open -= 1;
    });
    next();
  };
}
