import { json, type NextFunction, type Request, type RequestHandler, type Response } from 'express';
import { continueBody, limitBodyTime } from '../requestBody.ts';

/** Largest body of a correction, in bytes. */
const BODY_LIMIT = 16 * 1024;

function wanted(req: Request, res: Response, next: NextFunction): void {
  continueBody(req, res);
  next();
}

/** Reads the small JSON body of a correction, if there is one. */
export const correctionBody: RequestHandler[] = [limitBodyTime, wanted, json({ limit: BODY_LIMIT })];
