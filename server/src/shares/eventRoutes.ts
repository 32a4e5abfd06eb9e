import { setTimeout as pause } from 'node:timers/promises';
import { stateOfShare } from '@hutong/storage-config';
import { Router } from 'express';
import { withoutPatients } from '../audit/audit.ts';
import type { ServerParts } from '../context.ts';
import { problem } from '../problem.ts';
import { shareOf } from './sharedRoot.ts';
import type { ShareWatch } from './shareWatch.ts';

const ASK_EVERY_MS = 2000;
/** A line now and then, so that nothing between takes the connection for a dead one. */
const HEARTBEATS_OF = 7;
/** Streams of one share at once: several tabs, not thousands. */
const MOST_STREAMS = 20;

/**
 * `GET /events` below `/shares/{alias}`: server-sent events that say `changed` when the contents are worth reading again.
 * It ends with the share, by {@link ShareWatch}, and with the session.
 */
export function shareEventRoutes(parts: Pick<ServerParts, 'index' | 'config'>, watch: ShareWatch): Router {
  const { index } = parts;
  const openedShare = shareOf(parts);
  const open = new Map<string, number>();
  const router = Router({ mergeParams: true });
  router.get('/events', async (req, res) => {
    const share = await openedShare(req, res);
    // The client may have left while its session was looked up.
    if (res.closed) return;
    const streams = open.get(share.id) ?? 0;
    if (streams >= MOST_STREAMS) throw problem('too-many-requests', { headers: { 'Retry-After': '30' } });
    withoutPatients(res);
    const abort = new AbortController();
    const end = (): void => abort.abort();
    res.once('close', end);
    req.app.once('closing', end);
    open.set(share.id, streams + 1);
    watch.add(share.id, res);
    res.set({
      'Content-Type': 'text/event-stream; charset=utf-8',
      'Cache-Control': 'no-store',
      'X-Accel-Buffering': 'no',
    });
    res.write('retry: 3000\n\n');
    try {
      let known = await stateOfShare(index, share.id);
      for (let turn = 1; !abort.signal.aborted; turn++) {
        await pause(ASK_EVERY_MS, undefined, { signal: abort.signal });
        if (turn % HEARTBEATS_OF === 0) {
          // Whoever signed out, or whose session is over, is told nothing more.
          await openedShare(req, res);
          res.write(': here\n\n');
        }
        const now = await stateOfShare(index, share.id);
        if (now !== known) res.write('event: changed\ndata: {}\n\n');
        known = now;
      }
    } catch {
      // The page connects again where it may.
    } finally {
      req.app.off('closing', end);
      const left = (open.get(share.id) ?? 1) - 1;
      if (left === 0) open.delete(share.id);
      else open.set(share.id, left);
      res.end();
    }
  });
  return router;
}
