import type { ByteRange } from '@hutong/dicom';
import type { ObjectStore } from '@hutong/storage-config';
import type { Readable } from 'node:stream';
import { createInflate, createInflateRaw } from 'node:zlib';

/** Bytes of an object that its group 0002 is looked for in; it is a few hundred bytes long. */
const META_READ = 64 * 1024;
const META_START = 132;
/** Value representations of group 0002 whose length takes four bytes (PS3.5 §7.1.2). */
const LONG_VRS = new Set(['OB', 'OW', 'UN', 'UT', 'UC', 'UR', 'SQ']);

/**
 * Length of preamble, prefix and group 0002 at the beginning of an object (PS3.10 §7.1).
 *
 * @throws RangeError where the group does not end within `bytes`
 */
export function datasetOffset(bytes: Buffer): number {
  let at = META_START;
  while (bytes.readUInt16LE(at) === 0x0002) {
    const long = LONG_VRS.has(bytes.toString('latin1', at + 4, at + 6));
    at += long ? 12 + bytes.readUInt32LE(at + 8) : 8 + bytes.readUInt16LE(at + 6);
  }
  return at;
}

/** The dataset of a deflated object (PS3.5 §A.5), inflated as it is read. Memory is what zlib buffers. */
export async function inflatedDataset(
  objects: ObjectStore,
  { object_key: key, object_size: size }: { object_key: string; object_size: number },
): Promise<Readable> {
  const start = datasetOffset(
    await objects.read(key, { offset: 0, length: Math.min(META_READ, size) }),
  );
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

  constructor(open: () => Promise<Readable>) {
    this.#open = open;
  }

  /** @throws RangeError where the stream ends before the range does; what the stream throws */
  async read({ offset, length }: ByteRange): Promise<Buffer> {
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
      if (this.#rest.length === 0) {
        const next = await this.#chunks?.next();
        if (next === undefined || next.done === true)
          throw new RangeError('the dataset ends before the range does');
        this.#rest = next.value;
      }
      const part = this.#rest.subarray(0, count - taken);
      if (into !== null) part.copy(into, taken);
      this.#rest = this.#rest.subarray(part.length);
      taken += part.length;
      this.#position += part.length;
    }
  }
}
