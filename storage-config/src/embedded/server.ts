import { mkdir, readFile, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { errorCode } from '../database.ts';
import type { Log } from '../log.ts';
import { chooseRunner, EmbeddedPostgresError, findBinaries, reachableBinaries } from './binaries.ts';
import * as cluster from './cluster.ts';

const MAJOR = '18';
export const DATABASE = 'hutong';
const CANNOT_CONNECT_NOW = '57P03';
const DUPLICATE_DATABASE = '42P04';

export interface RunningServer {
  cluster: cluster.Cluster;
  socketFolder: string;
  pid: number;
  adopted: boolean;
}

/** URL of a database of the server behind a socket folder. */
export function urlOf(socketFolder: string, database: string): string {
  return `postgresql://${cluster.SUPERUSER}@localhost:${cluster.SOCKET_PORT}/${database}?host=${encodeURIComponent(socketFolder)}`;
}

/** The folder's cluster with the binaries and the user to run it; makes the folder, not the database. */
export async function prepareCluster(folder: string): Promise<cluster.Cluster> {
  const data = path.join(folder, 'cluster');
  const owner = await stat(data).catch(() => null);
  const runner = await chooseRunner(owner ?? undefined);
  const binaries = await reachableBinaries(await findBinaries(), runner);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return { folder, data, binaries, runner };
}

/**
 * Makes sure a server runs on the folder: adopts the one that does, or makes the data folder and starts one. Waits
 * for crash recovery. May be called by several processes at once; all end up on the same server.
 */
export async function ensureServer(
  place: cluster.Cluster,
  log: Log,
  options: { settings?: Record<string, string>; socketFolder?: string } = {},
): Promise<RunningServer> {
  const found = await findRunning(place, log);
  if (found !== null) return found;
  if (!(await cluster.isInitialised(place, MAJOR))) {
    log.info({}, 'making the database folder (first start, some seconds)');
    await cluster.initialise(place);
  }
  const socketFolder = options.socketFolder ?? (await cluster.chooseSocketFolder(place));
  const deadline = Date.now() + 15_000;
  for (;;) {
    const { child, exited } = await cluster.launch(place, socketFolder, options.settings);
    const outcome = await Promise.race([exited, answers(socketFolder, log, child.pid, 10_000)]);
    // Who answered may be a server that another process started in the same moment.
    if (
      outcome === true &&
      (await cluster.readPostmaster(place))?.pid === child.pid &&
      child.pid !== undefined
    ) {
      await createDatabase(socketFolder, DATABASE);
      return { cluster: place, socketFolder, pid: child.pid, adopted: false };
    }
    // It ended. Another process may have been quicker, or a killed server's last backends still hold its memory.
    const other = await findRunning(place, log);
    if (other !== null) {
      if (other.socketFolder !== socketFolder && socketFolder !== place.data)
        await rm(socketFolder, { recursive: true, force: true });
      return other;
    }
    if (Date.now() > deadline) {
      throw new EmbeddedPostgresError(
        `PostgreSQL did not start (${String(outcome)}):\n${await cluster.lastLines(place)}`,
      );
    }
    await sleep(300);
  }
}

/** The server that runs on the folder, adopted; null when none does. */
export async function findRunning(place: cluster.Cluster, log: Log): Promise<RunningServer | null> {
  const postmaster = await cluster.readPostmaster(place);
  if (postmaster === null) return null;
  const state = await stateOf(postmaster.pid);
  if (state === 'zombie') await cluster.disownPostmaster(place);
  // The number may belong to another program after a reboot: only an answer on our socket counts.
  if (state !== 'alive' || !(await answers(postmaster.socketFolder, log, postmaster.pid, 1500))) return null;
  await createDatabase(postmaster.socketFolder, DATABASE);
  return { cluster: place, ...postmaster, adopted: true };
}

/** A killed process whose parent never asks for it (process 1 of some containers) stays as a zombie. */
async function stateOf(pid: number): Promise<'alive' | 'zombie' | 'gone'> {
  try {
    process.kill(pid, 0);
  } catch (error) {
    if (errorCode(error) !== 'EPERM') return 'gone';
  }
  const status = await readFile(`/proc/${pid}/stat`, 'utf8').catch(() => '');
  return / Z /.test(status.slice(status.lastIndexOf(')'))) ? 'zombie' : 'alive';
}

/** True once the server takes connections, waiting while it recovers; false when nothing listens any more. */
async function answers(
  socketFolder: string,
  log: Log,
  pid: number | undefined,
  patienceMs: number,
): Promise<boolean> {
  const begun = Date.now();
  let told = begun;
  let refusedSince: number | null = null;
  for (;;) {
    const client = new pg.Client({
      connectionString: urlOf(socketFolder, 'postgres'),
      connectionTimeoutMillis: 5000,
    });
    client.on('error', () => undefined);
    try {
      await client.connect();
      await client.end();
      return true;
    } catch (error) {
      void client.end().catch(() => undefined);
      if (pid !== undefined && (await stateOf(pid)) !== 'alive') return false;
      if (errorCode(error) === CANNOT_CONNECT_NOW) refusedSince = null;
      else refusedSince ??= Date.now();
      // A starting server binds its socket within moments; a shut one never again.
      if (refusedSince !== null && Date.now() - refusedSince > patienceMs) return false;
    }
    if (Date.now() - told > 3000) {
      told = Date.now();
      log.info({ seconds: Math.round((told - begun) / 1000) }, 'waiting for PostgreSQL to recover');
    }
    await sleep(40);
  }
}

/** Creates a database unless it exists. */
export async function createDatabase(
  socketFolder: string,
  name: string,
  template = 'template0',
): Promise<void> {
  const client = new pg.Client({ connectionString: urlOf(socketFolder, 'postgres') });
  client.on('error', () => undefined);
  await client.connect();
  try {
    const { rowCount } = await client.query('SELECT FROM pg_database WHERE datname = $1', [name]);
    if (rowCount === 0) {
      await client.query(
        `CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(template)}`,
      );
    }
  } catch (error) {
    // Another process created it in between: told by the name, or by the catalogue's unique index.
    if (errorCode(error) !== DUPLICATE_DATABASE && errorCode(error) !== '23505') throw error;
  } finally {
    await client.end();
  }
}

/** Stops the server: fast shutdown, after 30 s without answer the immediate one (recovered at next start). */
export async function stopServer(server: RunningServer, log: Log): Promise<void> {
  const signal = (name: NodeJS.Signals): void => {
    try {
      process.kill(server.pid, name);
    } catch {
      // It has ended already.
    }
  };
  signal('SIGINT');
  const ended = await waitForEnd(server, 30_000);
  if (!ended) {
    log.warn(
      { pid: server.pid },
      'PostgreSQL did not shut down within 30 s; it is stopped at once and recovers next time',
    );
    signal('SIGQUIT');
    await waitForEnd(server, 10_000);
  }
  if (server.socketFolder !== server.cluster.data)
    await rm(server.socketFolder, { recursive: true, force: true });
}

async function waitForEnd(server: RunningServer, milliseconds: number): Promise<boolean> {
  const deadline = Date.now() + milliseconds;
  while (Date.now() < deadline) {
    if ((await stateOf(server.pid)) !== 'alive') return true;
    await sleep(25);
  }
  return false;
}
