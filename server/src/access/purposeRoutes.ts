import { chooseSessionPurpose, PURPOSES } from '@hutong/storage-config';
import { Router } from 'express';
import { z } from 'zod';
import { auditEvent } from '../audit/audit.ts';
import { sessionCookie } from '../auth/credentials.ts';
import { actingAs } from '../auth/purposes.ts';
import { callerOf, type ServerParts } from '../context.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { badBody } from './bodies.ts';

const choice = z.strictObject({ purpose: z.enum(PURPOSES) });

/** `PUT /access/purpose` below `/api`: what a person reads patients for in this session from now on. */
export function purposeRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const router = Router();
  router.put('/access/purpose', ...smallJson(1024), async (req, res) => {
    const caller = callerOf(res);
    if (caller.account === null || caller.account.application !== undefined || caller.account.passwordGiven)
      throw problem('forbidden', {
        detail: 'Only who signed in by an own account chooses a purpose.',
        detailZh: '仅本人账号登录后可以选择使用目的。',
      });
    const parsed = choice.safeParse(req.body);
    if (!parsed.success)
      throw badBody('Say {"purpose": "…"}, a code of PurposeOfUse.', '请求体应为 {"purpose": "…"}。');
    const { purpose } = parsed.data;
    const acting = actingAs(caller, purpose, parts.config.separateDuties);
    const secret = sessionCookie(req);
    if (secret !== null) await chooseSessionPurpose(parts.index, secret, purpose);
    Object.assign(res.locals, { caller: acting });
    await auditEvent(parts, req, res, { action: 'configure', detail: { what: 'purpose' } });
    res.set('Cache-Control', 'no-store').status(204).end();
  });
  return router;
}
