import { closeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { ObjectWriter } from '../objectStore.ts';
import { writing } from './fileErrors.ts';
import { datasyncFile, writeFile } from './systemCalls.ts';

/** Gathered before a system call; also what one writer holds in memory at most, and the chunk that filled it. */
const BATCH = 256 * 1024;
/** An object that is known to be no longer is written in one system call. */
const WHOLE = 1024 * 1024;

export interface FileWriterPlace {
  /** Path of the unfinished file. */
  temporary: string;
  /** Bytes of the object, where they are known. */
  size: number | undefined;
  /** Gives the finished file and its metadata their names, durably. */
  publish(): Promise<void>;
}

/** Writes one object into a temporary file; see ObjectWriter for the contract. */
export class FileWriter implements ObjectWriter {
  readonly #descriptor: number;
  readonly #place: FileWriterPlace;
  readonly #batch: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #state: 'open' | 'committing' | 'committed' | 'aborted' = 'open';
  #closed = false;
  #running: Promise<unknown> = Promise.resolve();

  /** @param descriptor of the unfinished file; it is the writer's to close */
  constructor(descriptor: number, place: FileWriterPlace) {
    this.#descriptor = descriptor;
    this.#place = place;
    this.#batch = place.size !== undefined && place.size <= WHOLE ? WHOLE + 1 : BATCH;
  }

  async write(chunk: Uint8Array): Promise<void> {
    if (this.#state !== 'open') throw new Error('the writer has ended');
    this.#pending.push(chunk);
    this.#pendingBytes += chunk.byteLength;
    if (this.#pendingBytes >= this.#batch) await writing(() => this.#flush());
  }

  async commit(): Promise<void> {
    if (this.#state !== 'open') throw new Error('the writer has ended');
    this.#state = 'committing';
    await writing(async () => {
      await this.#flush();
      await this.#run(() => datasyncFile(this.#descriptor));
      this.#close();
      await this.#place.publish();
    });
    this.#state = 'committed';
  }

  async abort(): Promise<void> {
    if (this.#state === 'committed' || this.#state === 'aborted') return;
    this.#state = 'aborted';
    this.#pending = [];
    await this.#running.catch(() => undefined);
    this.#close();
    await rm(this.#place.temporary, { force: true });
  }

  async #flush(): Promise<void> {
    let rest = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    while (rest.length > 0) {
      const { bytesWritten } = await this.#run(() => writeFile(this.#descriptor, rest));
      rest = without(rest, bytesWritten);
    }
  }

  /** Whoever aborts waits for the call that runs, so that the descriptor is not closed (and given away anew) under it. */
  #run<T>(call: () => Promise<T>): Promise<T> {
    if (this.#state === 'aborted') throw new Error('the writer has ended');
    const running = call();
    this.#running = running;
    return running;
  }

  /** The bytes are on disk or of no more use: whether the file could be closed says nothing more of them. */
  #close(): void {
    if (this.#closed) return;
    this.#closed = true;
    try {
      closeSync(this.#descriptor);
    } catch {
      // Nothing is left to be done.
    }
  }
}

/** The chunks after their first `count` bytes: writev may write less than asked. */
function without(chunks: Uint8Array[], count: number): Uint8Array[] {
  let skip = count;
  return chunks.flatMap((chunk) => {
    const here = Math.min(skip, chunk.byteLength);
    skip -= here;
    return here === chunk.byteLength ? [] : [chunk.subarray(here)];
  });
}
