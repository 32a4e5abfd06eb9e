import fc from 'fast-check';
import { expect, test } from 'vitest';
import { alignBits, bitFrameRange } from './bitFrames.ts';

test('frames of one-bit pixels are found wherever they begin, bit for bit', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 1, max: 70 }).chain((frameBits) =>
        fc.record({
          frameBits: fc.constant(frameBits),
          frames: fc.array(fc.array(fc.boolean(), { minLength: frameBits, maxLength: frameBits }), {
            minLength: 1,
            maxLength: 6,
          }),
        }),
      ),
      ({ frameBits, frames }) => {
        const bits = frames.flat();
        const packed = Buffer.alloc(Math.ceil(bits.length / 8));
        bits.forEach((bit, i) => {
          if (bit) packed[i >> 3] = (packed[i >> 3] ?? 0) | (1 << (i & 7));
        });
        frames.forEach((frame, i) => {
          const { offset, length, shift } = bitFrameRange(i + 1, frameBits);
          const aligned = alignBits(packed.subarray(offset, offset + length), shift, frameBits);
          const read = Array.from(
            { length: aligned.length * 8 },
            (_, n) => ((aligned[n >> 3] ?? 0) >> (n & 7)) & 1,
          );
          expect(read).toEqual([...frame.map(Number), ...Array<number>(read.length - frameBits).fill(0)]);
        });
      },
    ),
  );
});
