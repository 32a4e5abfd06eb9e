import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CODECS } from './codecTable.ts';
import { decodeFrame } from './decode.ts';
import { frameBytes } from './description.ts';
import { PixelError } from './pixelError.ts';
import { description, frameOf, random } from './testFrames.ts';
import { transcodeFrame } from './transcode.ts';
import type { PixelDescription } from './types.ts';

const ENCODED = Object.values(CODECS).filter(({ native, encode }) => !native && encode !== null);

async function encoded(target: string): Promise<{ bytes: Uint8Array; stored: PixelDescription }> {
  const source = description({ rows: 96, columns: 80, bitsStored: target.endsWith('.4.50') ? 8 : 12 });
  const { bytes } = await transcodeFrame({ bytes: frameOf(source), description: source, target });
  return { bytes, stored: { ...source, transferSyntaxUid: target } };
}

/** Whole samples, or a refusal that says why; anything else fails the test. */
async function decodedOrRefused(bytes: Uint8Array, stored: PixelDescription): Promise<'decoded' | 'refused'> {
  try {
    const frame = await decodeFrame(bytes, stored);
    expect(frame.bytes.length).toBe(frameBytes(stored));
    return 'decoded';
  } catch (error) {
    expect(error).toBeInstanceOf(PixelError);
    return 'refused';
  }
}

describe.each(ENCODED.map(({ name, uid }) => [name, uid]))('%s', (_name, target) => {
  test('a frame that is cut off is refused, wherever it is cut', async () => {
    const { bytes, stored } = await encoded(target);
    for (const share of [0, 0.01, 0.05, 0.1, 0.3, 0.5, 0.7, 0.9]) {
      const cut = bytes.slice(0, Math.floor(bytes.length * share));
      expect(await decodedOrRefused(cut, stored), `${share} of the frame`).toBe('refused');
    }
  });

  test('garbled bytes give whole samples or a refusal', async () => {
    const { bytes, stored } = await encoded(target);
    const places = fc.array(fc.tuple(fc.nat(bytes.length - 1), fc.nat(255)), { minLength: 1, maxLength: 8 });
    await fc.assert(
      fc.asyncProperty(places, async (changes) => {
        const garbled = bytes.slice();
        for (const [at, value] of changes) garbled[at] = value;
        await decodedOrRefused(garbled, stored);
      }),
      { numRuns: 40 },
    );
  });

  test('garbled headers give whole samples or a refusal', async () => {
    const { bytes, stored } = await encoded(target);
    const places = fc.array(fc.tuple(fc.nat(Math.min(120, bytes.length - 1)), fc.nat(255)), {
      minLength: 1,
      maxLength: 3,
    });
    await fc.assert(
      fc.asyncProperty(places, async (changes) => {
        const garbled = bytes.slice();
        for (const [at, value] of changes) garbled[at] = value;
        await decodedOrRefused(garbled, stored);
      }),
      { numRuns: 60 },
    );
  });

  test('noise is refused, and a whole frame is decoded after all of it', async () => {
    const { bytes, stored } = await encoded(target);
    const next = random(7);
    for (let i = 0; i < 5; i++) {
      const noise = Uint8Array.from({ length: 2000 }, () => next() * 256);
      expect(await decodedOrRefused(noise, stored)).toBe('refused');
    }
    expect(await decodedOrRefused(bytes, stored)).toBe('decoded');
  });

  test('a frame of another size, or of more samples, than the attributes say is refused', async () => {
    const { bytes, stored } = await encoded(target);
    if (target === '1.2.840.10008.1.2.5') return;
    for (const wrong of [
      { rows: stored.rows + 1 },
      { columns: 65_535, rows: 8000 },
      { samplesPerPixel: 3, photometricInterpretation: 'RGB' },
    ])
      expect(await decodedOrRefused(bytes, { ...stored, ...wrong })).toBe('refused');
  });
});

test('a frame header that claims 65535 × 65535 pixels allocates nothing', async () => {
  const { bytes, stored } = await encoded('1.2.840.10008.1.2.4.70');
  const huge = bytes.slice();
  const at = huge.findIndex((byte, i) => byte === 0xff && huge[i + 1] === 0xc3);
  huge.fill(0xff, at + 5, at + 9);
  await expect(decodeFrame(huge, stored)).rejects.toMatchObject({ code: 'CORRUPT' });
  await expect(decodeFrame(huge, { ...stored, rows: 65_535, columns: 65_535 })).rejects.toMatchObject({
    code: 'TOO_LARGE',
  });
});
