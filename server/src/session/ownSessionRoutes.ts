import { endEverything, endSessionById, listSessions } from '@hutong/storage-config';
import type { Router } from 'express';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { authenticate } from '../auth/authenticate.ts';
import { sessionCookie } from '../auth/credentials.ts';
import type { ServerParts } from '../context.ts';
import type { OwnSessionsBody } from '../contract.ts';
import { UUID } from '../listQuery.ts';
import { problem } from '../problem.ts';
import { accountOf } from './ownAccount.ts';

/**
 * Adds the sessions of the own account, below `/api`: `GET /account/sessions` lists them, `DELETE /account/sessions/{id}`
 * ends one, `DELETE /account/sessions` all others and what they granted to other applications.
 */
export function addOwnSessionRoutes(
  router: Router,
  parts: Pick<ServerParts, 'index' | 'config' | 'audit' | 'secrets'>,
): void {
  const { index } = parts;
  const signedIn = authenticate(parts);

  router.get('/account/sessions', signedIn, async (req, res) => {
    const own = await listSessions(index, accountOf(res).id, sessionCookie(req));
    const body: OwnSessionsBody = {
      sessions: own.map((session) => ({
        ...session,
        signedInAt: session.signedInAt.toISOString(),
        lastUsedAt: session.lastUsedAt.toISOString(),
        expiresAt: session.expiresAt.toISOString(),
      })),
    };
    withoutPatients(res);
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.delete('/account/sessions', signedIn, async (req, res) => {
    const ended = await endEverything(index, accountOf(res).id, sessionCookie(req));
    await auditEvent(parts, req, res, { action: 'signOut', detail: { what: 'all other sessions', ended } });
    res.set('Cache-Control', 'no-store').status(204).end();
  });

  router.delete('/account/sessions/:session', signedIn, async (req, res) => {
    const { id } = accountOf(res);
    const { session } = req.params as { session: string };
    const ended = UUID.test(session) && (await endSessionById(index, id, session));
    if (!ended) throw problem('not-found');
    await auditEvent(parts, req, res, { action: 'signOut', detail: { what: 'one session', session } });
    res.set('Cache-Control', 'no-store').status(204).end();
  });
}
