import { endSession, redeemSignInLink, signIn } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { auditEvent, auditRefusal, withoutPatients } from '../audit/audit.ts';
import { authenticate } from '../auth/authenticate.ts';
import { createCallerLookup } from '../auth/callers.ts';
import { browserFamily } from '../auth/browserFamily.ts';
import {
  clearSessionCookie,
  deviceCookie,
  sessionCookie,
  setDeviceCookie,
  setEndedCookie,
  setSessionCookie,
} from '../auth/credentials.ts';
import { refuseForeignPages } from '../auth/origin.ts';
import { callerOf, type ServerParts } from '../context.ts';
import type { SignedOutBody } from '../contract.ts';
import { type HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { addAccountRoutes } from './accountRoutes.ts';
import { addOwnSessionRoutes } from './ownSessionRoutes.ts';
import { sessionInfo } from './sessionInfo.ts';

const link = z.object({ token: z.string().min(1).max(200) });
const person = z.object({
  username: z.string().min(1).max(200),
  password: z.string().min(1).max(1000),
  oneTimePassword: z.string().max(40).default(''),
});

interface Opened {
  secret: string;
  device: string | null;
  method: 'link' | 'password';
  /** What was shown beside the password. */
  factor: 'none' | 'oneTimePassword' | 'recoveryCode';
}

/**
 * `/session` below `/api`: POST takes the token of a one-time sign-in link, or a name and password, and opens a session,
 * GET says who is signed in, DELETE ends the session. Beside it what a person does with the own account.
 */
export function sessionRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit' | 'secrets'>): Router {
  const { index, config, secrets } = parts;
  const router = Router();
  const find = createCallerLookup(index, config);
  const foreign = refuseForeignPages(config);

  router.post('/session', foreign, ...smallJson(4096), async (req, res) => {
    const { secret, device, ...how } = await openSession(req, res);
    const caller = await find({ kind: 'session', secret, inUse: true });
    if (caller === null) throw refused(req, res, 'sign-in-refused');
    Object.assign(res.locals, { caller });
    await auditEvent(parts, req, res, { action: 'signIn', detail: how });
    // Who signs in anew goes on in the new session alone.
    const before = sessionCookie(req);
    if (before !== null) await endSession(index, before);
    setSessionCookie(req, res, config, secret);
    if (device !== null) setDeviceCookie(req, res, config, device);
    res.set('Cache-Control', 'no-store').status(201).json(sessionInfo(caller, config));
  });

  router.get('/session', authenticate(parts), (_req, res) => {
    withoutPatients(res);
    res.set('Cache-Control', 'no-store').json(sessionInfo(callerOf(res), config));
  });

  router.delete('/session', foreign, async (req, res) => {
    const secret = sessionCookie(req);
    if (secret !== null) {
      const caller = await find({ kind: 'session', secret, inUse: true });
      await endSession(index, secret);
      Object.assign(res.locals, { caller });
      if (caller !== null) await auditEvent(parts, req, res, { action: 'signOut' });
      const provider = caller?.session?.provider ?? '';
      clearSessionCookie(req, res, config);
      res.set('Cache-Control', 'no-store');
      if (provider !== '') {
        setEndedCookie(req, res, config, secret);
        const signOutAt = `/api/sign-in/providers/${provider}/sign-out`;
        res.json({ signOutAt } satisfies SignedOutBody);
        return;
      }
    } else clearSessionCookie(req, res, config);
    res.set('Cache-Control', 'no-store').status(204).end();
  });

  addAccountRoutes(router, parts);
  addOwnSessionRoutes(router, parts);
  return router;

  /** The secret of a new session, and how it came about. @throws HttpProblem 401, 429 */
  async function openSession(req: Request, res: Response): Promise<Opened> {
    const byLink = link.safeParse(req.body);
    const byName = person.safeParse(req.body);
    const origin = { address: req.ip ?? '', browser: browserFamily(req.get('user-agent')) };
    const { sessions } = config.signIn;
    if (byLink.success || !byName.success) {
      const secret = byLink.success
        ? await redeemSignInLink(index, byLink.data.token, origin, sessions)
        : null;
      if (secret === null) throw refused(req, res, 'sign-in-link-invalid');
      return { secret, device: null, method: 'link', factor: 'none' };
    }
    const attempt = { ...byName.data, ...origin, device: deviceCookie(req) };
    const outcome = await signIn(index, attempt, { secrets, sessions });
    switch (outcome.kind) {
      case 'signedIn':
        return {
          secret: outcome.secret,
          device: outcome.device,
          factor: outcome.factor,
          method: 'password',
        };
      case 'oneTimePasswordNeeded':
        throw problem('one-time-password-needed');
      case 'locked':
        throw refused(req, res, 'too-many-attempts', { 'Retry-After': String(outcome.seconds) });
      case 'refused':
        throw refused(req, res, 'sign-in-refused');
    }
  }

  function refused(
    req: Request,
    res: Response,
    code: 'sign-in-link-invalid' | 'sign-in-refused' | 'too-many-attempts',
    headers: Record<string, string> = {},
  ): HttpProblem {
    auditRefusal(parts, req, res, code);
    return problem(code, { headers });
  }
}
