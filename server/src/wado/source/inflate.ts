import { type ByteRange, datasetOffset } from '@hutong/dicom';
import type { ObjectStore } from '@hutong/storage-config';
import type { Readable } from 'node:stream';
import { createInflate, createInflateRaw } from 'node:zlib';

/** Bytes of an object that its group 0002 is looked for in; it is a few hundred bytes long. */
const META_READ = 64 * 1024;
/** The dataset of a deflated object (PS3.5 §A.5), inflated as it is read. Memory is what zlib buffers. */
export async function inflatedDataset(
  objects: ObjectStore,
  { object_key: key, object_size: size }: { object_key: string; object_size: number },
): Promise<Readable> {
  const start = datasetOffset(await objects.read(key, { offset: 0, length: Math.min(META_READ, size) }));
  const first = await objects.read(key, { offset: start, length: Math.min(2, size - start) });
  const [a = 0, b = 0] = first;
  // Some writers put the zlib header in front that PS3.5 §A.5 leaves out.
  const hasHeader = (a & 0x0f) === 8 && a >>> 4 <= 7 && ((a << 8) | b) % 31 === 0;
  const source = await objects.get(key, { offset: start, length: size - start });
  const inflate = hasHeader ? createInflate() : createInflateRaw();
  source.on('error', (error) => inflate.destroy(error));
  inflate.on('close', () => source.destroy());
  return source.pipe(inflate);
}

/** Reads ranges of a stream of bytes that goes one way: a range before the last one begins the stream anew. */
export class ForwardReader {
  readonly #open: () => Promise<Readable>;
  #stream: Readable | null = null;
  #chunks: AsyncIterator<Buffer> | null = null;
  #rest: Buffer = Buffer.alloc(0);
  #position = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(open: () => Promise<Readable>) {
    this.#open = open;
  }

  /**
   * Reads that are asked for at once are done one after the other.
   *
   * @throws RangeError where the stream ends before the range does; what the stream throws
   */
  read(range: ByteRange): Promise<Buffer> {
    return this.#inTurn(() => this.#read(range));
  }

  /** What follows `offset`. @throws RangeError where that is more than `most` bytes */
  rest(offset: number, most: number): Promise<Buffer> {
    return this.#inTurn(async () => {
      if (this.#chunks === null || offset < this.#position) await this.#begin();
      await this.#take(offset - this.#position, null);
      const parts = [];
      let length = 0;
      while (this.#rest.length > 0 || (await this.#more())) {
        length += this.#rest.length;
        if (length > most) throw new RangeError('more follows than is worked on');
        parts.push(this.#rest);
        this.#position += this.#rest.length;
        this.#rest = Buffer.alloc(0);
      }
      return Buffer.concat(parts);
    });
  }

  #inTurn<T>(work: () => Promise<T>): Promise<T> {
    const result = this.#turn.then(work);
    this.#turn = result.catch(() => undefined);
    return result;
  }

  async #read({ offset, length }: ByteRange): Promise<Buffer> {
    if (this.#chunks === null || offset < this.#position) await this.#begin();
    await this.#take(offset - this.#position, null);
    // No padding and no pool: the buffer is handed to a thread.
    const bytes = Buffer.allocUnsafeSlow(length);
    await this.#take(length, bytes);
    return bytes;
  }

  close(): void {
    this.#stream?.destroy();
    this.#chunks = null;
  }

  async #begin(): Promise<void> {
    this.close();
    this.#stream = await this.#open();
    this.#chunks = this.#stream.iterator({ destroyOnReturn: true }) as AsyncIterator<Buffer>;
    this.#rest = Buffer.alloc(0);
    this.#position = 0;
  }

  async #take(count: number, into: Buffer | null): Promise<void> {
    let taken = 0;
    while (taken < count) {
      if (this.#rest.length === 0 && !(await this.#more()))
        throw new RangeError('the dataset ends before the range does');
      const part = this.#rest.subarray(0, count - taken);
      if (into !== null) part.copy(into, taken);
      this.#rest = this.#rest.subarray(part.length);
      taken += part.length;
      this.#position += part.length;
    }
  }

  /** Takes the next chunk; false at the end of the stream. */
  async #more(): Promise<boolean> {
    const next = await this.#chunks?.next();
    if (next === undefined || next.done === true) return false;
    this.#rest = next.value;
    return true;
  }
}
