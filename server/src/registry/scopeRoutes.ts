import {
  type Author,
  changeAllianceMember,
  endCentre,
  endScope,
  inTransaction,
  joinScope,
  leaveScope,
  saveAlliance,
  saveCentre,
  saveScope,
  SCOPE_KINDS,
  setCentrePeople,
} from '@hutong/storage-config';
import { type Request, type RequestHandler, type Response, Router } from 'express';
import type { PoolClient } from 'pg';
import { z } from 'zod';
import { auditEvent } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf } from '../context.ts';
import { parsedBody } from '../jsonBody.ts';
import { smallJson } from '../requestBody.ts';
import { fields, type RegistryParts, requireRegion, taken } from './parts.ts';

const scope = z.strictObject({
  name: fields.scope,
  nameEn: fields.text.default(''),
  kind: z.enum(SCOPE_KINDS).default('city'),
  validityMonths: z.int().min(1).max(36).default(6),
  within: z.array(fields.scope).max(20).default([]),
});
const scopeName = z.strictObject({ name: fields.scope });
const member = z.strictObject({ scope: fields.scope, hospital: fields.code, day: fields.day.optional() });
const alliance = z.strictObject({ code: fields.code, nameZh: fields.name, nameEn: fields.name });
const allianceMember = z.strictObject({
  alliance: fields.code,
  hospital: fields.code,
  day: fields.day.optional(),
});
const centre = z.strictObject({
  code: fields.code,
  nameZh: fields.name,
  nameEn: fields.name,
  scope: fields.scope,
  modalities: z
    .array(z.enum(['DR', 'CT', 'MR']))
    .max(3)
    .default([]),
});
const centreCode = z.strictObject({ code: fields.code });
const people = z.strictObject({ code: fields.code, usernames: z.array(z.string().max(64)).max(200) });

/**
 * Below `/api`, for who holds `registry` for the whole region: scopes and who takes part in them, alliances, quality centres
 * and their people. Names stand in bodies: those of scopes are Chinese.
 */
export function registryScopeRoutes(parts: RegistryParts): Router {
  const { index, config } = parts;
  const router = Router();

  /** A change: its body, what it does, and what of it goes on record. */
  function change<T extends z.ZodType>(
    schema: T,
    of: string,
    work: (client: PoolClient, given: z.output<T>, author: Author) => Promise<unknown>,
  ): RequestHandler[] {
    const handle = async (req: Request, res: Response): Promise<void> => {
      const given = parsedBody(schema, req.body);
      requireRegion(res);
      await taken(inTransaction(index, (client) => work(client, given, authorOf(callerOf(res)))));
      await auditEvent(parts, req, res, {
        action: 'configure',
        hospital: hospitalOf(given),
        detail: { of, given },
      });
      res.set('Cache-Control', 'no-store').status(204).end();
    };
    return [requireScope('registry'), ...smallJson(32_768), handle];
  }

  router.put('/registry/scopes', ...change(scope, 'recognition scope', saveScope));
  router.post(
    '/registry/scopes/end',
    ...change(scopeName, 'end of recognition scope', (client, { name }, author) =>
      endScope(client, name, config.regionName, author),
    ),
  );
  router.post(
    '/registry/members',
    ...change(member, 'member of recognition scope', (client, { day, ...given }, author) =>
      joinScope(client, { ...given, joinedOn: day }, config.regionName, author),
    ),
  );
  router.post(
    '/registry/members/end',
    ...change(member, 'former member of recognition scope', (client, { day, ...given }, author) =>
      leaveScope(client, { ...given, leftOn: day }, config.regionName, author),
    ),
  );
  router.put('/registry/alliances', ...change(alliance, 'alliance', saveAlliance));
  router.post(
    '/registry/alliance-members',
    ...change(allianceMember, 'member of alliance', (client, given, author) =>
      changeAllianceMember(client, { ...given, how: 'join' }, author),
    ),
  );
  router.post(
    '/registry/alliance-members/end',
    ...change(allianceMember, 'former member of alliance', (client, given, author) =>
      changeAllianceMember(client, { ...given, how: 'leave' }, author),
    ),
  );
  router.put('/registry/centres', ...change(centre, 'quality centre', saveCentre));
  router.post(
    '/registry/centres/end',
    ...change(centreCode, 'end of quality centre', (client, { code }, author) =>
      endCentre(client, code, author),
    ),
  );
  router.put(
    '/registry/centres/people',
    ...change(people, 'people of quality centre', (client, { code, usernames }, author) =>
      setCentrePeople(client, code, usernames, author),
    ),
  );
  return router;
}

function hospitalOf(given: unknown): string {
  const { hospital } = (given ?? {}) as { hospital?: unknown };
  return typeof hospital === 'string' ? hospital : '';
}
