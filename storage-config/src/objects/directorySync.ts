import { closeSync, fstatSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import path from 'node:path';
import { openFile, syncFile } from './systemCalls.ts';

/** Directories that are held open: those of the series that are being stored. */
const OPEN = 64;

/**
 * Makes directory entries durable. Calls for one directory that arrive while it is being synced share the next sync, so
 * many commits into one series cost a few syncs; and the directory stays open, for opening it costs as much as its sync.
 */
export class DirectorySync {
  readonly #running = new Map<string, Promise<void>>();
  readonly #next = new Map<string, Promise<void>>();
  /** Directories known to exist durably. Bounded: forgetting one only costs a system call. */
  readonly #known = new Set<string>();
  /** Descriptors of open directories that no sync uses, the one used last at the end. */
  readonly #open = new Map<string, number>();
  #closed = false;

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
    const done = this.#sync(directory).finally(() => {
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

  /** Closes the directories; those being synced once that is done. */
  close(): void {
    this.#closed = true;
    for (const descriptor of this.#open.values()) closeSync(descriptor);
    this.#open.clear();
  }

  /** There is never more than one sync of a directory at once, so whoever takes its descriptor has it alone. */
  async #sync(directory: string): Promise<void> {
    const descriptor = this.#take(directory) ?? (await openFile(directory, 'r'));
    try {
      await syncFile(descriptor);
    } catch (error) {
      closeSync(descriptor);
      throw error;
    }
    this.#keep(directory, descriptor);
  }

  #take(directory: string): number | undefined {
    const descriptor = this.#open.get(directory);
    if (descriptor === undefined) return undefined;
    this.#open.delete(directory);
    // One that was removed has no name left; another may have been made in its place, which this one would not sync.
    if (fstatSync(descriptor).nlink > 0) return descriptor;
    closeSync(descriptor);
    return undefined;
  }

  #keep(directory: string, descriptor: number): void {
    if (this.#closed) {
      closeSync(descriptor);
      return;
    }
    this.#open.set(directory, descriptor);
    const [oldest] = this.#open;
    if (this.#open.size <= OPEN || oldest === undefined) return;
    this.#open.delete(oldest[0]);
    closeSync(oldest[1]);
  }
}
