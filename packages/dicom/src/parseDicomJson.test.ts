import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryContent } from './arbitraryDatasets.ts';
import { DatasetError } from './datasetError.ts';
import { serialiseDicomJson } from './dicomJson.ts';
import { datasetBytes } from './encodeDataset.ts';
import { parseDicomJson, parseDicomJsonArray } from './parseDicomJson.ts';

test('what the reader gives is taken as it is, from text, bytes and value', () => {
  fc.assert(
    fc.property(arbitraryContent, (content) => {
      const text = serialiseDicomJson(content);
      expect(parseDicomJson(text)).toEqual(content);
      expect(parseDicomJson(Buffer.from(text))).toEqual(content);
      expect(parseDicomJson(content)).toEqual(content);
    }),
  );
});

/** Any value in place of some member of a dataset, at any depth. */
function spoilt(value: unknown, at: number, replacement: unknown): unknown {
  let seen = 0;
  const walk = (part: unknown): unknown => {
    if (seen++ === at) return replacement;
    if (Array.isArray(part)) return part.map(walk);
    if (typeof part !== 'object' || part === null) return part;
    return Object.fromEntries(Object.entries(part).map(([key, member]) => [key, walk(member)]));
  };
  return walk(value);
}

test('whatever is taken of a spoilt dataset can be encoded', () => {
  const replacement = fc.oneof(
    fc.jsonValue({ maxDepth: 1 }),
    fc.constantFrom('PN', 'LO', 'SQ', 'OB', 'US', [], [null], {}, ['1'], [1.5], 'AAA=', '', '\\', -1),
  );
  let taken = 0;
  fc.assert(
    fc.property(arbitraryContent, fc.nat(40), replacement, (content, at, value) => {
      try {
        const dataset = parseDicomJson(spoilt(content, at, value));
        expect(datasetBytes(dataset).length % 2).toBe(0);
        taken++;
      } catch (error) {
        expect(error).toBeInstanceOf(DatasetError);
      }
    }),
    { numRuns: 1000 },
  );
  expect(taken).toBeGreaterThan(100);
  expect(taken).toBeLessThan(1000);
});

const sequenceOf = (item: unknown): object => ({ '00081110': { vr: 'SQ', Value: [{}, item] } });

test.each([
  ['text that is no JSON', '{', '', 'MALFORMED'],
  ['bytes that are no UTF-8', Buffer.from([0x22, 0xff, 0x22]), '', 'MALFORMED'],
  ['an array for a dataset', [], '', 'MALFORMED'],
  ['a name that is no tag', { PatientID: { vr: 'LO' } }, '', 'MALFORMED'],
  [
    'a tag given in two spellings',
    '{"0020000d":{"vr":"UI"},"0020000D":{"vr":"UI"}}',
    '0020000D',
    'MALFORMED',
  ],
  [
    'an attribute without VR',
    sequenceOf({ '00100020': { Value: ['1'] } }),
    '00081110/1/00100020',
    'MALFORMED',
  ],
  ['an item delimiter', { FFFEE00D: { vr: 'UN' } }, '', 'MALFORMED'],
  [
    'values and bulk data',
    { '00100020': { vr: 'LO', Value: [], BulkDataURI: 'a' } },
    '00100020',
    'MALFORMED',
  ],
  ['a value that is no array', { '00100020': { vr: 'LO', Value: '1' } }, '00100020', 'MALFORMED'],
  ['bad base64', { '00420011': { vr: 'OB', InlineBinary: 'a*==' } }, '00420011', 'MALFORMED'],
  ['inline binary text', { '00100020': { vr: 'LO', InlineBinary: 'QQ==' } }, '00100020', 'MALFORMED'],
  ['an item that is a number', { '00081110': { vr: 'SQ', Value: [1] } }, '00081110/0', 'MALFORMED'],
  [
    'a number as text',
    sequenceOf({ '00100020': { vr: 'LO', Value: [1] } }),
    '00081110/1/00100020',
    'INVALID_VALUE',
  ],
  ['a NUL', { '00100020': { vr: 'LO', Value: ['a\0'] } }, '00100020', 'INVALID_VALUE'],
  [
    'half a character',
    { '00100010': { vr: 'PN', Value: [{ Alphabetic: '\ud842' }] } },
    '00100010',
    'INVALID_VALUE',
  ],
])('%s is refused with its path', (_what, input, path, code) => {
  expect(() => parseDicomJson(input)).toThrow(expect.objectContaining({ path, code }) as DatasetError);
});

test('depth and number of attributes are bounded, before the text is parsed', () => {
  const nested = (depth: number): string =>
    depth === 0 ? '{}' : `{"00081110":{"vr":"SQ","Value":[${nested(depth - 1)}]}}`;
  const wide = (count: number): string =>
    JSON.stringify(Array.from({ length: count }, () => ({ '00080018': { vr: 'UI' } })));
  const tooLarge = expect.objectContaining({ code: 'TOO_LARGE' }) as DatasetError;
  expect(parseDicomJson(nested(32))).toHaveProperty('00081110');
  expect(() => parseDicomJson(nested(33))).toThrow(tooLarge);
  expect(() => parseDicomJson('['.repeat(1_000_000))).toThrow(tooLarge);
  expect(parseDicomJsonArray(wide(50), { maxAttributes: 100 })).toHaveLength(50);
  expect(() => parseDicomJsonArray(wide(51), { maxAttributes: 100 })).toThrow(tooLarge);
  expect(() =>
    parseDicomJson(`{"00280010":{"vr":"US","Value":[${'[],'.repeat(500)}[]]}}`, { maxAttributes: 100 }),
  ).toThrow(tooLarge);
});

test('spellings that older writers use are taken', () => {
  expect(
    parseDicomJson({
      '0020000d': { vr: 'UI', Value: ['1.2'] },
      '00100010': { vr: 'PN', Value: ['Wang^XiaoDong=王^小東'] },
      '00101000': { vr: 'LO', Value: ['', null] },
      '00101001': { vr: 'PN', Value: [null] },
      '00081110': { vr: 'SQ', Value: [null] },
    }),
  ).toEqual({
    '0020000D': { vr: 'UI', Value: ['1.2'] },
    '00100010': { vr: 'PN', Value: [{ Alphabetic: 'Wang^XiaoDong', Ideographic: '王^小東' }] },
    '00101000': { vr: 'LO', Value: [null, null] },
    '00101001': { vr: 'PN' },
    '00081110': { vr: 'SQ', Value: [{}] },
  });
});
