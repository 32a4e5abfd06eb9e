import { randomUUID } from 'node:crypto';
import { closeSync, constants } from 'node:fs';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { openFile } from './systemCalls.ts';

/** A new file that has no name of its own yet. Whoever has it closes it and moves or removes it. */
export interface UnfinishedFile {
  path: string;
  descriptor: number;
  /** Whether a write is durable as soon as it returned. */
  synced: boolean;
}

/** Files that are held ready at most, and for how long without use, in milliseconds. */
const SPARES = 4;
const SPARE_MS = 10_000;
/** Spares pay where files follow each other closer than this, in milliseconds. */
const BUSY_MS = 1000;

const NEW = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL;
/** One call that writes and syncs in place of two; other systems mean less by it than their fdatasync does. */
const SYNCED = process.platform === 'linux' ? constants.O_DSYNC : 0;

/**
 * Opens the files that objects are written into. While many small ones are written, the next are opened before they are
 * asked for: an object then waits for one call of the thread pool less.
 */
export class UnfinishedFiles {
  readonly #folder: string;
  /** Names of different processes that share the folder differ. */
  readonly #process = randomUUID();
  #opened = 0;
  #spares: Promise<UnfinishedFile | null>[] = [];
  #lastTaken = -Infinity;
  #closed = false;
  readonly #idle: NodeJS.Timeout;

  constructor(folder: string) {
    this.#folder = folder;
    this.#idle = setTimeout(() => void this.dropSpares(), SPARE_MS);
    this.#idle.unref();
  }

  /** A file for an object of any length. */
  open(): Promise<UnfinishedFile> {
    return this.#open(0);
  }

  /** A file for an object that is written in one call. */
  async openForOneWrite(): Promise<UnfinishedFile> {
    const now = performance.now();
    const busy = now - this.#lastTaken < BUSY_MS;
    this.#lastTaken = now;
    const spare = this.#spares.shift();
    if (busy) this.#openSpares(spare === undefined ? 2 : 1);
    return (await spare) ?? (await this.#open(SYNCED));
  }

  /** Lets the files go that nobody asked for yet. Never rejects: what cannot be removed is swept later. */
  async dropSpares(): Promise<void> {
    const spares = this.#spares;
    this.#spares = [];
    for (const spare of spares) {
      const file = await spare;
      if (file === null) continue;
      try {
        closeSync(file.descriptor);
      } catch {
        // It holds no bytes that could be lost.
      }
      await rm(file.path, { force: true }).catch(() => undefined);
    }
  }

  close(): Promise<void> {
    this.#closed = true;
    clearTimeout(this.#idle);
    return this.dropSpares();
  }

  #openSpares(count: number): void {
    if (this.#closed) return;
    this.#idle.refresh();
    for (let i = 0; i < count && this.#spares.length < SPARES; i += 1) {
      // Whoever needs a file finds out himself why none can be opened.
      this.#spares.push(this.#open(SYNCED).catch(() => null));
    }
  }

  async #open(flags: number): Promise<UnfinishedFile> {
    this.#opened += 1;
    const file = path.join(this.#folder, `${this.#process}-${this.#opened}`);
    const descriptor = await openFile(file, NEW | flags, 0o600);
    return { path: file, descriptor, synced: flags !== 0 };
  }
}
