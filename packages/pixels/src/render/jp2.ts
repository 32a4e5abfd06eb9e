import sharp from 'sharp';
import { encodeJpeg2000 } from '../jpeg2000.ts';
import type { Picture } from './greyPicture.ts';
import { jpegOf } from './jpegEncoder.ts';

const SRGB = 16;
const GREY = 17;

function box(type: string, ...content: Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** Smallest ratio that is asked for: the encoder refuses what does not become smaller. */
const LEAST_RATIO = 1.1;

/**
 * How many times smaller a JPEG of a quality is: the same number means the same for both, whatever is in the picture, and
 * of as many bytes JPEG 2000 makes the better picture.
 */
async function ratioOfJpeg(picture: Picture, quality: number): Promise<number> {
  const { samples, width, height, channels } = picture;
  const subsampled = quality < 90;
  const jpeg =
    jpegOf(picture, quality, subsampled) ??
    (await sharp(samples, { raw: { width, height, channels }, limitInputPixels: false })
      .jpeg({ quality, chromaSubsampling: subsampled ? '4:2:0' : '4:4:4' })
      .toBuffer());
  return Math.max(LEAST_RATIO, samples.length / jpeg.length);
}

/** A picture as a JP2 file (ITU-T T.800 Annex I). @param quality of a JPEG of as many bytes; 100 is without loss */
export async function jp2Of(picture: Picture, quality: number): Promise<Uint8Array> {
  const { samples, width, height, channels } = picture;
  const image = { rows: height, columns: width, components: channels, precision: 8 };
  const lossless = quality === 100;
  const codestream = await encodeJpeg2000(samples, image, {
    highThroughput: false,
    rpcl: false,
    lossless,
    strength: lossless ? 0 : await ratioOfJpeg(picture, quality),
    colourTransform: channels === 3,
    signed: false,
  });
  const header = Buffer.alloc(14);
  header.writeUInt32BE(height, 0);
  header.writeUInt32BE(width, 4);
  header.writeUInt16BE(channels, 8);
  header.set([7, 7, 0, 0], 10);
  const colour = Uint8Array.of(1, 0, 0, 0, 0, 0, channels === 3 ? SRGB : GREY);
  return Buffer.concat([
    box('jP  ', Uint8Array.of(0x0d, 0x0a, 0x87, 0x0a)),
    box('ftyp', Buffer.from('jp2 \0\0\0\0jp2 ', 'latin1')),
    box('jp2h', box('ihdr', header), box('colr', colour)),
    box('jp2c', codestream),
  ]);
}
