import type { NextFunction, Request, Response } from 'express';

/** How long a client may go on sending a body that nobody reads, in milliseconds. */
const LINGER_MS = 5000;

/**
 * A request that is answered before its body was read (401, 403, 503) is drained for a moment, so that the client
 * sees the answer instead of a reset connection, and then cut off.
 */
export function dropUnreadBody(req: Request, res: Response, next: NextFunction): void {
  res.once('finish', () => {
    if (req.complete) return;
    req.resume();
    const timer = setTimeout(() => req.destroy(), LINGER_MS);
    req.once('close', () => {
      clearTimeout(timer);
    });
  });
  next();
}

/** Asks for the body of a request that waits for it (`Expect: 100-continue`), once it is known to be wanted. */
export function continueBody(req: Request, res: Response): void {
  if (/^100-continue$/i.test(req.get('expect') ?? '')) res.writeContinue();
}
