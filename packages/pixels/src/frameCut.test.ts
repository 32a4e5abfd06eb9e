import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frameCut, swapWords } from './frameCut.ts';

const WORDS = [1, 2, 4, 8] as const;

/** A value of frames of so many bits, in little-endian order, padded to whole words. */
const values = fc
  .record({ frameBits: fc.integer({ min: 1, max: 150 }), word: fc.constantFrom(...WORDS) })
  .chain(({ frameBits, word }) =>
    fc.record({
      frameBits: fc.constant(frameBits),
      word: fc.constant(word),
      frames: fc.array(fc.array(fc.boolean(), { minLength: frameBits, maxLength: frameBits }), {
        minLength: 1,
        maxLength: 6,
      }),
    }),
  );

function packed(bits: readonly boolean[], word: number): Buffer {
  const bytes = Buffer.alloc(Math.ceil(bits.length / 8 / word) * word);
  bits.forEach((bit, i) => {
    if (bit) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7));
  });
  return bytes;
}

test('frames are found wherever they begin, bit for bit, in words of either byte order', () => {
  fc.assert(
    fc.property(values, ({ frameBits, word, frames }) => {
      const stored = packed(frames.flat(), word);
      swapWords(stored, word);
      frames.forEach((frame, i) => {
        const description = word === 1 ? {} : { bigEndianWord: word };
        const place = { start: i * frameBits, bits: frameBits };
        const { offset, length, cut } = frameCut(description, place, stored.length);
        const read = cut(Buffer.from(stored.subarray(offset, offset + length)));
        expect([...read]).toEqual([...packed(frame, 1)]);
      });
    }),
  );
});

test('a value that ends before the frame, or inside of its last word, is refused', () => {
  const place = { start: 0, bits: 72 };
  expect(() => frameCut({}, place, 8)).toThrow(expect.objectContaining({ code: 'CORRUPT' }));
  expect(frameCut({}, place, 9)).toMatchObject({ offset: 0, length: 9 });
  expect(() => frameCut({ bigEndianWord: 2 }, place, 9)).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED' }),
  );
});
