import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryContent } from './arbitraryDatasets.ts';
import type { DatasetError } from './datasetError.ts';
import { decimalString } from './decimalString.ts';
import { datasetBytes, encodeDataset, needsRepertoire } from './encodeDataset.ts';
import { part10Head } from './fileMeta.ts';
import { readPart10 } from './part10Reader.ts';
import { IDENTITY } from './testObjects.ts';
import { TRANSFER_SYNTAXES } from './transferSyntaxes.ts';
import type { DicomJson } from './types.ts';

const identity: DicomJson = {
  '00080016': { vr: 'UI', Value: [IDENTITY.sopClassUid] },
  '00080018': { vr: 'UI', Value: [IDENTITY.sopInstanceUid] },
  '0020000D': { vr: 'UI', Value: [IDENTITY.studyInstanceUid] },
  '0020000E': { vr: 'UI', Value: [IDENTITY.seriesInstanceUid] },
};

function head(transferSyntaxUid: string = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid): Buffer {
  return part10Head({ transferSyntaxUid, ...IDENTITY });
}

function readBack(dataset: DicomJson): DicomJson {
  const instance = readPart10(Buffer.concat([head(), datasetBytes({ ...identity, ...dataset })]));
  expect(instance.warnings).toEqual([]);
  return instance.dataset;
}

test('what is encoded is read as it was', () => {
  fc.assert(
    fc.property(arbitraryContent, (content) => {
      const utf8: DicomJson = { '00080005': { vr: 'CS', Value: ['ISO_IR 192'] } };
      expect(readBack(content)).toEqual({ ...(needsRepertoire(content) && utf8), ...identity, ...content });
    }),
    { numRuns: 500 },
  );
});

test('attributes are written by tag, whatever their order, without group lengths and command groups', () => {
  const bytes = datasetBytes({
    '60003000': { vr: 'OW', InlineBinary: 'AAA=' },
    '00100020': { vr: 'LO', Value: ['1'] },
    '00100000': { vr: 'UL', Value: [10] },
    '00020010': { vr: 'UI', Value: ['1.2'] },
    '00080060': { vr: 'CS', Value: ['CT'] },
  });
  expect(bytes.toString('hex')).toBe(
    '080060004353020043541000200' + '04c4f02003120' + '006000304f570000020000000000',
  );
});

test('a declared repertoire stays while all text is ASCII, and becomes UTF-8 where it is not', () => {
  const declared: DicomJson = { '00080005': { vr: 'CS', Value: ['ISO_IR 100'] } };
  const ascii = datasetBytes({ ...declared, '00100020': { vr: 'LO', Value: ['e'] } });
  const beyond = datasetBytes({ ...declared, '00100020': { vr: 'LO', Value: ['é'] } });
  expect(ascii.includes('ISO_IR 100')).toBe(true);
  expect(beyond.includes('ISO_IR 192')).toBe(true);
  expect(beyond.includes('é')).toBe(true);
});

test('a repertoire declared in an item is left out, as its text is that of the whole', () => {
  const item: DicomJson = {
    '00080005': { vr: 'CS', Value: ['GB18030'] },
    '00080104': { vr: 'LO', Value: ['肝'] },
  };
  expect(readBack({ '00400555': { vr: 'SQ', Value: [item] } })['00400555']?.Value).toEqual([
    { '00080104': item['00080104'] },
  ]);
});

test('values too long for a 16-bit length are written as UN and read by their registered VR', () => {
  const values = Array.from({ length: 20_000 }, (_, index) => index);
  const bytes = datasetBytes({ ...identity, '3004000C': { vr: 'DS', Value: values } });
  const read = readPart10(Buffer.concat([head(), bytes]), { valueThreshold: 1e6 });
  expect(bytes.includes(Buffer.from('04300c00554e0000', 'hex'))).toBe(true);
  expect(read.dataset['3004000C']?.Value).toHaveLength(20_000);
});

test('bulk data stay references at their place, padded by VR', () => {
  const lengths: Record<string, number> = { a: 3, b: 4 };
  const pieces = encodeDataset(
    {
      '00420011': { vr: 'OB', BulkDataURI: 'a' },
      '0040A160': { vr: 'UT', BulkDataURI: 'a' },
      '00880200': { vr: 'SQ', Value: [{ '7FE00010': { vr: 'OW', BulkDataURI: 'b' } }] },
    },
    { bulkLength: (uri) => lengths[uri]! },
  );
  expect(pieces.map((piece) => ('bulk' in piece ? piece : piece.literal.toString('hex')))).toEqual([
    '400060a155540000' + '04000000',
    { bulk: 'a', length: 3 },
    '20' + '420011004f420000' + '04000000',
    { bulk: 'a', length: 3 },
    '00' + '8800000253510000' + '18000000' + 'feff00e010000000' + 'e07f10004f570000' + '04000000',
    { bulk: 'b', length: 4 },
  ]);
});

test('encapsulated bulk data is read back as fragments of the lengths given', () => {
  const fragments = [Buffer.from('ffd8ffe0aa', 'hex'), Buffer.from('ffd8ffe0', 'hex')];
  const pieces = encodeDataset(
    {
      ...identity,
      '00280008': { vr: 'IS', Value: [2] },
      '7FE00010': { vr: 'OB', BulkDataURI: 'frames' },
      '7FE10010': { vr: 'LO', Value: ['AFTER'] },
    },
    { bulkLength: () => fragments.map((fragment) => fragment.length) },
  );
  const bytes = pieces.map((piece) => ('bulk' in piece ? fragments[piece.fragment!]! : piece.literal));
  const { pixelData, warnings, dataset } = readPart10(
    Buffer.concat([head(TRANSFER_SYNTAXES.jpegBaseline8Bit.uid), ...bytes]),
  );
  expect(warnings).toEqual([]);
  expect(pixelData?.frames?.map((ranges) => ranges.map(({ length }) => length))).toEqual([[6], [4]]);
  expect(dataset['7FE10010']?.Value).toEqual(['AFTER']);
});

const invalid: [string, DicomJson, string][] = [
  ['a number beyond its VR', { '00280010': { vr: 'US', Value: [65536] } }, '00280010'],
  ['a fraction as an integer', { '00280010': { vr: 'US', Value: [1.5] } }, '00280010'],
  ['an object as text', { '00100020': { vr: 'LO', Value: [{}] } }, '00100020'],
  ['a separator inside a value', { '00100020': { vr: 'LO', Value: ['a\\b'] } }, '00100020'],
  ['text where binary is due', { '00420011': { vr: 'OB', Value: ['a'] } }, '00420011'],
  ['a VR that does not exist', { '00100020': { vr: 'XX', Value: ['a'] } }, '00100020'],
  ['Chinese text as a code', { '00080060': { vr: 'CS', Value: ['核磁'] } }, '00080060'],
  ['bulk data that nobody gave', { '00420011': { vr: 'OB', BulkDataURI: 'a' } }, '00420011'],
  [
    'a name of four groups in an item',
    { '00081110': { vr: 'SQ', Value: [{}, { '00100010': { vr: 'PN', Value: [{ Alphabetic: 'a=b' }] } }] } },
    '00081110/1/00100010',
  ],
];

test.each(invalid)('%s is refused with its path', (_what, dataset, path) => {
  expect(() => datasetBytes(dataset)).toThrow(
    expect.objectContaining({ code: 'INVALID_VALUE', path }) as DatasetError,
  );
});

test('decimal strings have at most 16 characters and the precision that fits', () => {
  expect(decimalString(0.1 + 0.2)).toBe('0.3');
  expect(decimalString(-1 / 3)).toBe('-0.3333333333333');
  expect(decimalString(1e20)).toBe('1e20');
  expect(decimalString(Infinity)).toBeNull();
  fc.assert(
    fc.property(fc.double({ noNaN: true, noDefaultInfinity: true }), (value) => {
      const text = decimalString(value)!;
      expect(text).toMatch(/^[+-]?\d+(\.\d+)?(e[+-]?\d+)?$/);
      expect(text.length).toBeLessThanOrEqual(16);
      expect(Math.abs(Number(text) - value)).toBeLessThanOrEqual(
        Math.abs(value) * 1e-8 + Number.MIN_VALUE * 2 ** 52,
      );
    }),
  );
});
