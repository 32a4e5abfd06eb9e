import { Router } from 'express';
import type { ServerParts } from '../context.ts';
import { loggableError } from '../problem.ts';

/** How long a part may take to answer the readiness check, in milliseconds. */
const CHECK_WITHIN_MS = 3000;

type CheckState = 'ok' | 'failed' | 'timed out';

async function withinTime(work: Promise<unknown>): Promise<CheckState> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<CheckState>((resolve) => {
    timer = setTimeout(() => {
      resolve('timed out');
    }, CHECK_WITHIN_MS);
  });
  try {
    return await Promise.race([work.then((): CheckState => 'ok'), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * `/healthz`: the process answers. `/readyz`: the index and the object store answer too, each within three
 * seconds; 503 otherwise. Both say nothing about what is stored.
 */
export function healthRoutes({
  index,
  objects,
  log,
}: Pick<ServerParts, 'index' | 'objects' | 'log'>): Router {
  const router = Router();
  const check = async (part: string, work: () => Promise<unknown>): Promise<CheckState> => {
    try {
      return await withinTime(work());
    } catch (error) {
      log.warn({ part, error: loggableError(error) }, 'readiness check failed');
      return 'failed';
    }
  };
  router.get('/healthz', (_req, res) => {
    res.set('Cache-Control', 'no-store').json({ status: 'ok' });
  });
  router.get('/readyz', async (_req, res) => {
    const [indexState, objectsState] = await Promise.all([
      check('index', () => index.query('SELECT 1')),
      check('objects', () => objects.check()),
    ]);
    const ready = indexState === 'ok' && objectsState === 'ok';
    res.set('Cache-Control', 'no-store').status(ready ? 200 : 503);
    res.json({ status: ready ? 'ok' : 'unavailable', index: indexState, objects: objectsState });
  });
  return router;
}
