import { createHash } from 'node:crypto';
import { lstat, mkdir, readdir, realpath, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { errorCode, findHospital, inTransaction, isOutage } from '@hutong/storage-config';
import type { Logger } from 'pino';
import { describeFailure } from '../failure.ts';
import { type Loop, startLoop } from '../loop.ts';
import { FileFault } from './fileFault.ts';
import { readInboxFile } from './readInboxFile.ts';
import { type Taken, takeFile, type TakingParts } from './takeFile.ts';

export interface InboxParts extends TakingParts {
  config: { inbox: string | null };
  log: Logger;
  pollMs?: number;
  quietMs?: number;
}

// Any fixed number will do, as long as every process takes the same one.
const LOCK = 0x4855_4942;
const POLL_MS = 2000;
/** A file that nobody wrote to for so long is whole. */
const QUIET_MS = 5000;
const HOSPITAL = /^[a-z0-9][a-z0-9-]{0,31}$/;
/** What is still being written, and what we or a system put there for other ends. */
const NOT_YET = /^\.|\.(?:tmp|part|partial|filepart|uploading|swp)$|~$/i;
/** Files of one hospital in one step, so that none waits for all of another's. */
const MOST_FILES = 50;

/**
 * Takes files from `<inbox>/<hospital>/`, and moves each to `done/` or, with a file beside it that says in both languages what
 * is wrong, to `failed/`. Any number of workers may share the folder: one is at it at a time. Killed at any moment it goes on
 * where it was: what was saved is recorded, and the same file is taken once.
 */
export function startInbox(parts: InboxParts): Loop {
  const { config, log, pollMs = POLL_MS } = parts;
  const { inbox } = config;
  const sizes = new Map<string, string>();
  return startLoop('inbox', log, async (signal) => {
    if (inbox === null) return 600_000;
    await inTransaction(parts.index, async (client) => {
      const { rows } = await client.query<{ taken: boolean }>(
        'SELECT pg_try_advisory_xact_lock($1) AS taken',
        [LOCK],
      );
      if (rows[0]?.taken !== true) return;
      await inboxStep(parts, inbox, sizes, signal).catch((error: unknown) => {
        if (!signal.aborted) throw error;
      });
    });
    return pollMs;
  });
}

/** Looks once through the folders of all hospitals. `sizes` keeps what files looked like the time before. */
export async function inboxStep(
  parts: InboxParts,
  inbox: string,
  sizes: Map<string, string>,
  signal: AbortSignal,
): Promise<void> {
  const root = await realpath(inbox);
  for (const hospital of await readdir(root)) {
    if (signal.aborted) return;
    const folder = path.join(root, hospital);
    if (!HOSPITAL.test(hospital) || !(await lstat(folder)).isDirectory()) continue;
    if ((await findHospital(parts.index, hospital)) === null) continue;
    if (!(await makeFolders(folder))) {
      parts.log.warn({ hospital }, 'done or failed in the inbox is no folder; nothing is taken');
      continue;
    }
    for (const name of (await quietFiles(folder, sizes, parts.quietMs ?? QUIET_MS)).slice(0, MOST_FILES)) {
      // It may be asked to stop at any of them.
      signal.throwIfAborted();
      await take(parts, hospital, folder, name);
    }
  }
}

/** Whether `done` and `failed` are folders of their own; a link would lead files elsewhere. */
async function makeFolders(folder: string): Promise<boolean> {
  for (const name of ['done', 'failed']) {
    const own = path.join(folder, name);
    await mkdir(own).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
    if (!(await lstat(own)).isDirectory()) return false;
  }
  return true;
}

/** Files that look as they did the time before and that nobody wrote to for a while, the oldest first. */
async function quietFiles(folder: string, sizes: Map<string, string>, quietMs: number): Promise<string[]> {
  const quiet: { name: string; at: number }[] = [];
  const names = await readdir(folder);
  for (const name of names) {
    if (NOT_YET.test(name)) continue;
    const file = path.join(folder, name);
    const stats = await lstat(file).catch(() => null);
    if (stats === null || stats.isDirectory()) continue;
    const looks = `${stats.size} ${stats.mtimeMs} ${stats.ino}`;
    const isSame = sizes.get(file) === looks;
    sizes.set(file, looks);
    if (isSame && Date.now() - stats.mtimeMs >= quietMs) quiet.push({ name, at: stats.mtimeMs });
  }
  const present = new Set(names.map((name) => path.join(folder, name)));
  for (const file of sizes.keys())
    if (path.dirname(file) === folder && !present.has(file)) sizes.delete(file);
  return quiet.toSorted((a, b) => a.at - b.at || (a.name < b.name ? -1 : 1)).map(({ name }) => name);
}

const UNEXPECTED = {
  at: '',
  zh: '处理时出错，运行日志中有记录。',
  en: 'The file could not be worked on; the log of the workers says more.',
};

async function take(parts: InboxParts, hospital: string, folder: string, name: string): Promise<void> {
  const { log } = parts;
  const file = path.join(folder, name);
  let taken: Taken;
  try {
    const bytes = await readInboxFile(file);
    if (bytes === null) return;
    taken = await takeFile(parts, hospital, name, bytes);
  } catch (error) {
    // What is away comes back, and the file is taken then; anything else must not keep the files behind it.
    if (!(error instanceof FileFault) && (isOutage(error) || /^(?:25|40|53|57)/.test(errorCode(error) ?? '')))
      throw error;
    if (!(error instanceof FileFault))
      log.error({ hospital, reason: describeFailure(error) }, 'a file was not taken');
    taken = { state: 'failed', errors: error instanceof FileFault ? error.errors : [UNEXPECTED] };
  }
  await move(folder, name, taken);
  log.info({ hospital, state: taken.state, errors: taken.errors.length }, 'took a file');
}

async function move(folder: string, name: string, { state, errors }: Taken): Promise<void> {
  const target = path.join(folder, state, await freeName(path.join(folder, state), name));
  if (state === 'failed') {
    const lines = errors.map(({ at, zh, en }) => `${at === '' ? '' : `${at}: `}${zh} / ${en}`);
    const text = `文件未能全部接收，请更正后重新放入。 / The file was not taken whole; correct it and put it here again.\n${lines.join('\n')}\n`;
    await writeFile(`${target}.error.txt`, text, { flag: 'wx' }).catch((error: unknown) => {
      if (errorCode(error) !== 'EEXIST') throw error;
    });
  }
  await rename(path.join(folder, name), target).catch((error: unknown) => {
    if (errorCode(error) !== 'ENOENT') throw error;
  });
}

/** The name, or with a mark before its ending where a file has it. */
async function freeName(folder: string, name: string): Promise<string> {
  const isTaken = await lstat(path.join(folder, name)).then(
    () => true,
    () => false,
  );
  if (!isTaken) return name;
  const mark = createHash('sha256').update(`${name} ${Date.now()}`).digest('hex').slice(0, 8);
  const { name: stem, ext } = path.parse(name);
  return `${stem}~${mark}${ext}`;
}
