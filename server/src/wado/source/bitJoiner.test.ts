import fc from 'fast-check';
import { expect, test } from 'vitest';
import { BitJoiner } from './bitJoiner.ts';

const packed = (bits: readonly boolean[], padding = false): Uint8Array => {
  const bytes = new Uint8Array(Math.ceil(bits.length / 8));
  // Bits after a frame are nobody's: they may be set.
  if (padding) bytes.fill(0xff << (bits.length % 8 === 0 ? 8 : bits.length % 8), -1);
  bits.forEach((bit, i) => {
    if (bit) bytes[i >> 3] = (bytes[i >> 3] ?? 0) | (1 << (i & 7));
  });
  return bytes;
};

test('frames of any number of bits follow each other bit for bit', () => {
  const images = fc.integer({ min: 1, max: 70 }).chain((frameBits) =>
    fc.record({
      frameBits: fc.constant(frameBits),
      frames: fc.array(fc.array(fc.boolean(), { minLength: frameBits, maxLength: frameBits }), {
        minLength: 1,
        maxLength: 9,
      }),
    }),
  );
  fc.assert(
    fc.property(images, ({ frameBits, frames }) => {
      const joiner = new BitJoiner(frameBits);
      const parts = frames.map((frame) => joiner.add(packed(frame, true)));
      expect([...Buffer.concat([...parts, joiner.rest])]).toEqual([...packed(frames.flat())]);
    }),
  );
});
