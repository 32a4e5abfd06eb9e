import { readFileSync } from 'node:fs';
import { jpegOf } from '../../packages/pixels/src/render/jpegEncoder.ts';

/** Below it the bare program answers a file as a picture. */
export const RENDERED_PREFIX = 'rendered/';

const SIDE = 512;
const QUALITY = 90;
const [CENTER, WIDTH] = [40, 400];

/** Grey levels by signed 16-bit sample. */
const greys = Uint8Array.from({ length: 65_536 }, (_, i) => {
  const value = (i << 16) >> 16;
  return Math.max(0, Math.min(255, Math.round(((value - CENTER) / WIDTH + 0.5) * 255)));
});

/** A file of 512×512 samples as a picture: read, put through a window, encoded with the encoder that ours has. */
export function bareRender(file: string): Uint8Array {
  const bytes = readFileSync(file);
  const words = new Uint16Array(bytes.buffer, bytes.byteOffset, SIDE * SIDE);
  const samples = new Uint8Array(words.length);
  for (let i = 0; i < samples.length; i += 1) samples[i] = greys[words[i] ?? 0] ?? 0;
  const picture = jpegOf({ samples, width: SIDE, height: SIDE, channels: 1 }, QUALITY, false);
  if (picture === null) throw new Error('there is no JPEG encoder for this platform');
  return new Uint8Array(picture);
}
