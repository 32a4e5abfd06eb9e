import { type ChangeFilter, type ChangePosition, numberChanges, readChanges } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { callerNow } from '../auth/stillValid.ts';
import { auditAccess, withoutPatients } from '../audit/audit.ts';
import { type Caller, callerOf, narrowed, type ServerParts, viewOf } from '../context.ts';
import type { ChangesPage, ChangesPosition } from '../contract.ts';
import { acceptableRanges, notAcceptable } from '../dicomweb/accept.ts';
import { HttpProblem } from '../problem.ts';
import { ChangeWatcher } from './changeWatcher.ts';
import { type ChangesRequest, parseChangesRequest } from './parseRequest.ts';
import { HEARTBEAT_MS, streamChanges } from './stream.ts';
import { WaitingRoom } from './waitingRoom.ts';

/** How long it is believed who a stream is for, in milliseconds; where something is opened by grants it is asked each time. */
const CALLER_BELIEVED_MS = 500;

/**
 * The change feed, below `/api`: `GET /changes` as JSON, waiting for a change when asked to, or as a stream of
 * Server-Sent Events; `GET /changes/position` says where the feed stands.
 */
export function changeRoutes(
  parts: Pick<ServerParts, 'index' | 'config' | 'audit'>,
  { heartbeatMs = HEARTBEAT_MS, pollMs }: { heartbeatMs?: number; pollMs?: number } = {},
): Router {
  const { index } = parts;
  const watcher = new ChangeWatcher(index, pollMs);
  const room = new WaitingRoom();
  const callerAgain = callerNow(parts);
  const router = Router();

  router.get('/changes', async (req, res) => {
    const asked = parseChangesRequest(req.originalUrl, req.get('last-event-id'));
    const form = formOf(req);
    const caller = callerOf(res);
    const filter = filterOf(asked, caller);
    const askAgain = rememberedFor(CALLER_BELIEVED_MS, () => callerAgain(req, caller));
    // Rights, and what grants and policy open, may have ended since: it is asked before anything more is said.
    const filterNow = async (): Promise<ChangeFilter | null> => {
      const now = await (caller.access === undefined ? askAgain() : callerAgain(req, caller));
      return now === null ? null : filterOf(asked, now);
    };
    await auditAccess(parts, req, res, { action: 'search', detail: { of: 'changes' } });
    const since = sinceOf(asked, await numberChanges(index));
    if (form === 'json' && asked.waitSeconds === 0) {
      sendPage(res, await readPage(since, filter, asked.limit));
      return;
    }
    const leave = room.enter(callerOf(res).id);
    try {
      if (form === 'stream')
        await streamChanges({ index, watcher, heartbeatMs }, req, res, {
          since,
          filterNow,
          isStillValid: async () => (await callerAgain(req, caller)) !== null,
        });
      else sendPage(res, await waitForPage(req, res, since, filterNow, asked));
    } finally {
      leave();
    }
  });

  router.get('/changes/position', async (_req, res) => {
    withoutPatients(res);
    const { last, forgotten } = await numberChanges(index);
    const body: ChangesPosition = { last, oldest: forgotten };
    res.set('Cache-Control', 'no-store').json(body);
  });

  async function readPage(since: number, filter: ChangeFilter, limit: number): Promise<ChangesPage> {
    const { last } = await numberChanges(index);
    const changes = await readChanges(index, since, filter, limit);
    // Behind a page that is not full there is nothing more up to `last`; more may have come meanwhile.
    const position = changes.length === limit ? since : Math.max(since, last);
    return {
      changes: changes.map(({ at, ...change }) => ({ ...change, at: at.toISOString() })),
      position: Math.max(position, changes.at(-1)?.number ?? 0),
      last,
    };
  }

  async function waitForPage(
    req: Request,
    res: Response,
    since: number,
    filterNow: () => Promise<ChangeFilter | null>,
    { limit, waitSeconds }: ChangesRequest,
  ): Promise<ChangesPage> {
    const abort = new AbortController();
    const end = (): void => abort.abort();
    const timer = setTimeout(end, waitSeconds * 1000);
    // The client may have left while its credential was looked up.
    if (res.closed) end();
    res.once('close', end);
    req.app.once('closing', end);
    try {
      for (let from = since; ;) {
        const page = await readPage(from, (await filterNow()) ?? NOTHING, limit);
        if (page.changes.length > 0 || abort.signal.aborted) return page;
        from = page.position;
        await watcher.beyond(from, abort.signal);
      }
    } finally {
      clearTimeout(timer);
      req.app.off('closing', end);
    }
  }
  return router;
}

function sendPage(res: Response, page: ChangesPage): void {
  res.set({ 'Cache-Control': 'no-store', Vary: 'Accept' }).json(page);
}

/** Whether JSON or a stream is asked for. @throws HttpProblem 406 */
function formOf(req: Request): 'json' | 'stream' {
  for (const { type, q } of acceptableRanges(req.get('accept'), undefined)) {
    if (q === 0) continue;
    if (type === 'application/json' || type === 'application/*' || type === '*/*') return 'json';
    if (type === 'text/event-stream' || type === 'text/*') return 'stream';
  }
  throw notAcceptable(
    'Changes are answered as application/json or text/event-stream.',
    '变更仅以 application/json 或 text/event-stream 提供。',
  );
}

/** The answer of a question that is asked at most so often. */
function rememberedFor<T>(milliseconds: number, ask: () => Promise<T>): () => Promise<T> {
  let until = 0;
  let answer: Promise<T> | null = null;
  return () => {
    if (answer === null || performance.now() >= until) {
      answer = ask();
      until = performance.now() + milliseconds;
    }
    return answer;
  };
}

const NOTHING: ChangeFilter = { hospitals: [], actions: null };

function filterOf({ hospitals: asked, actions }: ChangesRequest, caller: Caller): ChangeFilter {
  const all = viewOf(caller, { hospital: null });
  if (asked?.length === 0) return { hospitals: [], actions };
  const { hospitals, granted } = asked === null ? all : narrowed(all, asked);
  return { hospitals, studies: granted, actions };
}

/** The number to go on from. @throws HttpProblem 410 when what followed it is not known any more */
function sinceOf({ since }: ChangesRequest, { last, forgotten }: ChangePosition): number {
  if (since === null) return forgotten;
  if (since === 'now') return last;
  if (since >= forgotten && since <= last) return since;
  const [detail, detailZh] =
    since < forgotten
      ? [
          `Changes up to number ${forgotten} are no longer kept. Compare with a search, then go on from since=${last}.`,
          `编号 ${forgotten} 及以前的变更已不再保留。请先用检索核对，再从 since=${last} 继续。`,
        ]
      : [
          `The feed stands at number ${last}: the index was restored since. Compare with a search, then go on from there.`,
          `变更流当前编号为 ${last}，说明索引曾经恢复过。请先用检索核对，再从该编号继续。`,
        ];
  throw new HttpProblem(410, 'changes-gone', detail, detailZh);
}
