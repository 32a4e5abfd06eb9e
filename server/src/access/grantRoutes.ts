import { type AccessGrant, endGrant, readGrants } from '@hutong/storage-config';
import { Router } from 'express';
import { z } from 'zod';
import { auditAccess, auditEvent } from '../audit/audit.ts';
import { callerOf, holds, hospitalsWith, type ServerParts } from '../context.ts';
import type { GrantsBody } from '../contract/access.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { flag, pageSize, readListQuery, single, UUID } from '../listQuery.ts';
import { problem } from '../problem.ts';
import { grantBody, hospitalRefs } from './bodies.ts';

const listed = z.object({
  holding: flag,
  limit: pageSize(50, 200),
  before: single
    .pipe(z.array(z.iso.datetime()))
    .transform(([at]) => at ?? null)
    .default(null),
});

/**
 * `GET /access/grants` below `/api`: the own ones, and those that concern hospitals whose audit trail the caller may read;
 * `DELETE /access/grants/{id}` ends an own one, or one of a hospital that the caller administers.
 */
export function grantRoutes(parts: Pick<ServerParts, 'index' | 'audit'>): Router {
  const { index } = parts;
  const router = Router();

  router.get('/access/grants', async (req, res) => {
    const { holding, limit, before } = readListQuery(listed, queryParameters(req.originalUrl));
    const caller = callerOf(res);
    const page = { holding, limit, before: before === null ? null : new Date(before) };
    const account = caller.account?.id ?? null;
    const own = account === null ? [] : await readGrants(index, { account, hospitals: null, ...page });
    const concerning = holds(caller, 'audit')
      ? await readGrants(index, { account: null, hospitals: hospitalsWith(caller, 'audit'), ...page })
      : [];
    await auditAccess(parts, req, res, {
      action: 'search',
      count: own.length + concerning.length,
      detail: { of: 'grants' },
    });
    const ref = await hospitalRefs(index);
    const bodies = (grants: AccessGrant[]) => grants.map((one) => grantBody(one, ref));
    const body: GrantsBody = { own: bodies(own), concerning: bodies(concerning) };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.delete('/access/grants/:grant', async (req, res) => {
    const caller = callerOf(res);
    const id = req.params.grant.toLowerCase();
    const ended = UUID.test(id)
      ? await endGrant(index, id, {
          account: caller.account?.id ?? null,
          hospitals: hospitalsWith(caller, 'admin'),
          by: caller.displayName,
        })
      : null;
    if (ended === null)
      throw problem('not-found', { detail: 'There is no such open grant.', detailZh: '没有该有效授权。' });
    await auditEvent(parts, req, res, {
      action: 'grant',
      hospital: ended.hospital,
      patientId: ended.patientId,
      studyInstanceUid: ended.studyInstanceUid,
      detail: { grant: id, what: 'ended' },
    });
    res.set('Cache-Control', 'no-store').status(204).end();
  });
  return router;
}
