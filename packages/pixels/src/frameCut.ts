import { corrupt, unsupported } from './pixelError.ts';
import type { PixelDescription } from './types.ts';

/** How a frame is had out of native pixel data. */
export interface FrameCut {
  /** The bytes to read, counted from the first of the value: whole words. */
  offset: number;
  length: number;
  /** The frame out of these bytes, little endian, from the lowest bit of its first byte on. Changes the bytes. */
  cut: (bytes: Buffer) => Buffer;
}

/**
 * Finds a frame in native pixel data. Frames follow each other without padding, bit by bit where pixels have one bit
 * (PS3.5 §8.1.1); in big-endian words they may begin and end inside of a word, whose bytes are exchanged before.
 *
 * @param frame where the frame begins in the value, and its length, in bits
 * @param valueLength bytes of the value
 * @throws PixelError CORRUPT where the value ends before the frame, UNSUPPORTED where it ends inside of a word
 */
export function frameCut(
  { bigEndianWord }: Pick<PixelDescription, 'bigEndianWord'>,
  frame: { start: number; bits: number },
  valueLength: number,
): FrameCut {
  const word = bigEndianWord ?? 1;
  const first = Math.floor(frame.start / 8);
  const end = Math.ceil((frame.start + frame.bits) / 8);
  if (end > valueLength)
    throw corrupt('the pixel data is shorter than its attributes say', '像素数据短于其属性所示');
  const offset = first - (first % word);
  const length = Math.ceil(end / word) * word - offset;
  if (offset + length > valueLength)
    throw unsupported(
      'pixel data that ends inside a big-endian word is not decoded',
      '不支持在大端字中间结束的像素数据',
    );
  const shift = frame.start % 8;
  return {
    offset,
    length,
    cut: (bytes) => {
      swapWords(bytes, word);
      const covering = bytes.subarray(first - offset, end - offset);
      return frame.bits % 8 === 0 && shift === 0 ? covering : alignedBits(covering, shift, frame.bits);
    },
  };
}

/** Exchanges the bytes of whole words, in place. */
export function swapWords(bytes: Buffer, word: 1 | 2 | 4 | 8): void {
  if (word === 2) bytes.swap16();
  else if (word === 4) bytes.swap32();
  else if (word === 8) bytes.swap64();
}

/** Bits moved to begin in the lowest bit of the first byte; those after the frame are 0. */
function alignedBits(bytes: Buffer, shift: number, bits: number): Buffer {
  const aligned = Buffer.alloc(Math.ceil(bits / 8));
  for (let i = 0; i < aligned.length; i += 1)
    aligned[i] = ((bytes[i] ?? 0) >>> shift) | ((bytes[i + 1] ?? 0) << (8 - shift));
  const used = bits % 8;
  const last = aligned.length - 1;
  if (used !== 0) aligned[last] = (aligned[last] ?? 0) & ((1 << used) - 1);
  return aligned;
}
