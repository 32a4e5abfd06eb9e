import { encodeJpeg2000 } from '../jpeg2000.ts';
import type { Picture } from './greyPicture.ts';

const SRGB = 16;
const GREY = 17;

function box(type: string, ...content: Uint8Array[]): Uint8Array {
  const body = Buffer.concat(content);
  const head = Buffer.alloc(8);
  head.writeUInt32BE(body.length + 8, 0);
  head.write(type, 4, 'latin1');
  return Buffer.concat([head, body]);
}

/** A picture as a JP2 file (ITU-T T.800 Annex I). @param quality 100 is without loss */
export async function jp2Of(picture: Picture, quality: number): Promise<Uint8Array> {
  const { samples, width, height, channels } = picture;
  const image = { rows: height, columns: width, components: channels, precision: 8 };
  const codestream = await encodeJpeg2000(samples, image, {
    highThroughput: false,
    rpcl: false,
    lossless: quality === 100,
    strength: 10 ** ((100 - quality) / 10),
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
