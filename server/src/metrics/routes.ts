import { Router } from 'express';
import { withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, hospitalsWith } from '../context.ts';
import type { ServerMetrics } from './serverMetrics.ts';

/** `/metrics`, for a key with the scope `metrics`: counters in the text format of Prometheus, of hospitals the own ones. */
export function metricsRoutes(metrics: ServerMetrics): Router {
  const router = Router();
  router.get('/', requireScope('metrics'), async (_req, res) => {
    withoutPatients(res);
    const { type, text } = await metrics.read(hospitalsWith(callerOf(res), 'metrics'));
    res.set({ 'Cache-Control': 'no-store', 'Content-Type': type }).end(text);
  });
  return router;
}
