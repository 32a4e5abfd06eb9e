import { createRequire } from 'node:module';
import type * as JpegTurbo from '@julusian/jpeg-turbo';
import type { Picture } from './greyPicture.ts';

type Encoder = typeof JpegTurbo;

/** libjpeg-turbo by itself, or null on a platform that its package has no binary for. */
const encoder = loaded();

function loaded(): Encoder | null {
  try {
    // Found at run time: a platform without it does without.
    return createRequire(import.meta.url)('@julusian/jpeg-turbo') as Encoder;
  } catch {
    return null;
  }
}

/** Memory that pictures are encoded into, one after the other. */
let room = Buffer.alloc(0);
const LARGEST_ROOM = 32 * 1024 * 1024;

/**
 * A picture as baseline JPEG, made here and now: a pipeline of an image library costs as much again as the encoding, in
 * threads that have to be woken. Null where the encoder is not there.
 *
 * @returns bytes that are overwritten by the next call
 * @param quality 1–100
 */
export function jpegOf(
  { samples, width, height, channels }: Picture,
  quality: number,
  subsampled: boolean,
): Uint8Array | null {
  if (encoder === null) return null;
  const colour = subsampled ? encoder.SAMP_420 : encoder.SAMP_444;
  const options: JpegTurbo.EncodeOptions = {
    format: channels === 1 ? encoder.FORMAT_GRAY : encoder.FORMAT_RGB,
    subsampling: channels === 1 ? encoder.SAMP_GRAY : colour,
    width,
    height,
    quality,
  };
  const needed = encoder.bufferSize(options);
  const memory = needed <= room.length ? room : Buffer.allocUnsafeSlow(needed);
  if (needed <= LARGEST_ROOM) room = memory;
  const pixels = Buffer.from(samples.buffer, samples.byteOffset, samples.byteLength);
  return encoder.compressSync(pixels, memory, options);
}
