import { Buffer } from 'node:buffer';
import { expect, test } from 'vitest';
import { DicomError } from './dicomError.ts';
import { createMemoryBudget, type MemoryBudget } from './memoryBudget.ts';
import { createPart10Reader, type Part10Reader } from './part10Reader.ts';
import { element, encapsulated, part10Object } from './testObjects.ts';

const MIB = 1024 * 1024;

/** An object of many attributes: each takes some 370 bytes of memory for its ten. */
function wideObject(attributes: number): Buffer {
  const tag = (index: number): string => (0x00091000 + index).toString(16).padStart(8, '0').toUpperCase();
  return part10Object({
    before: [
      Buffer.concat(
        Array.from({ length: attributes }, (_, index) => element(tag(index), 'US', Buffer.alloc(2))),
      ),
    ],
  });
}

function reading(bytes: Buffer, memory: MemoryBudget): { reader: Part10Reader; code: string | null } {
  const reader = createPart10Reader({ memory });
  try {
    reader.write(bytes);
    reader.end();
    return { reader, code: null };
  } catch (error) {
    return { reader, code: error instanceof DicomError ? error.code : 'unknown' };
  }
}

test('readers together hold no more than the budget; what one releases another may take', () => {
  const memory = createMemoryBudget(10 * MIB, 0);
  const object = wideObject(10_000);
  const readers = Array.from({ length: 4 }, () => reading(object, memory));
  expect(readers.map(({ code }) => code)).toEqual([null, null, 'OUT_OF_MEMORY', 'OUT_OF_MEMORY']);
  expect(memory.used).toBeGreaterThan(7 * MIB);
  expect(memory.used).toBeLessThanOrEqual(10 * MIB);
  readers[0]!.reader.release();
  readers[0]!.reader.release();
  expect(reading(object, memory).code).toBeNull();
});

test('what fails gives back what it took', () => {
  const memory = createMemoryBudget(10 * MIB);
  expect(reading(wideObject(1000).subarray(0, -3), memory).code).toBe('TRUNCATED');
  expect(memory.used).toBe(0);
});

test('a reader that was released reads no more', () => {
  const memory = createMemoryBudget(10 * MIB);
  const reader = createPart10Reader({ memory });
  reader.write(wideObject(100));
  reader.release();
  expect(memory.used).toBe(0);
  expect(() => reader.end()).toThrow(DicomError);
  expect(memory.used).toBe(0);
});

test('ordinary objects are read while others exhaust the budget', () => {
  const memory = createMemoryBudget(4 * MIB);
  expect(reading(wideObject(10_000), memory).code).toBeNull();
  expect(reading(wideObject(10_000), memory).code).toBe('OUT_OF_MEMORY');
  expect(reading(wideObject(1000), memory).code).toBeNull();
});

test('an object that would not fit into an empty budget is too large for good', () => {
  const memory = createMemoryBudget(2 * MIB);
  expect(reading(wideObject(10_000), memory).code).toBe('HEADER_TOO_LARGE');
});

test('fragments count, whose places are kept', () => {
  const memory = createMemoryBudget(100 * MIB);
  const fragments = Array.from({ length: 5000 }, () => Buffer.alloc(2));
  expect(reading(part10Object({ after: [encapsulated(fragments)] }), memory).code).toBeNull();
  expect(memory.used).toBeGreaterThan(5000 * 100);
});
