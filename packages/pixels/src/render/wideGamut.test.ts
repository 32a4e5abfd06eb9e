import sharp from 'sharp';
import { expect, test } from 'vitest';
import { profileInPng } from './iccProfile.ts';
import { fromSrgb, profileOfGamut, type WideGamut } from './wideGamut.ts';

const GAMUTS: WideGamut[] = ['adobergb', 'rommrgb'];

/** Grey steps and colours that all spaces hold, three samples a pixel. */
const COLOURS = [0, 16, 64, 128, 200, 255]
  .map((v) => [v, v, v])
  .concat([
    [180, 90, 60],
    [60, 140, 90],
    [80, 70, 160],
  ]);

async function backToSrgb(samples: Uint8Array, gamut: WideGamut): Promise<Buffer> {
  const raw = { width: samples.length / 3, height: 1, channels: 3 as const };
  const png = await sharp(samples, { raw }).png().toBuffer();
  return sharp(profileInPng(png, profileOfGamut(gamut)))
    .toColourspace('srgb')
    .removeAlpha()
    .raw()
    .toBuffer();
}

test.each(GAMUTS)(
  'colours in %s, read by its profile with another colour engine, are what they were',
  async (gamut) => {
    const samples = Uint8Array.from(COLOURS.flat());
    const converted = fromSrgb(samples, gamut);
    const back = await backToSrgb(converted, gamut);
    const worst = Math.max(...samples.map((value, i) => Math.abs(value - (back[i] ?? 0))));
    // 8 bits of a wide space are coarser than 8 bits of sRGB, most in the dark.
    expect(worst).toBeLessThanOrEqual(gamut === 'adobergb' ? 3 : 5);
    expect(Buffer.from(converted).equals(samples)).toBe(false);
  },
);

test.each(GAMUTS)('grey stays grey and the ends stay the ends in %s', (gamut) => {
  for (const value of [0, 1, 77, 254, 255]) {
    const [r = -1, g = -1, b = -1] = fromSrgb(Uint8Array.of(value, value, value), gamut);
    expect(Math.max(r, g, b) - Math.min(r, g, b)).toBeLessThanOrEqual(1);
    if (value === 0 || value === 255) expect([r, g, b]).toEqual([value, value, value]);
  }
});

test.each(GAMUTS)('the profile of %s says its own length and is read by the colour engine', async (gamut) => {
  const profile = profileOfGamut(gamut);
  expect(profile.readUInt32BE(0)).toBe(profile.length);
  expect(profile.toString('latin1', 36, 40)).toBe('acsp');
  const png = await sharp({ create: { width: 2, height: 2, channels: 3, background: '#a04020' } })
    .png()
    .toBuffer();
  const { icc } = await sharp(profileInPng(png, profile)).metadata();
  expect(icc?.equals(profile)).toBe(true);
});
