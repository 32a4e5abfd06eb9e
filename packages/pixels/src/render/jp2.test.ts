import sharp from 'sharp';
import { describe, expect, test } from 'vitest';
import { readJpeg2000Header } from '../codestreamHeaders.ts';
import { decodeJpeg2000 } from '../jpeg2000.ts';
import { random } from '../testFrames.ts';
import type { Picture } from './greyPicture.ts';
import { jp2Of } from './jp2.ts';
import { jpegOf } from './jpegEncoder.ts';

/** A body with waves, noise and a bright spot in it, before a dark ground: what a slice of a CT looks like to a codec. */
function slice(channels: 1 | 3, width = 160, height = 128): Picture {
  const next = random(3);
  const samples = new Uint8Array(width * height * channels);
  for (let i = 0; i < samples.length; i += 1) {
    const pixel = Math.floor(i / channels);
    const [x, y] = [pixel % width, Math.floor(pixel / width)];
    const radius = Math.hypot(x - width / 2, y - height / 2) / (width / 2);
    const body = 120 + 60 * Math.sin(x / 9 + (i % channels)) * Math.cos(y / 7) + 8 * next();
    const bright = Math.hypot(x - width * 0.6, y - height * 0.4) < width * 0.1;
    samples[i] = bright ? 230 : radius < 0.8 ? body : 10 + 4 * next();
  }
  return { samples, width, height, channels };
}

/** Peak signal-to-noise ratio in decibels. */
function psnr(exact: Uint8Array, other: Uint8Array): number {
  expect(other.length).toBe(exact.length);
  const squares = exact.reduce((sum, value, i) => sum + (value - other[i]!) ** 2, 0);
  return 10 * Math.log10((255 * 255 * exact.length) / squares);
}

async function ofJp2(picture: Picture, quality: number): Promise<number> {
  const bytes = await jp2Of(picture, quality);
  const codestream = bytes.subarray(Buffer.from(bytes).indexOf('ff4fff51', 0, 'hex'));
  return psnr(picture.samples, (await decodeJpeg2000(codestream, readJpeg2000Header(codestream))).bytes);
}

async function ofJpeg(picture: Picture, quality: number): Promise<number> {
  const raw = { width: picture.width, height: picture.height, channels: picture.channels };
  const jpeg =
    jpegOf(picture, quality, quality < 90) ??
    (await sharp(picture.samples, { raw }).jpeg({ quality }).toBuffer());
  const image = sharp(new Uint8Array(jpeg)).toColourspace(picture.channels === 1 ? 'b-w' : 'srgb');
  return psnr(picture.samples, await image.raw().toBuffer());
}

const QUALITIES = [1, 10, 25, 40, 50, 60, 75, 90, 95];

describe.each([
  ['grey', slice(1)],
  ['colour', slice(3)],
])('a JP2 of a %s picture', (_name, picture) => {
  test.each(QUALITIES)('is at least as near to the picture as a JPEG of quality %i', async (quality) => {
    const nearness = await ofJp2(picture, quality);
    expect(nearness).toBeGreaterThan((await ofJpeg(picture, quality)) - 0.5);
    expect(nearness).toBeGreaterThan(28);
  });

  test('is no larger than such a JPEG, but for its boxes', async () => {
    for (const quality of QUALITIES) {
      const jpeg = jpegOf(picture, quality, quality < 90)?.length ?? Infinity;
      expect((await jp2Of(picture, quality)).length).toBeLessThan(jpeg * 1.05 + 120);
    }
  });

  test('is nearer and larger the higher the quality, and exact at 100', async () => {
    const nearness = [];
    const sizes = [];
    for (const quality of QUALITIES) {
      nearness.push(await ofJp2(picture, quality));
      sizes.push((await jp2Of(picture, quality)).length);
    }
    expect(nearness).toEqual(nearness.toSorted((a, b) => a - b));
    expect(sizes).toEqual(sizes.toSorted((a, b) => a - b));
    expect(await ofJp2(picture, 100)).toBe(Infinity);
  });
});

test('noise and tiny pictures become pictures at every quality below 100', async () => {
  const next = random(9);
  const noise = Uint8Array.from({ length: 64 * 64 }, () => next() * 256);
  const pictures: Picture[] = [
    { samples: noise, width: 64, height: 64, channels: 1 },
    slice(1, 1, 1),
    slice(3, 5, 3),
  ];
  for (const picture of pictures)
    for (const quality of [1, 50, 99]) expect(await ofJp2(picture, quality)).toBeGreaterThan(5);
});
