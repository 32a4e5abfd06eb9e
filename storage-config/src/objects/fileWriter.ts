import { closeSync } from 'node:fs';
import { rm } from 'node:fs/promises';
import type { ObjectWriter } from '../objectStore.ts';
import { writing } from './fileErrors.ts';
import { datasyncFile, writeFile } from './systemCalls.ts';
import type { UnfinishedFile } from './unfinishedFiles.ts';

/** Gathered before a system call; also what one writer holds in memory at most, and the chunk that filled it. */
const BATCH = 256 * 1024;
/** An object that is known to be no longer is written in one system call. */
const WHOLE = 1024 * 1024;

/** Whether an object of so many bytes is written in one system call; undefined where they are not known. */
export const isWrittenAtOnce = (size: number | undefined): boolean => size !== undefined && size <= WHOLE;

export interface FileWriterPlace {
  /** Bytes of the object, where they are known. */
  size: number | undefined;
  /** Puts the metadata into its place, while the bytes become durable. Whether nothing stood there before. */
  prepare(): Promise<boolean>;
  /** Gives the finished file its name; its name and that of the metadata are durable then. */
  publish(): Promise<void>;
  /** Removes what prepare put where nothing stood before. */
  withdraw(): Promise<void>;
}

/** Writes one object into a temporary file; see ObjectWriter for the contract. */
export class FileWriter implements ObjectWriter {
  readonly #file: UnfinishedFile;
  readonly #place: FileWriterPlace;
  readonly #batch: number;
  #pending: Uint8Array[] = [];
  #pendingBytes = 0;
  #state: 'open' | 'committing' | 'committed' | 'aborted' = 'open';
  #closed = false;
  #publishing = false;
  #running: Promise<unknown> = Promise.resolve();
  /** Whether metadata stands where nothing did. */
  #prepared: Promise<boolean> = Promise.resolve(false);

  /** @param file is the writer's from now on */
  constructor(file: UnfinishedFile, place: FileWriterPlace) {
    this.#file = file;
    this.#place = place;
    this.#batch = isWrittenAtOnce(place.size) ? WHOLE + 1 : BATCH;
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
      this.#prepared = this.#place.prepare();
      // Where it fails, that is said below, unless something else failed before.
      this.#prepared.catch(() => undefined);
      await this.#flush();
      if (!this.#file.synced) await this.#run(() => datasyncFile(this.#file.descriptor));
      this.#close();
      await this.#prepared;
      await this.#run(() => {
        this.#publishing = true;
        return this.#place.publish();
      });
    });
    this.#state = 'committed';
  }

  async abort(): Promise<void> {
    if (this.#state === 'committed' || this.#state === 'aborted') return;
    this.#state = 'aborted';
    this.#pending = [];
    const published = await this.#running.then(
      () => this.#publishing,
      () => false,
    );
    // It came too late: the object has its name.
    if (published) return;
    this.#close();
    await rm(this.#file.path, { force: true });
    if (await this.#prepared.catch(() => false)) await this.#place.withdraw();
  }

  async #flush(): Promise<void> {
    let rest = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    while (rest.length > 0) {
      const { bytesWritten } = await this.#run(() => writeFile(this.#file.descriptor, rest));
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
      closeSync(this.#file.descriptor);
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
