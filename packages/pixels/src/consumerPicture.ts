import sharp from 'sharp';

/** Samples of a picture as native pixel data: little endian, colour by pixel, the frames of an animation in order. */
export interface ConsumerPicture {
  samples: Buffer;
  rows: number;
  columns: number;
  frames: number;
  samplesPerPixel: 1 | 3;
  bitsAllocated: 8 | 16;
}

/** The bytes are no PNG or GIF picture that can be read, or one too large. */
export class ConsumerPictureError extends Error {
  override name = 'ConsumerPictureError';
}

/** Pixels of one picture, all frames together. */
const MAX_PIXELS = 16_000_000;

// Told by its first bytes alone: nothing else ever reaches a decoder.
const SIGNATURES: Record<string, string> = { 'image/png': '89504e470d0a1a0a', 'image/gif': '47494638' };

/** Media types of {@link consumerPicture}. */
export const CONSUMER_MEDIA_TYPES: readonly string[] = Object.keys(SIGNATURES);

/**
 * Decodes a PNG or GIF picture without loss (PS3.18 Table 10.5.2-1); transparency is left out.
 *
 * @param mediaType one of {@link CONSUMER_MEDIA_TYPES}
 * @throws ConsumerPictureError
 */
export async function consumerPicture(mediaType: string, bytes: Buffer): Promise<ConsumerPicture> {
  const signature = SIGNATURES[mediaType];
  if (signature === undefined || !bytes.toString('hex', 0, 8).startsWith(signature))
    throw new ConsumerPictureError('the bytes are no picture of the media type');
  try {
    const image = sharp(bytes, { animated: true, limitInputPixels: MAX_PIXELS, failOn: 'error' });
    const { space, pages: frames = 1, depth } = await image.metadata();
    const deep = depth === 'ushort';
    const grey = space === 'b-w' || space === 'grey16';
    const { data, info } = await image
      .removeAlpha()
      .toColourspace(grey ? (deep ? 'grey16' : 'b-w') : deep ? 'rgb16' : 'srgb')
      .raw({ depth: deep ? 'ushort' : 'uchar' })
      .toBuffer({ resolveWithObject: true });
    const { width: columns, height } = info;
    const samplesPerPixel = grey ? 1 : 3;
    const bitsAllocated = deep ? 16 : 8;
    if (data.length !== (columns * height * samplesPerPixel * bitsAllocated) / 8)
      throw new ConsumerPictureError('the picture has channels that are not known');
    return { samples: data, rows: height / frames, columns, frames, samplesPerPixel, bitsAllocated };
  } catch (error) {
    if (error instanceof ConsumerPictureError) throw error;
    throw new ConsumerPictureError('the picture cannot be decoded', { cause: error });
  }
}
