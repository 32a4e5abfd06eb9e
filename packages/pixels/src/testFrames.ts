/** For tests: frames of every layout, and their samples. */
import type { PixelDescription } from './types.ts';

export const NATIVE = '1.2.840.10008.1.2.1';

/** A description of a small grey image with what differs from it. */
export function description(differs: Partial<PixelDescription> = {}): PixelDescription {
  const bitsStored = differs.bitsStored ?? 12;
  return {
    transferSyntaxUid: NATIVE,
    rows: 37,
    columns: 53,
    samplesPerPixel: 1,
    photometricInterpretation: differs.samplesPerPixel === 3 ? 'RGB' : 'MONOCHROME2',
    bitsAllocated: bitsStored > 8 ? 16 : 8,
    highBit: bitsStored - 1,
    signed: false,
    planarConfiguration: 0,
    numberOfFrames: 1,
    sampleType: 'integer',
    ...differs,
    bitsStored,
  };
}

/** A repeatable source of numbers from 0 up to 1. */
export function random(seed: number): () => number {
  let state = seed | 0 || 1;
  return () => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) / 2 ** 32;
  };
}

export type Pattern = 'smooth' | 'noise' | 'flat' | 'extremes';

/** Native samples of a description: values of its whole range, two's complement where it is signed. */
export function frameOf(of: PixelDescription, pattern: Pattern = 'smooth', seed = 1): Uint8Array {
  const { rows, columns, samplesPerPixel, bitsAllocated, bitsStored, signed } = of;
  const next = random(seed);
  const range = 2 ** bitsStored;
  const low = signed ? -range / 2 : 0;
  const count = rows * columns * samplesPerPixel;
  const values = Array.from({ length: count }, (_, i) => {
    const pixel = Math.floor(i / samplesPerPixel);
    const x = pixel % columns;
    const y = Math.floor(pixel / columns);
    const wave = 0.5 + 0.4 * Math.sin(x / 9 + (i % samplesPerPixel)) * Math.cos(y / 7) + 0.02 * next();
    const share = { smooth: wave, noise: next(), flat: 0.3, extremes: next() < 0.5 ? 0 : 0.999999 }[pattern];
    return low + Math.floor(share * range);
  });
  const out = new Uint8Array((count * bitsAllocated) / 8);
  const view = new DataView(out.buffer);
  for (const [i, value] of values.entries()) {
    if (bitsAllocated === 8) view.setInt8(i, value);
    else if (bitsAllocated === 16) view.setInt16(i * 2, value, true);
    else view.setInt32(i * 4, value, true);
  }
  return out;
}
