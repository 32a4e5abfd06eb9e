import type { ByteRange } from '@hutong/dicom';

/**
 * Where the bits of frame `number` (1-based) lie when frames of one-bit pixels do not end on bytes
 * (PS3.5 §8.1.1: pixels follow each other without padding, from the lowest bit of each byte).
 */
export function bitFrameRange(number: number, frameBits: number): ByteRange & { shift: number } {
  const start = (number - 1) * frameBits;
  const offset = Math.floor(start / 8);
  return { offset, length: Math.ceil((start + frameBits) / 8) - offset, shift: start % 8 };
}

/** The frame's bits moved to begin in the lowest bit of the first byte; bits after the frame are 0. */
export function alignBits(bytes: Uint8Array, shift: number, frameBits: number): Uint8Array {
  const aligned = new Uint8Array(Math.ceil(frameBits / 8));
  for (let i = 0; i < aligned.length; i += 1)
    aligned[i] = ((bytes[i] ?? 0) >>> shift) | ((bytes[i + 1] ?? 0) << (8 - shift));
  const used = frameBits % 8;
  const last = aligned.length - 1;
  if (used !== 0) aligned[last] = (aligned[last] ?? 0) & ((1 << used) - 1);
  return aligned;
}
