import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ObjectDigestCheck } from './objectDigest.ts';
import { createPart10Reader, readPart10 } from './part10Reader.ts';
import { element, part10Object } from './testObjects.ts';

const object = (): Buffer =>
  Buffer.from(part10Object({ after: [element('00204000', 'LT', 'text '.repeat(200))] }));
const digestOf = (bytes: Uint8Array): Buffer => Buffer.from(readPart10(bytes).objectDigest, 'hex');

/** The bytes in pieces that end at these places. */
function pieces(bytes: Buffer, ends: readonly number[]): Buffer[] {
  const at = [0, ...ends.map((end) => end % bytes.length).toSorted((a, b) => a - b), bytes.length];
  return at.slice(1).map((end, i) => bytes.subarray(at[i], end));
}

const someEnds = fc.array(fc.nat(2000), { maxLength: 12 });

test('an object has one digest in whatever pieces it comes, and chunks may be used again', () => {
  const bytes = object();
  const digest = digestOf(bytes).toString('hex');
  fc.assert(
    fc.property(someEnds, (ends) => {
      const reader = createPart10Reader();
      for (const piece of pieces(bytes, ends)) {
        const chunk = Buffer.from(piece);
        reader.write(chunk);
        chunk.fill(0xaa);
      }
      expect(reader.end().objectDigest).toBe(digest);
    }),
  );
});

test('the check finds every changed, missing and added byte, in whatever pieces they are read', () => {
  const bytes = object();
  const digest = digestOf(bytes);
  const check = (read: Buffer, ends: readonly number[]): boolean => {
    const checked = new ObjectDigestCheck(digest);
    for (const piece of pieces(read, ends)) checked.update(piece);
    return checked.matches();
  };
  fc.assert(
    fc.property(someEnds, fc.nat(bytes.length - 1), (ends, at) => {
      expect(check(bytes, ends)).toBe(true);
      const changed = Buffer.from(bytes);
      changed[at] = (changed[at] ?? 0) ^ 1;
      expect(check(changed, ends)).toBe(false);
      expect(check(bytes.subarray(0, at), ends)).toBe(false);
      expect(check(Buffer.concat([bytes, Buffer.of(0)]), ends)).toBe(false);
    }),
  );
});

test('a plain SHA-256 of all bytes, as older versions kept it, is still compared', () => {
  const bytes = object();
  const plain = createHash('sha256').update(bytes).digest();
  expect(new ObjectDigestCheck(plain).update(bytes).matches()).toBe(true);
  expect(new ObjectDigestCheck(plain).update(bytes.subarray(1)).matches()).toBe(false);
});
