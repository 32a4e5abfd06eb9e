import { frameBytes } from './description.ts';
import { partialToRgb } from './colour.ts';
import { corrupt } from './pixelError.ts';
import type { NativeFrame, PixelDescription } from './types.ts';

/**
 * A frame of a native transfer syntax, or of the encapsulated uncompressed one (PS3.5 §8.1, §A.1–A.4.11), in little-endian
 * order, with colour by pixel. Padding after the frame is dropped; a frame that is too short is refused.
 *
 * @throws PixelError CORRUPT
 */
export function decodeNative(bytes: Uint8Array, description: PixelDescription): NativeFrame {
  const { photometricInterpretation: pi, bitsAllocated, rows, columns, planarConfiguration } = description;
  let samples = nativeSamples(bytes, description);
  if (isSubsampled(description)) {
    if (bitsAllocated !== 8 || columns % 2 !== 0 || planarConfiguration === 1)
      throw corrupt(
        'subsampled pixels need 8 bits and an even number of columns',
        '下采样像素须为 8 位且列数为偶数',
      );
    const upsampled = upsample422(samples, rows * columns);
    if (pi === 'YBR_FULL_422')
      return { description: { ...description, photometricInterpretation: 'YBR_FULL' }, bytes: upsampled };
    partialToRgb(upsampled);
    return { description: { ...description, photometricInterpretation: 'RGB' }, bytes: upsampled };
  }
  if (planarConfiguration === 1) samples = interleaved(samples, rows * columns, bitsAllocated / 8);
  return { description: { ...description, planarConfiguration: 0 }, bytes: samples };
}

/** Whether native pixels hold two luminances and one pair of chrominances for two pixels (PS3.3 C.7.6.3.1.2). */
export function isSubsampled({ photometricInterpretation }: PixelDescription): boolean {
  return photometricInterpretation === 'YBR_FULL_422' || photometricInterpretation === 'YBR_PARTIAL_422';
}

/** The bytes of a native frame as it is stored, without padding. @throws PixelError CORRUPT where it is too short */
export function nativeSamples(bytes: Uint8Array, description: PixelDescription): Uint8Array {
  const full = frameBytes(description);
  const expected = Math.floor(isSubsampled(description) ? (full / 3) * 2 : full);
  if (bytes.length < expected) {
    throw corrupt(
      `the frame has ${bytes.length} bytes, its attributes say ${expected}`,
      `图像帧为 ${bytes.length} 字节，按属性应为 ${expected} 字节`,
    );
  }
  return bytes.length === expected ? bytes : bytes.subarray(0, expected);
}

/** Y1 Y2 Cb Cr → Y1 Cb Cr Y2 Cb Cr. */
function upsample422(bytes: Uint8Array, pixels: number): Uint8Array {
  const out = new Uint8Array(pixels * 3);
  for (let i = 0, o = 0; o < out.length; i += 4, o += 6) {
    const cb = bytes[i + 2] as number;
    const cr = bytes[i + 3] as number;
    out[o] = bytes[i] as number;
    out[o + 1] = cb;
    out[o + 2] = cr;
    out[o + 3] = bytes[i + 1] as number;
    out[o + 4] = cb;
    out[o + 5] = cr;
  }
  return out;
}

/** Colour by plane as colour by pixel (PS3.3 C.7.6.3.1.3). */
export function interleaved(bytes: Uint8Array, pixels: number, sampleBytes: number): Uint8Array {
  const out = new Uint8Array(pixels * 3 * sampleBytes);
  for (let plane = 0; plane < 3; plane++) {
    for (let i = 0; i < pixels; i++) {
      for (let b = 0; b < sampleBytes; b++)
        out[(i * 3 + plane) * sampleBytes + b] = bytes[(plane * pixels + i) * sampleBytes + b] as number;
    }
  }
  return out;
}
