import fc from 'fast-check';
import { expect, test } from 'vitest';
import { JsonElements, JsonElementsError } from './jsonElements.ts';

function elementsOf(text: string, cuts: readonly number[] = []): string[] {
  const bytes = Buffer.from(text);
  const elements = new JsonElements();
  const found: string[] = [];
  let at = 0;
  for (const end of [
    ...cuts.map((cut) => Math.floor(cut * bytes.length)).toSorted((a, b) => a - b),
    bytes.length,
  ]) {
    for (const { offset, length } of elements.push(bytes.subarray(at, end)))
      found.push(bytes.toString('utf8', offset, offset + length));
    at = end;
  }
  elements.end();
  return found;
}

const cuts = fc.array(fc.double({ min: 0, max: 1, noNaN: true }), { maxLength: 6 });
const object = fc.dictionary(fc.string(), fc.jsonValue());

test('finds the objects of an array, whatever the chunks and the white space', () => {
  fc.assert(
    fc.property(fc.array(object), fc.constantFrom(undefined, 1, '\t'), cuts, (objects, space, at) => {
      const found = elementsOf(JSON.stringify(objects, null, space), at);
      expect(found.map((text) => JSON.parse(text) as unknown)).toEqual(JSON.parse(JSON.stringify(objects)));
    }),
  );
});

test('takes a single object, and a byte order mark', () => {
  expect(elementsOf(' {"a":[{}]} ')).toEqual(['{"a":[{}]}']);
  expect(elementsOf('\ufeff[{"a":"]}"},{}]')).toEqual(['{"a":"]}"}', '{}']);
  expect(elementsOf('[]')).toEqual([]);
});

test.each(['', '[', '[{}', '[{},]', '[,{}]', '{}{}', '[{}] x', '[1]', '"text"', '[{}{}]', '[[{}]]', 'null'])(
  'refuses %j',
  (text) => {
    expect(() => elementsOf(text)).toThrow(JsonElementsError);
  },
);
