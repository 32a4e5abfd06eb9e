import { type ChildProcess, spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import {
  chmod,
  chown,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  writeFile,
} from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { EmbeddedPostgresError, type Runner } from './binaries.ts';

/**
 * One PostgreSQL data folder and how its server is reached: only through a socket in a folder that nobody but
 * its user (and root) can enter, so no password is needed and no port is opened.
 */
export interface Cluster {
  /** Holds `cluster` (PGDATA) and `server.log`. */
  folder: string;
  /** PGDATA, absolute. */
  data: string;
  binaries: string;
  runner: Runner | null;
}

export const SUPERUSER = 'hutong';
/** Names the socket file only: nothing listens on TCP. */
export const SOCKET_PORT = 5432;
// sun_path holds 107 bytes and an end on Linux, 103 on macOS.
const LONGEST_SOCKET_PATH = process.platform === 'darwin' ? 103 : 107;
const LARGEST_LOG = 8 * 1024 * 1024;

/**
 * How the server names its own data folder. As root we put it there through its working directory: its user may
 * lack the right to pass the folders above (a data folder under /root), which an absolute path would need.
 */
function ownPath(cluster: Pick<Cluster, 'data' | 'runner'>): string {
  return cluster.runner === null ? cluster.data : '/proc/self/cwd';
}

function spawnAs(
  cluster: Cluster,
  program: 'initdb' | 'postgres',
  args: string[],
  cwd: string,
  output: number,
): ChildProcess {
  return spawn(path.join(cluster.binaries, 'bin', program), args, {
    cwd,
    // Its own session: Ctrl-C in our terminal must not stop the server before us.
    detached: true,
    stdio: ['ignore', output, output],
    env: { PATH: '/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' },
    ...(cluster.runner === null ? {} : { uid: cluster.runner.uid, gid: cluster.runner.gid }),
  });
}

function ended(child: ChildProcess): Promise<number | string> {
  return new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(code ?? signal ?? 'unknown'));
  });
}

/** Appends to the server's log, keeping one older file when it grew large. */
async function openLog(cluster: Cluster): Promise<Awaited<ReturnType<typeof open>>> {
  const file = path.join(cluster.folder, 'server.log');
  const found = await stat(file).catch(() => null);
  if (found !== null && found.size > LARGEST_LOG) await rename(file, `${file}.1`);
  return open(file, 'a', 0o600);
}

/** True when the data folder has been made. @throws EmbeddedPostgresError when another PostgreSQL made it */
export async function isInitialised(cluster: Cluster, major: string): Promise<boolean> {
  const version = await readFile(path.join(cluster.data, 'PG_VERSION'), 'utf8').catch(() => null);
  if (version === null) return false;
  if (version.trim() !== major) {
    throw new EmbeddedPostgresError(
      `${cluster.data} was made by PostgreSQL ${version.trim()}, this program brings ${major}: ` +
        'dump it with the program that made it and restore it into a fresh data folder.',
    );
  }
  return true;
}

/**
 * Makes the data folder: under another name first and then renamed, so that a kill leaves no half-made one and
 * of two processes one wins.
 */
export async function initialise(cluster: Cluster): Promise<void> {
  await removeUnfinished(cluster.folder);
  const unfinished = path.join(cluster.folder, `unfinished-${randomBytes(6).toString('hex')}`);
  await mkdir(unfinished, { mode: 0o700 });
  if (cluster.runner !== null) await chown(unfinished, cluster.runner.uid, cluster.runner.gid);
  const log = await openLog(cluster);
  try {
    const args = ['-D', cluster.runner === null ? unfinished : '/proc/self/cwd', `--username=${SUPERUSER}`];
    args.push('--auth-local=trust', '--auth-host=reject', '--encoding=UTF8', '--no-instructions');
    // Sorting and case rules that no operating system update can change.
    args.push('--locale=C', '--locale-provider=builtin', '--builtin-locale=C.UTF-8');
    const code = await ended(spawnAs(cluster, 'initdb', args, unfinished, log.fd));
    if (code !== 0)
      throw new EmbeddedPostgresError(`initdb ended with ${code}:\n${await lastLines(cluster)}`);
    await rename(unfinished, cluster.data).catch(async (error: unknown) => {
      if ((await stat(path.join(cluster.data, 'PG_VERSION')).catch(() => null)) === null) throw error;
    });
    const folder = await open(cluster.folder, 'r');
    await folder.sync().finally(() => folder.close());
  } finally {
    await log.close();
    await rm(unfinished, { recursive: true, force: true });
  }
}

/** What killed first starts left. Young ones may belong to a process that is at it. */
async function removeUnfinished(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    if (!name.startsWith('unfinished-')) continue;
    const found = await stat(path.join(folder, name)).catch(() => null);
    if (found !== null && Date.now() - found.mtimeMs > 600_000) {
      await rm(path.join(folder, name), { recursive: true, force: true });
    }
  }
}

/** Where the server's socket goes: the data folder itself, or a short private folder when that path is too long. */
export async function chooseSocketFolder(cluster: Cluster): Promise<string> {
  const inside = path.join(cluster.data, `.s.PGSQL.${SOCKET_PORT}`);
  if (Buffer.byteLength(inside) <= LONGEST_SOCKET_PATH) return cluster.data;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'hutong-'));
  await chmod(folder, 0o700);
  if (cluster.runner !== null) await chown(folder, cluster.runner.uid, cluster.runner.gid);
  return folder;
}

/** Memory and durability settings; on the command line, so that they follow the program's version. */
function settings(extra: Record<string, string>): string[] {
  const memory = os.totalmem() / 2 ** 20;
  const values: Record<string, string> = {
    listen_addresses: '',
    port: String(SOCKET_PORT),
    max_connections: '100',
    shared_buffers: `${Math.round(Math.min(512, Math.max(128, memory / 32)))}MB`,
    effective_cache_size: `${Math.round(memory / 2)}MB`,
    maintenance_work_mem: '64MB',
    fsync: 'on',
    synchronous_commit: 'on',
    full_page_writes: 'on',
    wal_compression: 'pglz',
    min_wal_size: '128MB',
    max_wal_size: '2GB',
    checkpoint_timeout: '15min',
    random_page_cost: '1.1',
    jit: 'off',
    timezone: 'UTC',
    // Statements and row values may hold patient data.
    log_min_error_statement: 'panic',
    log_error_verbosity: 'terse',
    log_checkpoints: 'off',
    log_line_prefix: '%m [%p] ',
    ...extra,
  };
  return Object.entries(values).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
}

/** Starts the server; it may still be recovering when this returns. */
export async function launch(
  cluster: Cluster,
  socketFolder: string,
  extra: Record<string, string> = {},
): Promise<{ child: ChildProcess; exited: Promise<number | string> }> {
  const own = ownPath(cluster);
  const sockets = socketFolder === cluster.data ? own : socketFolder;
  const args = ['-D', own, ...settings({ unix_socket_directories: sockets, ...extra })];
  const log = await openLog(cluster);
  try {
    const child = spawnAs(cluster, 'postgres', args, cluster.data, log.fd);
    const exited = ended(child);
    exited.catch(() => undefined);
    child.unref();
    return { child, exited };
  } finally {
    await log.close();
  }
}

/** What postmaster.pid says of a server that runs, or ran, on the data folder. */
export async function readPostmaster(
  cluster: Cluster,
): Promise<{ pid: number; socketFolder: string } | null> {
  const text = await readFile(path.join(cluster.data, 'postmaster.pid'), 'utf8').catch(() => null);
  if (text === null) return null;
  const lines = text.split('\n');
  const pid = Number(lines[0]);
  const socketFolder = lines[4]?.trim() ?? '';
  if (!Number.isInteger(pid) || pid <= 1 || socketFolder === '') return null;
  return { pid, socketFolder: socketFolder === ownPath(cluster) ? cluster.data : socketFolder };
}

/**
 * Writes our own process number into postmaster.pid in place of a zombie's. PostgreSQL would take the zombie for a
 * running server and refuse to start; its parent's number it takes for stale, and then still checks that no backend
 * of the dead server is left.
 */
export async function disownPostmaster(cluster: Cluster): Promise<void> {
  const file = path.join(cluster.data, 'postmaster.pid');
  const text = await readFile(file, 'utf8');
  await writeFile(file, text.replace(/^\d+/, String(process.pid)));
}

/** The end of the server's log, for an error message. */
export async function lastLines(cluster: Cluster): Promise<string> {
  const text = await readFile(path.join(cluster.folder, 'server.log'), 'utf8').catch(() => '');
  return text.trimEnd().split('\n').slice(-8).join('\n');
}
