import { Inflate } from 'pako';
import type { DatasetParser } from './datasetParser.ts';
import { DicomError } from './dicomError.ts';

/** Output is handed on in pieces of this size, however far the input expands. */
const PIECE = 64 * 1024;

/** The deflated part of an object (PS3.5 §A.5): inflates what is written and passes it to the parser in pieces. */
export class InflatedDataset {
  readonly #parser: DatasetParser;
  readonly #maxBytes: number;
  #inflate: Inflate | null = null;
  #inflated = 0;
  /** zlib's return code at the end of the stream; not 0 where it is damaged. */
  #status = 0;
  #offset: number;

  /** @param offset Offset in the object of the first deflated byte. */
  constructor(parser: DatasetParser, maxBytes: number, offset: number) {
    this.#parser = parser;
    this.#maxBytes = maxBytes;
    this.#offset = offset;
  }

  /** @throws DicomError INFLATE_FAILED, or what the parser throws. */
  write(chunk: Uint8Array): void {
    if (chunk.length === 0) return;
    this.#inflate ??= this.#begin(chunk);
    // Bytes after the end of the stream are the padding to an even length.
    if (!isEnded(this.#inflate)) {
      this.#inflate.push(chunk, false);
      if (this.#status !== 0) {
        throw new DicomError(
          'INFLATE_FAILED',
          `The deflated dataset is damaged near byte ${this.#offset}.`,
          this.#offset,
        );
      }
    }
    this.#offset += chunk.length;
  }

  /** @throws DicomError TRUNCATED, or what the parser throws. */
  finish(): void {
    if (this.#inflate === null || !isEnded(this.#inflate)) {
      throw new DicomError(
        'TRUNCATED',
        `The deflated dataset does not end by byte ${this.#offset}.`,
        this.#offset,
      );
    }
    this.#parser.finish();
  }

  #begin(chunk: Uint8Array): Inflate {
    // Some writers put the zlib header in front that PS3.5 §A.5 leaves out.
    const [first = 0, second = 0] = chunk;
    const hasZlibHeader = (first & 0x0f) === 8 && first >>> 4 <= 7 && ((first << 8) | second) % 31 === 0;
    const inflate = new Inflate({ raw: !hasZlibHeader, chunkSize: PIECE });
    inflate.onData = (piece) => {
      const bytes = piece as Uint8Array;
      this.#inflated += bytes.length;
      if (this.#inflated > this.#maxBytes) {
        throw new DicomError(
          'INFLATE_FAILED',
          `The dataset inflates to more than ${this.#maxBytes} bytes.`,
          this.#offset,
        );
      }
      this.#parser.write(bytes);
    };
    // By default the pieces would be collected and joined here.
    inflate.onEnd = (status) => {
      this.#status = status;
    };
    return inflate;
  }
}

/** pako's types leave this field out. */
function isEnded(inflate: Inflate): boolean {
  return (inflate as Inflate & { ended: boolean }).ended;
}
