import { corrupt } from '../pixelError.ts';

/** Bits that are looked up at once. */
export const LOOKUP_BITS = 9;

/** A Huffman table made ready for decoding (ITU-T T.81 Annex C and F.2.2.3). */
export interface HuffmanTable {
  /** By the next {@link LOOKUP_BITS} bits: length << 8 | symbol, or 0 for longer codes. */
  lookup: Uint16Array;
  /** By code length: the largest code, or -1. */
  maxCode: Int32Array;
  /** By code length: index of the first symbol minus its code. */
  offset: Int32Array;
  symbols: Uint8Array;
}

/**
 * @param counts codes of each length from 1 to 16
 * @throws PixelError CORRUPT where the lengths make no prefix code
 */
export function huffmanTable(counts: Uint8Array, symbols: Uint8Array): HuffmanTable {
  const lookup = new Uint16Array(1 << LOOKUP_BITS);
  const maxCode = new Int32Array(18).fill(-1);
  const offset = new Int32Array(18);
  let code = 0;
  let index = 0;
  for (let length = 1; length <= 16; length++) {
    const count = counts[length - 1] as number;
    offset[length] = index - code;
    for (let i = 0; i < count; i++, code++, index++) {
      if (length > LOOKUP_BITS) continue;
      const spare = LOOKUP_BITS - length;
      lookup.fill((length << 8) | (symbols[index] as number), code << spare, (code + 1) << spare);
    }
    if (code > 1 << length)
      throw corrupt('a Huffman table of the JPEG codestream is wrong', 'JPEG 码流的哈夫曼表错误');
    if (count > 0) maxCode[length] = code - 1;
    code <<= 1;
  }
  return { lookup, maxCode, offset, symbols: symbols.slice() };
}
