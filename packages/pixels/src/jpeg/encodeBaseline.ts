import sharp from 'sharp';
import type { PlainImage } from '../jpegLs.ts';
import { bytesOf } from '../samples.ts';

/** Encodes 8-bit grey or RGB as baseline JPEG (process 1) without subsampling. */
export async function encodeBaselineJpeg(
  samples: Uint8Array | Uint16Array,
  { rows, columns, components }: PlainImage,
  quality: number,
): Promise<Uint8Array> {
  const channels = components === 1 ? 1 : 3;
  const raw = { width: columns, height: rows, channels } as const;
  const jpeg = await sharp(bytesOf(samples), { raw, limitInputPixels: false })
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .jpeg({ quality, chromaSubsampling: '4:4:4', progressive: false, optimiseCoding: false })
    .toBuffer();
  return new Uint8Array(jpeg);
}
