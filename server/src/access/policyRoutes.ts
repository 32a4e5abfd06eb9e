import {
  ACCESS_PURPOSES,
  DISCOVERABLE,
  endPolicy,
  GROUNDS,
  listHospitals,
  readFormerPolicies,
  readPolicies,
  savePolicy,
} from '@hutong/storage-config';
import { type Response, Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, hospitalsWith, type ServerParts } from '../context.ts';
import type { AccessPoliciesBody } from '../contract/access.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { badBody, policyBody } from './bodies.ts';

const FORMER = 100;

const entry = z.strictObject({
  issuing: z.string().max(32).nullable(),
  viewing: z.string().max(32).nullable(),
  discoverable: z.enum(DISCOVERABLE),
  grounds: z
    .array(z.enum(GROUNDS))
    .max(GROUNDS.length)
    .transform((grounds) => GROUNDS.filter((ground) => grounds.includes(ground))),
  hours: z.int().min(1).max(8760),
  purposes: z
    .array(z.enum(ACCESS_PURPOSES))
    .min(1)
    .max(3)
    .transform((purposes) => ACCESS_PURPOSES.filter((purpose) => purposes.includes(purpose))),
});

/**
 * `/access-policies` below `/api`: which grounds open whose studies to whom. Administrators read them; whoever administers
 * the region puts entries in force (`PUT`) and takes them back (`DELETE …/{id}`).
 */
export function policyRoutes(parts: Pick<ServerParts, 'index' | 'audit'>): Router {
  const { index } = parts;
  const router = Router();
  const admin = requireScope('admin');

  router.get('/access-policies', admin, async (_req, res) => {
    withoutPatients(res);
    const hospitals = (await listHospitals(index)).map(({ code, nameZh, nameEn }) => ({
      code,
      name: { zh: nameZh, en: nameEn },
    }));
    const body: AccessPoliciesBody = {
      hospitals,
      policies: (await readPolicies(index)).map(policyBody),
      former: (await readFormerPolicies(index, FORMER)).map(policyBody),
      mayChange: hospitalsWith(callerOf(res), 'admin') === null,
    };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.put('/access-policies', admin, ...smallJson(4096), async (req, res) => {
    ofRegion(res);
    const parsed = entry.safeParse(req.body);
    if (!parsed.success || (parsed.data.issuing !== null && parsed.data.issuing === parsed.data.viewing)) {
      throw badBody(
        'Say issuing and viewing (hospital codes, or null for any; not the same one), discoverable, grounds, hours (1 to 8760) and purposes.',
        '请提供 issuing、viewing（医院代码，null 表示任意医院；两者不能相同）、discoverable、grounds、hours（1 至 8760）和 purposes。',
      );
    }
    const saved = await savePolicy(index, parsed.data, authorOf(callerOf(res)));
    if (saved === null)
      throw problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
    const { issuing, viewing, discoverable, grounds, hours, purposes } = saved;
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: issuing ?? '',
      detail: { accessPolicy: saved.id, issuing, viewing, discoverable, grounds, hours, purposes },
    });
    res.set('Cache-Control', 'no-store').json(policyBody(saved));
  });

  router.delete('/access-policies/:policy', admin, async (req, res) => {
    ofRegion(res);
    const text = req.params['policy'] ?? '';
    const id = typeof text === 'string' && /^[1-9]\d{0,15}$/.test(text) ? Number(text) : 0;
    const ended = await endPolicy(index, id, authorOf(callerOf(res)));
    if (ended === null)
      throw problem('not-found', {
        detail:
          'There is no such entry in force, or it is the one for all hospitals, which can only be replaced.',
        detailZh: '没有该生效策略；适用于全部医院的默认策略只能修改，不能删除。',
      });
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: ended.issuing ?? '',
      detail: { accessPolicy: id, what: 'ended', issuing: ended.issuing, viewing: ended.viewing },
    });
    res.set('Cache-Control', 'no-store').status(204).end();
  });
  return router;
}

/** @throws HttpProblem 403 */
function ofRegion(res: Response): void {
  if (hospitalsWith(callerOf(res), 'admin') === null) return;
  throw problem('forbidden', {
    detail: "The policy is the region's: an administrator of the whole region changes it.",
    detailZh: '跨院调阅策略由区域管理员维护。',
  });
}
