/**
 * The simplest Node program that moves the same bytes: the measured lower bound for this runtime. As a program it serves
 * the files of a folder and stores what is posted, each part a file made durable and hashed; nothing is parsed,
 * authorised, indexed or logged.
 */
import { fork } from 'node:child_process';
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { mkdir, open } from 'node:fs/promises';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';

/** Says how many files of equal length a posted body becomes. */
export const PARTS_HEADER = 'x-parts';

export interface BareNode {
  url: string;
  folder: string;
  pid: number;
  stop(): Promise<void>;
}

export async function startBareNode(): Promise<BareNode> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bare-node-'));
  const child = fork(import.meta.filename, [folder]);
  const [{ port }] = (await once(child, 'message')) as [{ port: number }];
  return {
    url: `http://127.0.0.1:${port}`,
    folder,
    pid: child.pid!,
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

let stored = 0;

async function storeFile(folder: string, chunks: readonly Buffer[]): Promise<void> {
  const file = await open(path.join(folder, 'stored', String(stored++)), 'w');
  try {
    await file.writev([...chunks]);
    await file.datasync();
  } finally {
    await file.close();
  }
}

async function receive(folder: string, req: IncomingMessage, res: ServerResponse): Promise<void> {
  const each = Math.ceil(Number(req.headers['content-length']) / Number(req.headers[PARTS_HEADER] ?? 1));
  const pending: Promise<void>[] = [];
  let held: Buffer[] = [];
  let size = 0;
  const hash = createHash('sha256');
  for await (const chunk of req as AsyncIterable<Buffer>) {
    hash.update(chunk);
    held.push(chunk);
    size += chunk.length;
    if (size < each) continue;
    pending.push(storeFile(folder, held));
    held = [];
    size = 0;
    if (pending.length >= 8) await pending.shift();
  }
  if (held.length > 0) pending.push(storeFile(folder, held));
  await Promise.all(pending);
  res.end(hash.digest('hex'));
}

async function serve(folder: string): Promise<void> {
  await mkdir(path.join(folder, 'stored'));
  const server = createServer((req, res) => {
    const done =
      req.method === 'POST'
        ? receive(folder, req, res)
        : pipeline(
            createReadStream(path.join(folder, path.basename(req.url ?? '')), { highWaterMark: 256 * 1024 }),
            res,
          );
    done.catch(() => res.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.once('disconnect', () => process.exit(0));
  process.send?.({ port: (server.address() as AddressInfo).port });
}

if (process.argv[1] === import.meta.filename && process.send !== undefined)
  await serve(process.argv[2] ?? '');
