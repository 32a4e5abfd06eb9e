import { endSession, redeemSignInLink } from '@hutong/storage-config';
import { json, Router, type NextFunction, type Request, type Response } from 'express';
import { z } from 'zod';
import { clearSessionCookie, sessionCookie, setSessionCookie } from '../auth/credentials.ts';
import { authenticate } from '../auth/authenticate.ts';
import { createCallerLookup } from '../auth/callers.ts';
import { refuseForeignPages } from '../auth/origin.ts';
import { auditEvent, auditRefusal } from '../audit/audit.ts';
import { continueBody, limitBodyTime } from '../requestBody.ts';
import { type Caller, callerOf, type ServerParts } from '../context.ts';
import type { SessionInfo } from '../contract.ts';
import { problem } from '../problem.ts';

const signIn = z.object({ token: z.string().min(1).max(200) });

/**
 * `/session` below `/api`: POST takes the token of a one-time sign-in link and opens a session, GET says who is
 * signed in, DELETE ends the session.
 */
export function sessionRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index, config } = parts;
  const router = Router();
  const find = createCallerLookup(index);
  const sessionInfo = (caller: Caller): SessionInfo => ({
    subject: caller.id,
    displayName: caller.displayName,
    role: caller.kind === 'person' ? 'administrator' : caller.kind,
    expiresAt: caller.sessionExpiresAt?.toISOString() ?? null,
    scopes: [...caller.scopes],
    correctableHospitals: caller.correctableHospitals === null ? null : [...caller.correctableHospitals],
    reviewableHospitals: caller.reviewableHospitals === null ? null : [...caller.reviewableHospitals],
    deletedKeepDays: config.deletedKeepDays,
  });
  const foreign = refuseForeignPages(config);

  const wanted = (req: Request, res: Response, next: NextFunction): void => {
    continueBody(req, res);
    next();
  };

  router.post('/session', foreign, limitBodyTime, wanted, json({ limit: 4096 }), async (req, res) => {
    const body = signIn.safeParse(req.body);
    const secret = body.success ? await redeemSignInLink(index, body.data.token) : null;
    const caller = secret === null ? null : await find({ kind: 'session', secret });
    if (secret === null || caller === null) {
      auditRefusal(parts, req, res, 'sign-in-link-invalid');
      throw problem('sign-in-link-invalid');
    }
    Object.assign(res.locals, { caller });
    await auditEvent(parts, req, res, { action: 'signIn' });
    setSessionCookie(req, res, config, secret);
    res.set('Cache-Control', 'no-store').status(201).json(sessionInfo(caller));
  });

  router.get('/session', authenticate(parts), (_req, res) => {
    res.set('Cache-Control', 'no-store').json(sessionInfo(callerOf(res)));
  });

  router.delete('/session', foreign, async (req, res) => {
    const secret = sessionCookie(req);
    if (secret !== null) {
      const caller = await find({ kind: 'session', secret });
      await endSession(index, secret);
      Object.assign(res.locals, { caller });
      if (caller !== null) await auditEvent(parts, req, res, { action: 'signOut' });
    }
    clearSessionCookie(req, res, config);
    res.set('Cache-Control', 'no-store').status(204).end();
  });
  return router;
}
