import { findHospital, readSharePolicy, setSharePolicy, shareLimits } from '@hutong/storage-config';
import { Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, may, type Scope, hospitalsWith, type ServerParts } from '../context.ts';
import type { SharePolicies } from '../contract/shares.ts';
import { HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import type { Response } from 'express';

/** Stands for the region where a hospital's code stands otherwise; no hospital is called so. */
const REGION = 'region';

const policy = z.strictObject({
  colleagueSignIn: z.boolean(),
  patientFactor: z.boolean(),
  longestHours: z
    .int()
    .min(1)
    .max(366 * 24)
    .nullable(),
  mostUses: z.int().min(1).max(10_000).nullable(),
  mayDownload: z.boolean(),
  mayReply: z.boolean(),
  watermark: z.boolean(),
});

/** `/share-policies/{hospital}` below `/api`: what may be shared, by hospital, and for the `region`. */
export function sharePolicyRoutes(parts: Pick<ServerParts, 'index' | 'audit'>): Router {
  const { index } = parts;
  const router = Router();

  const policies = async (code: string): Promise<SharePolicies> => {
    const region = await readSharePolicy(index, null);
    if (code === REGION) return { region, hospital: region, effective: region };
    return {
      region,
      hospital: await readSharePolicy(index, code),
      effective: await shareLimits(index, code),
    };
  };

  /** Another's hospital, and one that there is not, are one answer; the region's policy is for all to see. */
  const check = async (res: Response, code: string, scope: Scope): Promise<void> => {
    const caller = callerOf(res);
    const isRegion = code === REGION;
    const isAllowed = isRegion
      ? scope === 'share' || hospitalsWith(caller, scope) === null
      : may(caller, scope, code);
    if (!isAllowed || (!isRegion && (await findHospital(index, code)) === null)) throw problem('not-found');
  };

  router.get('/share-policies/:hospital', requireScope('share'), async (req, res) => {
    const code = String(req.params['hospital']);
    await check(res, code, 'share');
    withoutPatients(res);
    res.set('Cache-Control', 'no-store').json(await policies(code));
  });

  router.put('/share-policies/:hospital', requireScope('admin'), ...smallJson(4096), async (req, res) => {
    const code = String(req.params['hospital']);
    await check(res, code, 'admin');
    const parsed = policy.safeParse(req.body);
    if (!parsed.success)
      throw new HttpProblem(
        400,
        'bad-share-policy',
        'The JSON body does not fit the description in /api/openapi.json.',
        'JSON 内容不符合 /api/openapi.json 的说明。',
      );
    const hospital = code === REGION ? null : code;
    // Before it holds: what cannot be put on record is not done.
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: hospital ?? '',
      detail: { what: 'share policy', ...parsed.data },
    });
    await setSharePolicy(index, hospital, parsed.data, callerOf(res).id);
    res.set('Cache-Control', 'no-store').json(await policies(code));
  });
  return router;
}
