import { type HospitalUsage, readUsage, setQuota } from '@hutong/storage-config';
import { Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, type Hospitals, hospitalsWith, type ServerParts } from '../context.ts';
import type { HospitalUsageBody, UsageBody } from '../contract/limits.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';

const quota = z.strictObject({ maxBytes: z.int().positive().nullable() });

/** `/usage` below `/api`, for administrators: what each hospital stores; and for those of the region how much it may. */
export function usageRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index, config } = parts;
  const router = Router();
  const admin = requireScope('admin');

  router.get('/usage', admin, async (_req, res) => {
    const hospitals = hospitalsWith(callerOf(res), 'admin');
    withoutPatients(res);
    const usage = await readUsage(index, hospitals);
    const body: UsageBody = {
      hospitals: usage.map(bodyOf),
      maySet: hospitals === null,
      requests: {
        perMinute: config.requestsPerMinute,
        atOnce: config.requestsAtOnce,
        strangersPerMinute: config.strangerRequestsPerMinute,
      },
    };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.put('/usage/:hospital', admin, ...smallJson(1024), async (req, res) => {
    const caller = callerOf(res);
    refuseOthers(hospitalsWith(caller, 'admin'));
    const wanted = quota.safeParse(req.body);
    if (!wanted.success)
      throw problem('bad-request', {
        detail: 'maxBytes is a whole number of bytes above 0, or null for no limit.',
        detailZh: 'maxBytes 应为大于 0 的整数（字节），或以 null 表示不限。',
      });
    const hospital = String(req.params['hospital']);
    const { maxBytes } = wanted.data;
    if (!(await setQuota(index, { hospital, maxBytes, setBy: caller.id })))
      throw problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
    await auditEvent(parts, req, res, { action: 'configure', hospital, detail: { quota: maxBytes } });
    res.set('Cache-Control', 'no-store').status(204).end();
  });
  return router;
}

function refuseOthers(hospitals: Hospitals): void {
  if (hospitals === null) return;
  throw problem('forbidden', {
    detail: 'Only an administrator of the region says how much a hospital may store.',
    detailZh: '仅区域管理员可设置医院存储配额。',
  });
}

const bodyOf = ({ hospital, nameZh, nameEn, countedAt, ...usage }: HospitalUsage): HospitalUsageBody => ({
  ...usage,
  hospital: { code: hospital, name: { zh: nameZh, en: nameEn } },
  countedAt: countedAt?.toISOString() ?? null,
});
