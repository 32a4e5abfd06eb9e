import { closeSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { openFile, syncFile } from './systemCalls.ts';

/**
 * Makes directory entries durable. Calls for one directory that arrive while it is being synced share the next sync, so
 * many commits into one series cost a few syncs.
 */
export class DirectorySync {
  readonly #running = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();
  /** Directories known to exist durably. Bounded: forgetting one only costs a system call. */
  readonly #known = new Set<string>();

  /** Resolves when all entries made in the directory before the call are on disk. */
  sync(directory: string): Promise<void> {
    const waiting = this.#next.get(directory);
    if (waiting !== undefined) return waiting;
    const running = this.#running.get(directory);
    if (running === undefined) return this.#start(directory);
    const next = running
      .catch(() => undefined)
      .then(() => {
        this.#next.delete(directory);
        return this.#start(directory);
      });
    this.#next.set(directory, next);
    return next;
  }

  #start(directory: string): Promise<void> {
    const done = syncDirectory(directory).finally(() => {
      if (this.#running.get(directory) === done) this.#running.delete(directory);
    });
    this.#running.set(directory, done);
    return done;
  }

  /** Makes a directory and its parents below `root`, durably. */
  async make(root: string, directory: string): Promise<void> {
    if (this.#known.has(directory) || directory === root) return;
    const parent = path.dirname(directory);
    await this.make(root, parent);
    await mkdir(directory, { mode: 0o700 }).catch((error: unknown) => {
      if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
    });
    await this.sync(parent);
    if (this.#known.size > 10_000) this.#known.clear();
    this.#known.add(directory);
  }

  /** Directories may have been removed behind our back. */
  forget(): void {
    this.#known.clear();
  }
}

async function syncDirectory(directory: string): Promise<void> {
  const descriptor = await openFile(directory, 'r');
  try {
    await syncFile(descriptor);
  } finally {
    closeSync(descriptor);
  }
}
