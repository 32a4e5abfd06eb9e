import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CODECS, encodingRefusal } from './codecTable.ts';
import { decodeFrame } from './decode.ts';
import { description, frameOf, type Pattern } from './testFrames.ts';
import { transcodeFrame } from './transcode.ts';
import type { PixelDescription } from './types.ts';

const LOSSLESS = Object.values(CODECS).filter(({ encode }) => encode === 'lossless');
const PATTERNS: Pattern[] = ['smooth', 'noise', 'flat', 'extremes'];

/** The frame in the transfer syntax and back again. */
async function roundTrip(bytes: Uint8Array, source: PixelDescription, target: string): Promise<Uint8Array> {
  const encoded = await transcodeFrame({ bytes: bytes.slice(), description: source, target });
  const photometric = encoded.changedAttributes['00280004']?.Value?.[0] as string | undefined;
  const stored = {
    ...source,
    transferSyntaxUid: target,
    photometricInterpretation: photometric ?? source.photometricInterpretation,
    planarConfiguration: 0 as const,
  };
  const back = await decodeFrame(encoded.bytes, stored);
  expect(back.description.photometricInterpretation).toBe(source.photometricInterpretation);
  return back.bytes;
}

describe.each(LOSSLESS.map(({ name, uid }) => [name, uid]))('%s', (_name, target) => {
  const depths = [1, 2, 5, 7, 8, 9, 10, 12, 13, 15, 16].flatMap((bitsStored) => [
    description({ bitsStored, signed: false }),
    ...(bitsStored > 1 ? [description({ bitsStored, signed: true })] : []),
    description({ bitsStored, bitsAllocated: 16, signed: false }),
    description({ bitsStored, samplesPerPixel: 3 }),
    description({ bitsStored, samplesPerPixel: 3, photometricInterpretation: 'YBR_FULL' }),
  ]);
  const encodable = depths.filter((source) => encodingRefusal(source, target) === null);

  test('every depth, sign and colour it is offered for comes back bit by bit', async () => {
    expect(encodable.length).toBeGreaterThan(15);
    for (const source of encodable) {
      const bytes = frameOf(source);
      const back = await roundTrip(bytes, source, target);
      expect(Buffer.compare(back, bytes), JSON.stringify(source)).toBe(0);
    }
  });

  test('any size and content comes back bit by bit', async () => {
    const cases = fc.record({
      rows: fc.integer({ min: 1, max: 70 }),
      columns: fc.integer({ min: 1, max: 70 }),
      source: fc.constantFrom(...encodable),
      pattern: fc.constantFrom(...PATTERNS),
      seed: fc.integer({ min: 1, max: 1e6 }),
    });
    await fc.assert(
      fc.asyncProperty(cases, async ({ rows, columns, source, pattern, seed }) => {
        const sized = { ...source, rows, columns };
        const bytes = frameOf(sized, pattern, seed);
        const back = await roundTrip(bytes, sized, target).catch((error: unknown) => {
          // What an encoding would make larger it may refuse.
          if (/compressible/.test(String(error)) && pattern === 'noise') return bytes;
          throw error;
        });
        expect(Buffer.compare(back, bytes)).toBe(0);
      }),
      { numRuns: 60 },
    );
  });
});
