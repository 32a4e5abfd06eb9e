import { once } from 'node:events';
import { type ChangeFilter, numberChanges, readChanges } from '@hutong/storage-config';
import type { Request, Response } from 'express';
import type { Pool } from 'pg';
import type { ChangeWatcher } from './changeWatcher.ts';

const PAGE = 200;
/** How often a quiet stream says that it is alive, and its credential is looked at again, in milliseconds. */
export const HEARTBEAT_MS = 15_000;
/** What an EventSource waits before it connects again, in milliseconds. */
const RECONNECT_MS = 3000;

export interface StreamParts {
  index: Pool;
  watcher: ChangeWatcher;
  heartbeatMs: number;
}

export interface StreamRequest {
  since: number;
  /** What the caller may see at the moment; null: nothing any more. */
  filterNow: () => Promise<ChangeFilter | null>;
  isStillValid: () => Promise<boolean>;
}

/**
 * Answers with a stream of Server-Sent Events, one `change` event for each change, its number as event id. It ends when
 * the client leaves, its credential ends, the server stops, or the client does not take what is sent.
 *
 * A heartbeat carries the position as its id, so that a client that connects again goes on from there though all that
 * happened meanwhile was not for it.
 */
export async function streamChanges(
  { index, watcher, heartbeatMs }: StreamParts,
  req: Request,
  res: Response,
  { since, filterNow, isStillValid }: StreamRequest,
): Promise<void> {
  const abort = new AbortController();
  const end = (): void => abort.abort();
  // The client may have left while its credential was looked up.
  if (res.closed) end();
  res.once('close', end);
  req.app.once('closing', end);
  let position = since;
  res.status(200).set({
    'Content-Type': 'text/event-stream; charset=utf-8',
    'Cache-Control': 'no-store',
    // Proxies are not to collect the events.
    'X-Accel-Buffering': 'no',
  });
  const send = async (text: string): Promise<void> => {
    if (!abort.signal.aborted && !res.write(text)) await once(res, 'drain', { signal: abort.signal });
  };
  const beat = async (): Promise<void> => {
    if (!(await isStillValid())) end();
    else if (!res.writableNeedDrain) await send(`: alive\nid: ${position}\n\n`);
  };
  // Neither an index that is away nor a connection that broke may go unhandled: the client connects again.
  const heartbeat = setInterval(() => void beat().catch(end), heartbeatMs);
  try {
    await send(`retry: ${RECONNECT_MS}\nid: ${position}\n\n`);
    while (!abort.signal.aborted) {
      const { last } = await numberChanges(index);
      const filter = await filterNow();
      if (filter === null) break;
      const changes = await readChanges(index, position, filter, PAGE);
      for (const change of changes) {
        position = change.number;
        await send(`id: ${change.number}\nevent: change\ndata: ${JSON.stringify(change)}\n\n`);
      }
      if (changes.length === PAGE) continue;
      position = Math.max(position, last);
      await watcher.beyond(position, abort.signal);
    }
  } catch (error) {
    if (!abort.signal.aborted) throw error;
  } finally {
    clearInterval(heartbeat);
    req.app.off('closing', end);
    res.end();
  }
}
