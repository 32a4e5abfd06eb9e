/**
 * A cloud in processes of its own, so that a bench can measure them: run as a program it is the server on an embedded
 * PostgreSQL; imported, it starts that program and reads what it uses.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { createLog } from '../scripts/operate/log.ts';
import { SERVER_PROCESS, startServer } from '../server/src/index.ts';
import {
  loadConfig,
  migrate,
  openIndex,
  openObjectStore,
  startEmbeddedPostgres,
} from '../storage-config/src/index.ts';

async function serve(folder: string): Promise<void> {
  const config = loadConfig({ ...process.env, HUTONG_DATA: folder, HUTONG_AUTH: 'off', HUTONG_PORT: '0' });
  const log = createLog('warn', 'server');
  const postgres = await startEmbeddedPostgres({ dataDirectory: folder, log });
  const index = openIndex(config, { databaseUrl: postgres.databaseUrl });
  await migrate(index);
  const objects = await openObjectStore(config);
  const server = await startServer({ config, index, objects, log });
  process.once('disconnect', () => {
    void server
      .close()
      .then(() => index.end())
      .then(() => postgres.stop())
      .then(() => process.exit(0));
  });
  process.send?.({ url: server.url });
}

export interface MeasuredCloud {
  url: string;
  /** Resident memory of the server process, in megabytes. */
  serverMegabytes(): number;
  /** CPU that was used so far, in milliseconds: the server, and all of PostgreSQL. */
  cpu(): { server: number; postgres: number };
  stop(): Promise<void>;
}

/** Starts the cloud in a folder of its own, which `stop` removes. */
export async function startCloudProcess(env: Record<string, string> = {}): Promise<MeasuredCloud> {
  const folder = mkdtempSync(path.join(tmpdir(), 'hutong-bench-'));
  const child: ChildProcess = fork(import.meta.filename, [folder], {
    execArgv: [...SERVER_PROCESS.execArgv],
    env: { ...process.env, ...SERVER_PROCESS.env, ...env },
  });
  const [{ url }] = (await once(child, 'message')) as [{ url: string }];
  const pid = child.pid!;
  return {
    url,
    serverMegabytes: () =>
      Number(/VmRSS:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1024,
    cpu: () => ({ server: cpuOf(pid), postgres: postgresCpu(folder) }),
    async stop() {
      const exited = once(child, 'exit');
      child.disconnect();
      await exited;
      rmSync(folder, { recursive: true, force: true });
    },
  };
}

interface ProcessTimes {
  parent: number;
  own: number;
  /** Of children that ended. */
  children: number;
}

const MS_PER_TICK = 10;

function timesOf(pid: number | string): ProcessTimes | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'latin1');
    const fields = text
      .slice(text.lastIndexOf(')') + 2)
      .split(' ')
      .map(Number);
    const [parent = 0, utime = 0, stime = 0, cutime = 0, cstime = 0] = [1, 11, 12, 13, 14].map(
      (i) => fields[i],
    );
    return { parent, own: (utime + stime) * MS_PER_TICK, children: (cutime + cstime) * MS_PER_TICK };
  } catch {
    return null;
  }
}

const cpuOf = (pid: number): number => timesOf(pid)?.own ?? 0;

/** The postmaster whose data lies below the folder, with its children that live and that ended. */
function postgresCpu(folder: string): number {
  const pids = readdirSync('/proc').filter((name) => /^\d+$/.test(name));
  const postmaster = /^\d+/.exec(readFileSync(postmasterFile(folder), 'utf8'))?.[0] ?? '';
  const own = timesOf(postmaster);
  const living = pids.map((pid) => timesOf(pid)).filter((times) => times?.parent === Number(postmaster));
  return (own?.own ?? 0) + (own?.children ?? 0) + living.reduce((sum, times) => sum + (times?.own ?? 0), 0);
}

function postmasterFile(folder: string): string {
  const found = readdirSync(path.join(folder, 'postgres'), { recursive: true, encoding: 'utf8' }).find(
    (name) => path.basename(name) === 'postmaster.pid',
  );
  if (found === undefined) throw new Error('no PostgreSQL runs in the folder of the bench');
  return path.join(folder, 'postgres', found);
}

if (process.argv[1] === import.meta.filename && process.send !== undefined)
  await serve(process.argv[2] ?? '');
