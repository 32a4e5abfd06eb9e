/**
 * The simplest Node program that moves the same bytes: the measured lower bound for this runtime. As a program it serves
 * the files of a folder, as they are or as bareRender.ts says, and stores what is posted, as bareStore.ts says.
 */
import { fork } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { SERVER_PROCESS } from '../../server/src/processSettings.ts';
import { bareRender, RENDERED_PREFIX } from './bareRender.ts';
import { openBareStore } from './bareStore.ts';

export interface BareNode {
  url: string;
  folder: string;
  pid: number;
  stop(): Promise<void>;
}

export async function startBareNode(): Promise<BareNode> {
  const folder = mkdtempSync(path.join(tmpdir(), 'bare-node-'));
  // PostgreSQL runs as a user of its own where this one is root.
  chmodSync(folder, 0o755);
  // With the memory settings of ours, which spare it collections of garbage too.
  const child = fork(import.meta.filename, [folder], {
    execArgv: [...SERVER_PROCESS.execArgv],
    env: { ...process.env, ...SERVER_PROCESS.env },
  });
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

async function serve(folder: string): Promise<void> {
  const { receive, stop } = await openBareStore(folder);
  const server = createServer((req, res) => {
    const file = path.join(folder, path.basename(req.url ?? ''));
    if (req.url?.startsWith(`/${RENDERED_PREFIX}`) === true) {
      res.end(bareRender(file));
      return;
    }
    const done =
      req.method === 'POST'
        ? receive(req, res)
        : pipeline(createReadStream(file, { highWaterMark: 256 * 1024 }), res);
    done.catch(() => res.destroy());
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  process.once('disconnect', () => {
    void stop().then(() => process.exit(0));
  });
  process.send?.({ port: (server.address() as AddressInfo).port });
}

if (process.argv[1] === import.meta.filename && process.send !== undefined)
  await serve(process.argv[2] ?? '');
