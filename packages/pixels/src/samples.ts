import { corrupt } from './pixelError.ts';

/** Little-endian samples of 16 bits as numbers; the bytes are copied where they do not begin at an even place. */
export function words(bytes: Uint8Array): Uint16Array {
  const aligned = bytes.byteOffset % 2 === 0 ? bytes : new Uint8Array(bytes);
  return new Uint16Array(aligned.buffer, aligned.byteOffset, aligned.byteLength >> 1);
}

export function bytesOf(samples: Uint8Array | Uint16Array): Uint8Array {
  return samples instanceof Uint8Array
    ? samples
    : new Uint8Array(samples.buffer, samples.byteOffset, samples.byteLength);
}

/** Samples in words of 8 or 16 bits, as Bits Allocated asks. */
export function samplesOf(bytes: Uint8Array, bitsAllocated: number): Uint8Array | Uint16Array {
  return bitsAllocated === 16 ? words(bytes) : bytes;
}

/** The samples in words of Bits Allocated. @throws PixelError CORRUPT where they do not fit */
export function inWordsOf(
  samples: Uint8Array | Uint16Array,
  bitsAllocated: number,
): Uint8Array | Uint16Array {
  if (bitsAllocated === 16) return samples instanceof Uint16Array ? samples : Uint16Array.from(samples);
  if (samples instanceof Uint8Array) return samples;
  return Uint8Array.from(samples, (value) => {
    if (value > 0xff) throw corrupt('samples do not fit BitsAllocated', '样本超出分配位数');
    return value;
  });
}

/** Sets the bits above the sign bit as two's complement asks, in place. */
export function extendSign(samples: Uint8Array | Uint16Array, bits: number): void {
  const width = samples.BYTES_PER_ELEMENT * 8;
  if (bits >= width) return;
  const shift = 32 - bits;
  for (let i = 0; i < samples.length; i++) samples[i] = ((samples[i] as number) << shift) >> shift;
}
