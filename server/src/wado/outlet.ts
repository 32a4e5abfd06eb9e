import { ObjectNotFound } from '@hutong/storage-config';
import type { Response } from 'express';
import { HttpProblem } from '../problem.ts';

/** The client closed the connection, or read nothing for too long; nobody is there to be told. */
export class ClientGone extends Error {
  override name = 'ClientGone';
}

/** How long a client may leave the socket's buffer full, in milliseconds. */
const STALL_MS = 120_000;

/** Takes the next bytes of a body, in one system call; resolves when more may come. Rejects with {@link ClientGone}. */
export type Outlet = (...chunks: readonly Uint8Array[]) => Promise<void>;

/**
 * Sends a body that `produce` makes, only as fast as the client takes it. Headers go out with the first bytes, so what
 * fails before them is still a problem answer; what fails later cuts the connection, so that no client takes a part
 * for the whole. HEAD is answered with the headers alone.
 *
 * @throws HttpProblem 500 `object-missing` when an object is not in the store; whatever `produce` throws
 */
export async function sendBody(
  res: Response,
  headers: Record<string, string>,
  produce: (write: Outlet) => Promise<void>,
): Promise<void> {
  for (const [name, value] of Object.entries(headers)) res.setHeader(name, value);
  if (res.req.method === 'HEAD') {
    res.end();
    return;
  }
  try {
    await produce((...chunks) => write(res, chunks));
    if (res.destroyed) throw new ClientGone();
    res.end();
  } catch (error) {
    if (error instanceof ClientGone || res.destroyed) {
      res.destroy();
      return;
    }
    // The headers of an answer that never began do not belong to the problem sent instead.
    if (!res.headersSent)
      for (const name of [
        'Content-Length',
        'Content-Range',
        'Content-Disposition',
        'Accept-Ranges',
        'ETag',
        'Warning',
      ])
        res.removeHeader(name);
    throw error instanceof ObjectNotFound ? objectMissing(error) : error;
  }
}

export function objectMissing(cause: unknown): HttpProblem {
  return new HttpProblem(
    500,
    'object-missing',
    'The index knows this instance, but its object is not in the object store. The operator has been told; `hutong verify` lists such objects.',
    '索引中有该实例，但对象存储中没有对应的数据。请联系系统管理员。',
    { cause },
  );
}

async function write(res: Response, chunks: readonly Uint8Array[]): Promise<void> {
  if (res.destroyed) throw new ClientGone();
  let goOn = true;
  // Of a chunked body, which has no length, a corked write may ask to wait for a drain that never comes.
  const corks = chunks.length > 1 && res.hasHeader('Content-Length');
  if (corks) res.cork();
  for (const chunk of chunks) goOn = res.write(chunk);
  if (corks) res.uncork();
  if (goOn || !res.writableNeedDrain) return;
  await new Promise<void>((resolve, reject) => {
    const timer = setTimeout(() => {
      settle(new ClientGone());
    }, STALL_MS);
    const settle = (error?: ClientGone): void => {
      clearTimeout(timer);
      res.off('drain', onDrain);
      res.off('close', onClose);
      if (error === undefined) resolve();
      else reject(error);
    };
    const onDrain = (): void => {
      settle();
    };
    const onClose = (): void => {
      settle(new ClientGone());
    };
    res.on('drain', onDrain);
    res.on('close', onClose);
  });
}

/** Runs `work` with a signal that aborts when the client goes away. */
export async function whileConnected<T>(
  res: Response,
  work: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const controller = new AbortController();
  const leave = (): void => {
    controller.abort(new ClientGone());
  };
  res.once('close', leave);
  try {
    return await work(controller.signal);
  } finally {
    res.off('close', leave);
  }
}
