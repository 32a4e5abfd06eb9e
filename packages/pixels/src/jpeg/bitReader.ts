import { type HuffmanTable, LOOKUP_BITS } from './huffman.ts';
import { damaged } from './markers.ts';

/** Zero bits that may be read past the end of a segment, as decoders look ahead. */
const MAX_PAST_END_BITS = 64;

/** Reads the entropy-coded bits of a scan (ITU-T T.81 F.2.2.5), without its stuffed bytes, up to the next marker. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at: number;
  #bits = 0;
  #count = 0;
  #pastEnd = 0;

  constructor(bytes: Uint8Array, start: number) {
    this.#bytes = bytes;
    this.#at = start;
  }

  /** Makes at least 16 bits ready; past the end they are zeros, until too many were asked for. */
  #fill(): void {
    const bytes = this.#bytes;
    while (this.#count <= 16) {
      const byte = bytes[this.#at];
      if (byte === undefined || (byte === 0xff && bytes[this.#at + 1] !== 0)) {
        // What is read here must not become pixels; a few bits of it are only looked at.
        this.#pastEnd += 8;
        if (this.#pastEnd > MAX_PAST_END_BITS) throw damaged('its image data is cut off', '图像数据不完整');
        this.#bits = (this.#bits << 8) | 0;
      } else {
        this.#at += byte === 0xff ? 2 : 1;
        this.#bits = (this.#bits << 8) | byte;
      }
      this.#count += 8;
    }
  }

  /** The next symbol of a table. @throws PixelError CORRUPT for a code that is none */
  symbol(table: HuffmanTable): number {
    if (this.#count < 16) this.#fill();
    const found = table.lookup[
      (this.#bits >>> (this.#count - LOOKUP_BITS)) & ((1 << LOOKUP_BITS) - 1)
    ] as number;
    if (found !== 0) {
      this.#count -= found >> 8;
      return found & 0xff;
    }
    for (let length = LOOKUP_BITS + 1; length <= 16; length++) {
      const code = (this.#bits >>> (this.#count - length)) & ((1 << length) - 1);
      if (code <= (table.maxCode[length] as number)) {
        this.#count -= length;
        return table.symbols[code + (table.offset[length] as number)] as number;
      }
    }
    throw damaged('a code of its image data is in no table', '图像数据中存在无效编码');
  }

  /** `length` bits (at most 16) as a signed difference (ITU-T T.81 Table F.1). */
  difference(length: number): number {
    if (length === 0) return 0;
    if (this.#count < length) this.#fill();
    this.#count -= length;
    const value = (this.#bits >>> this.#count) & ((1 << length) - 1);
    return value < 1 << (length - 1) ? value - (1 << length) + 1 : value;
  }

  /** Goes on after the next restart marker. @throws PixelError CORRUPT where there is none */
  restart(): void {
    this.#checkEnd();
    const bytes = this.#bytes;
    let at = this.#at;
    while (bytes[at] === 0xff && bytes[at + 1] === 0xff) at++;
    const marker = bytes[at + 1];
    if (bytes[at] !== 0xff || marker === undefined || marker < 0xd0 || marker > 0xd7)
      throw damaged('a restart marker is missing', '缺少重启标记');
    this.#at = at + 2;
    this.#bits = 0;
    this.#count = 0;
    this.#pastEnd = 0;
  }

  /** Where the entropy-coded bytes end. @throws PixelError CORRUPT where more bits were used than there are */
  end(): number {
    this.#checkEnd();
    return this.#at;
  }

  #checkEnd(): void {
    if (this.#pastEnd > this.#count) throw damaged('its image data is cut off', '图像数据不完整');
  }
}
