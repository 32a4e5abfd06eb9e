import {
  beginReevaluation,
  cancelReevaluation,
  findHospital,
  inTransaction,
  listReevaluations,
} from '@hutong/storage-config';
import { Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { callerOf } from '../context.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { reevaluationBody } from './bodies.ts';
import { type CatalogueParts, regionAdministrator } from './parts.ts';

const BODY_LIMIT = 65_536;

const asked = z.strictObject({
  hospitals: z.array(z.string().max(32)).min(1).max(1000).optional(),
  from: z.iso.date().optional(),
  until: z.iso.date().optional(),
});

/** Re-evaluations: which there are and how far they have come, to begin one, to end one. */
export function reevaluationRoutes(parts: CatalogueParts): Router {
  const { index } = parts;
  const router = Router();
  router.get('/reevaluations', ...regionAdministrator, async (_req, res) => {
    withoutPatients(res);
    const reevaluations = (await listReevaluations(index)).map(reevaluationBody);
    res.set('Cache-Control', 'no-store').json({ reevaluations });
  });

  router.post('/reevaluations', ...regionAdministrator, ...smallJson(BODY_LIMIT), async (req, res) => {
    const parsed = asked.safeParse(req.body ?? {});
    if (!parsed.success)
      throw problem('bad-request', {
        detail:
          'The body is {"hospitals"?: [code], "from"?: "YYYY-MM-DD", "until"?: "YYYY-MM-DD"}; an empty one means all studies.',
        detailZh:
          '请求内容应为 {"hospitals"?: [代码], "from"?: "YYYY-MM-DD", "until"?: "YYYY-MM-DD"}；为空则表示全部检查。',
      });
    const { hospitals, from, until } = parsed.data;
    for (const hospital of hospitals ?? [])
      if ((await findHospital(index, hospital)) === null)
        throw problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
    const compact = (day: string): string => day.replaceAll('-', '');
    const begun = await inTransaction(index, (client) =>
      beginReevaluation(client, {
        reason: 'request',
        filter: {
          ...(hospitals === undefined ? {} : { hospitals: [...new Set(hospitals)].sort() }),
          ...(from === undefined ? {} : { from: compact(from) }),
          ...(until === undefined ? {} : { until: compact(until) }),
        },
        requestedBy: callerOf(res).displayName,
      }),
    );
    await auditEvent(parts, req, res, {
      action: 'configure',
      detail: { of: 'reevaluation', id: begun.id, ...parsed.data },
    });
    res.set('Cache-Control', 'no-store').status(202).json(reevaluationBody(begun));
  });

  router.post('/reevaluations/:reevaluation/cancel', ...regionAdministrator, async (req, res) => {
    const id = String(req.params['reevaluation']);
    const found = /^[1-9]\d{0,14}$/.test(id) ? await cancelReevaluation(index, Number(id)) : null;
    if (found === null)
      throw problem('not-found', {
        detail: 'There is no such re-evaluation.',
        detailZh: '没有该重新核验任务。',
      });
    await auditEvent(parts, req, res, {
      action: 'configure',
      detail: { of: 'reevaluation', id: found.id, state: found.state },
    });
    res.set('Cache-Control', 'no-store').json(reevaluationBody(found));
  });
  return router;
}
