import { randomUUID } from 'node:crypto';
import { mkdir, open, readdir, rm, unlink, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import type { ByteRange } from '@hutong/dicom';

/** Gathered before a system call, and read at once. */
const BATCH = 256 * 1024;

/** The spool may not take more bytes now; sending again later may help. */
export class SpoolFull extends Error {
  override name = 'SpoolFull';
}

/**
 * Bytes that wait on disk until they can be put into an object: the bulk data of stores whose metadata and bulk data come
 * apart. One file a request, which loses its name as soon as it is open, so that nothing remains of it whatever ends
 * the process. All requests of the process share one bound.
 */
export class SpoolFolder {
  readonly #folder: string;
  readonly #maxBytes: number;
  #bytes = 0;
  #ready: Promise<void> | null = null;

  /** @param maxBytes of all spools of the process together */
  constructor(folder: string, maxBytes: number) {
    this.#folder = folder;
    this.#maxBytes = maxBytes;
  }

  /** Bytes in all spools now. */
  get bytes(): number {
    return this.#bytes;
  }

  async open(): Promise<Spool> {
    await (this.#ready ??= this.#prepare());
    const file = path.join(this.#folder, randomUUID());
    const handle = await open(file, 'wx+', 0o600);
    try {
      await unlink(file).catch(ignoreMissing);
    } catch (error) {
      await handle.close();
      throw error;
    }
    return new Spool(handle, {
      take: (bytes) => {
        if (this.#bytes + bytes > this.#maxBytes) throw new SpoolFull('the spool is full');
        this.#bytes += bytes;
      },
      give: (bytes) => {
        this.#bytes -= bytes;
      },
    });
  }

  /** A process that died between opening a file and taking its name away left the name, with nothing behind it. */
  async #prepare(): Promise<void> {
    await mkdir(this.#folder, { recursive: true, mode: 0o700 });
    for (const name of await readdir(this.#folder)) await rm(path.join(this.#folder, name), { force: true });
  }
}

function ignoreMissing(error: unknown): void {
  if (!(error instanceof Error && 'code' in error && error.code === 'ENOENT')) throw error;
}

interface Bound {
  /** @throws SpoolFull */
  take(bytes: number): void;
  give(bytes: number): void;
}

/** The spooled bytes of one request. Written one run after the other, read by ranges, gone when closed. */
export class Spool {
  readonly #handle: FileHandle;
  readonly #bound: Bound;
  #pending: Buffer[] = [];
  #pendingBytes = 0;
  /** Bytes written to the file. */
  #written = 0;
  #taken = 0;
  #closed = false;

  constructor(handle: FileHandle, bound: Bound) {
    this.#handle = handle;
    this.#bound = bound;
  }

  /** Where the next byte goes. */
  get position(): number {
    return this.#written + this.#pendingBytes;
  }

  /** @throws SpoolFull, or the error of the file system */
  async write(bytes: Buffer): Promise<void> {
    this.#bound.take(bytes.length);
    this.#taken += bytes.length;
    this.#pending.push(bytes);
    this.#pendingBytes += bytes.length;
    if (this.#pendingBytes >= BATCH) await this.#flush();
  }

  /** The bytes of a range, in chunks that are not used again. */
  async *read({ offset, length }: ByteRange): AsyncIterable<Buffer> {
    await this.#flush();
    for (let at = 0; at < length;) {
      const chunk = Buffer.allocUnsafeSlow(Math.min(BATCH, length - at));
      const { bytesRead } = await this.#handle.read(chunk, 0, chunk.length, offset + at);
      if (bytesRead === 0) throw new Error('the spool ends before the range');
      at += bytesRead;
      yield chunk.subarray(0, bytesRead);
    }
  }

  /** The bytes of a range in one piece. */
  async bytes(range: ByteRange): Promise<Buffer> {
    const chunks: Buffer[] = [];
    for await (const chunk of this.read(range)) chunks.push(chunk);
    return Buffer.concat(chunks);
  }

  async close(): Promise<void> {
    if (this.#closed) return;
    this.#closed = true;
    this.#pending = [];
    this.#bound.give(this.#taken);
    await this.#handle.close();
  }

  async #flush(): Promise<void> {
    let rest = this.#pending;
    this.#pending = [];
    this.#pendingBytes = 0;
    while (rest.length > 0) {
      const { bytesWritten } = await this.#handle.writev(rest, this.#written);
      this.#written += bytesWritten;
      rest = without(rest, bytesWritten);
    }
  }
}

/** The chunks after their first `count` bytes: writev may write less than asked. */
function without(chunks: Buffer[], count: number): Buffer[] {
  let skip = count;
  return chunks.flatMap((chunk) => {
    const here = Math.min(skip, chunk.length);
    skip -= here;
    return here === chunk.length ? [] : [chunk.subarray(here)];
  });
}
