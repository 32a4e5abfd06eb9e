import { Buffer } from 'node:buffer';
import { createHash } from 'node:crypto';
import { deflateRawSync, deflateSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { DicomError } from './dicomError.ts';
import { items, text } from './dicomJson.ts';
import { createPart10Reader, readPart10 } from './part10Reader.ts';
import type { Part10ReaderOptions } from './readerLimits.ts';
import {
  type TestEncoding,
  element,
  identityElements,
  IDENTITY,
  item,
  marker,
  openItem,
  openSequence,
  part10Head,
  part10Object,
  sequence,
  shorts,
  UNDEFINED,
} from './testObjects.ts';

function refusal(bytes: Uint8Array, options?: Part10ReaderOptions): DicomError {
  try {
    readPart10(bytes, options);
  } catch (error) {
    if (error instanceof DicomError) return error;
    throw error;
  }
  throw new Error('the object was read');
}

const codes = (bytes: Uint8Array): string[] => readPart10(bytes).warnings.map(({ code }) => code);

/** What the digest of an object is by its definition. */
function digestOf(bytes: Uint8Array, datasetOffset: number): string {
  const sha256 = (part: Uint8Array): Buffer => createHash('sha256').update(part).digest();
  const dataset = sha256(bytes.subarray(datasetOffset));
  const whole = sha256(Buffer.concat([bytes.subarray(0, datasetOffset), dataset]));
  return whole.toString('hex') + datasetOffset.toString(16).padStart(16, '0');
}

test('an object gives its identity, transfer syntax, size and digests', () => {
  const bytes = part10Object({ after: [element('00200010', 'SH', 'STUDY1')] });
  const instance = readPart10(bytes);
  const datasetStart = bytes.indexOf(element('00080016', 'UI', IDENTITY.sopClassUid));
  expect(instance).toMatchObject({
    identity: IDENTITY,
    transferSyntaxUid: '1.2.840.10008.1.2.1',
    objectSize: bytes.length,
    objectDigest: digestOf(bytes, datasetStart),
    datasetSha256: createHash('sha256').update(bytes.subarray(datasetStart)).digest('hex'),
    pixelData: null,
    inDeflated: false,
    warnings: [],
  });
  expect(instance.fileMeta['00020010']).toEqual({ vr: 'UI', Value: ['1.2.840.10008.1.2.1'] });
  expect(Object.keys(instance.dataset)).toEqual(['00080016', '00080018', '0020000D', '0020000E', '00200010']);
});

test('the dataset digest does not change with group 0002', () => {
  const { sop, study } = identityElements();
  const one = Buffer.concat([part10Head('1.2.840.10008.1.2.1'), sop, study]);
  const other = Buffer.concat([part10Head('1.2.840.10008.1.2.1', { groupLength: false }), sop, study]);
  expect(readPart10(one).datasetSha256).toBe(readPart10(other).datasetSha256);
  expect(readPart10(one).objectDigest).not.toBe(readPart10(other).objectDigest);
});

test.each<[string, string, TestEncoding]>([
  ['implicit little endian', '1.2.840.10008.1.2', { explicit: false }],
  ['explicit little endian', '1.2.840.10008.1.2.1', {}],
  ['explicit big endian', '1.2.840.10008.1.2.2', { bigEndian: true }],
])('%s is read', (_name, transferSyntaxUid, encoding) => {
  const rows = element('00280010', 'US', shorts([512], encoding.bigEndian), encoding);
  const { dataset, identity, warnings } = readPart10(
    part10Object({ transferSyntaxUid, ...encoding, after: [rows] }),
  );
  expect(identity).toEqual(IDENTITY);
  expect(dataset['00280010']).toEqual({ vr: 'US', Value: [512] });
  expect(warnings).toEqual([]);
});

test.each([
  ['explicit bytes under an implicit declaration', '1.2.840.10008.1.2', {}],
  ['implicit bytes under an explicit declaration', '1.2.840.10008.1.2.1', { explicit: false }],
  ['little endian bytes under a big endian declaration', '1.2.840.10008.1.2.2', {}],
])('%s are read with a warning', (_name, transferSyntaxUid, encoding) => {
  const instance = readPart10(part10Object({ transferSyntaxUid, ...encoding }));
  expect(instance.identity).toEqual(IDENTITY);
  expect(instance.warnings).toEqual([{ code: 'TRANSFER_SYNTAX_MISMATCH' }]);
});

test('without a declared transfer syntax the encoding is recognised', () => {
  expect(readPart10(part10Object({ transferSyntaxUid: '' })).transferSyntaxUid).toBe('1.2.840.10008.1.2.1');
  const implicit = readPart10(part10Object({ transferSyntaxUid: '', explicit: false }));
  expect(implicit.transferSyntaxUid).toBe('1.2.840.10008.1.2');
  expect(implicit.warnings.map(({ code }) => code)).toContain('MISSING_TRANSFER_SYNTAX');
});

test.each([
  ['a raw stream', deflateRawSync],
  ['a zlib stream', deflateSync],
])('a deflated dataset is read from %s; its ranges count in the inflated bytes', (_name, deflate) => {
  const { sop, study } = identityElements();
  const large = element('00091001', 'OB', Buffer.alloc(5000, 7));
  const plain = Buffer.concat([sop, element('00090010', 'LO', 'MAKER'), large, study]);
  const instance = readPart10(
    Buffer.concat([part10Head('1.2.840.10008.1.2.1.99'), deflate(plain), Buffer.from([0])]),
  );
  expect(instance.identity).toEqual(IDENTITY);
  expect(instance.inDeflated).toBe(true);
  const range = instance.bulkData['00091001'];
  expect(plain.subarray(range!.offset, range!.offset + range!.length)).toEqual(Buffer.alloc(5000, 7));
});

test('a deflated dataset may not inflate without end', () => {
  const bomb = deflateRawSync(
    Buffer.concat([identityElements().sop, element('00091001', 'OB', Buffer.alloc(1 << 20))]),
  );
  const bytes = Buffer.concat([part10Head('1.2.840.10008.1.2.1.99'), bomb]);
  expect(refusal(bytes, { maxInflatedBytes: 200_000 }).code).toBe('INFLATE_FAILED');
});

test('damaged and cut deflated datasets are told apart', () => {
  const { sop, study } = identityElements();
  const deflated = deflateRawSync(Buffer.concat([sop, study]));
  const head = part10Head('1.2.840.10008.1.2.1.99');
  expect(refusal(Buffer.concat([head, deflated.subarray(0, deflated.length - 8)])).code).toBe('TRUNCATED');
  expect(refusal(Buffer.concat([head, Buffer.alloc(64, 0xff)])).code).toBe('INFLATE_FAILED');
});

test.each([
  ['nothing', Buffer.alloc(0)],
  ['a text', Buffer.from('hello')],
  ['zeros', Buffer.alloc(5000)],
  ['a dataset without header', Buffer.concat([identityElements().sop, Buffer.alloc(500)])],
])('%s is not in the DICOM File Format', (_name, bytes) => {
  expect(refusal(bytes)).toMatchObject({ code: 'NOT_PART10' });
});

test.each([
  ['MZ', Buffer.from('MZ\x90\0', 'latin1')],
  ['ELF', Buffer.from('\x7fELF', 'latin1')],
  ['ZIP', Buffer.from('PK\x03\x04', 'latin1')],
  ['PDF', Buffer.from('%PDF-1.7')],
  ['a shell script', Buffer.from('#!/bin/sh\n')],
  ['Mach-O', Buffer.from([0xcf, 0xfa, 0xed, 0xfe])],
  ['gzip', Buffer.from([0x1f, 0x8b, 8])],
  ['7z', Buffer.from([0x37, 0x7a, 0xbc, 0xaf, 0x27, 0x1c])],
  ['RAR', Buffer.from('Rar!\x1a\x07')],
  ['HTML behind blanks', Buffer.from('  \n<HTML>')],
])('a preamble that begins %s is refused', (_name, start) => {
  const preamble = Buffer.concat([start, Buffer.alloc(128 - start.length)]);
  const { sop, study } = identityElements();
  const bytes = Buffer.concat([part10Head('1.2.840.10008.1.2.1', { preamble }), sop, study]);
  expect(refusal(bytes)).toMatchObject({ code: 'DANGEROUS_PREAMBLE', offset: 0 });
});

test.each([
  ['TIFF, little endian', Buffer.from('II*\0')],
  ['TIFF, big endian', Buffer.from('MM\0*')],
])('a preamble that begins %s is legitimate', (_name, start) => {
  const preamble = Buffer.concat([start, Buffer.alloc(128 - start.length, 1)]);
  const { sop, study } = identityElements();
  const bytes = Buffer.concat([part10Head('1.2.840.10008.1.2.1', { preamble }), sop, study]);
  expect(readPart10(bytes).identity).toEqual(IDENTITY);
});

test.each([
  ['SOPClassUID', '00080016'],
  ['SOPInstanceUID', '00080018'],
  ['StudyInstanceUID', '0020000D'],
  ['SeriesInstanceUID', '0020000E'],
])('an object without %s is refused, and so is one in which it is malformed', (keyword, tag) => {
  const build = (value: string | null): Buffer =>
    Buffer.concat([
      part10Head('1.2.840.10008.1.2.1'),
      ...['00080016', '00080018', '0020000D', '0020000E'].map((each) => {
        if (each !== tag) return element(each, 'UI', '1.2.3');
        return value === null ? Buffer.alloc(0) : element(tag, 'UI', value);
      }),
    ]);
  for (const value of [null, '']) {
    const error = refusal(build(value));
    expect(error).toMatchObject({ code: 'MISSING_UID', tag });
    expect(error.message).toContain(keyword);
  }
  for (const value of ['1.2.x', `1.${'2'.repeat(63)}`, '1.2\\1.3', '1..2']) {
    const error = refusal(build(value));
    expect(error).toMatchObject({ code: 'INVALID_UID', tag });
    expect(error.message).not.toContain(value);
  }
});

test('the dataset wins over the file meta, with a warning', () => {
  const bytes = Buffer.concat([
    part10Head('1.2.840.10008.1.2.1'),
    element('00080016', 'UI', IDENTITY.sopClassUid),
    element('00080018', 'UI', '1.9.9'),
    identityElements().study,
  ]);
  const { identity, warnings } = readPart10(bytes);
  expect(identity.sopInstanceUid).toBe('1.9.9');
  expect(warnings).toEqual([{ code: 'FILE_META_MISMATCH', tag: '00020003' }]);
});

test('sequences of defined and undefined length, nested, give the same items', () => {
  const leaf = element('00081150', 'UI', '1.2.3');
  const defined = sequence('00081115', [item(sequence('00081199', [item(leaf), item()]))]);
  const open = openSequence('00081115', [openItem(openSequence('00081199', [openItem(leaf), openItem()]))]);
  const expected = { '00081199': { vr: 'SQ', Value: [{ '00081150': { vr: 'UI', Value: ['1.2.3'] } }, {}] } };
  for (const before of [defined, open]) {
    const { dataset } = readPart10(part10Object({ before: [before] }));
    expect(items(dataset, '00081115')).toEqual([expected]);
  }
});

test('a sequence without items has no Value', () => {
  const { dataset } = readPart10(
    part10Object({ before: [sequence('00081115', []), openSequence('00081140', [])] }),
  );
  expect(dataset['00081115']).toEqual({ vr: 'SQ' });
  expect(dataset['00081140']).toEqual({ vr: 'SQ' });
});

test('UN of undefined length is a sequence of implicit items', () => {
  const inner = element('00100010', 'PN', 'A^B', { explicit: false });
  const before = [openSequence('00091002', [openItem(inner)], 'UN')];
  const { dataset } = readPart10(part10Object({ before }));
  expect(items(dataset, '00091002')).toEqual([{ '00100010': { vr: 'PN', Value: [{ Alphabetic: 'A^B' }] } }]);
});

test('UN of a public attribute is read by the registry, of a private one it stays binary', () => {
  const before = [element('00081030', 'UN', 'CHEST'), element('00091002', 'UN', Buffer.from([1, 2]))];
  const { dataset } = readPart10(part10Object({ before }));
  expect(dataset['00081030']).toEqual({ vr: 'LO', Value: ['CHEST'] });
  expect(dataset['00091002']).toEqual({ vr: 'UN', InlineBinary: 'AQI=' });
});

test('an implicit element inside an explicit dataset is read', () => {
  const before = [element('00081030', 'LO', 'CHEST', { explicit: false })];
  const { dataset, warnings } = readPart10(part10Object({ before }));
  expect(text(dataset, '00081030')).toBe('CHEST');
  expect(warnings).toEqual([{ code: 'TRANSFER_SYNTAX_MISMATCH' }]);
});

test('private creators are text also where the stream gives no VR', () => {
  const before = [
    element('00090010', '', 'MAKER', { explicit: false }),
    element('00091001', '', 'x', { explicit: false }),
  ];
  const { dataset } = readPart10(
    part10Object({ transferSyntaxUid: '1.2.840.10008.1.2', explicit: false, before }),
  );
  expect(dataset['00090010']).toEqual({ vr: 'LO', Value: ['MAKER'] });
  expect(dataset['00091001']?.vr).toBe('UN');
});

test('private attributes of known creators are read by their VR where the stream gives none', () => {
  const bValue = element('00191012', 'UN', '1000');
  const before = [element('00190010', 'LO', 'SIEMENS MR HEADER'), element('0019100C', 'UN', '1000'), bValue];
  const { dataset } = readPart10(part10Object({ before }));
  expect(dataset['0019100C']).toEqual({ vr: 'IS', Value: [1000] });
  expect(dataset['00191012']?.vr).toBe('UN');
});

test('a private value that cannot be of the known VR stays binary, and so does one without its creator', () => {
  const before = [
    element('00190010', 'LO', 'SIEMENS MR HEADER'),
    element('0019100C', 'UN', Buffer.from([1, 2, 3, 4])),
    element('0019110C', 'UN', '1000'),
  ];
  const { dataset } = readPart10(part10Object({ before }));
  expect(dataset['0019100C']).toEqual({ vr: 'UN', InlineBinary: 'AQIDBA==' });
  expect(dataset['0019110C']?.vr).toBe('UN');
});

test('large binary values are references to their bytes, small ones are inline', () => {
  const before = [
    element('00091001', 'OB', Buffer.alloc(1024, 1)),
    element('00091002', 'OB', Buffer.alloc(1026, 2)),
    openSequence('00091003', [openItem(element('00091004', 'UN', Buffer.alloc(2000, 3)))]),
  ];
  const bytes = part10Object({ before });
  const { dataset, bulkData } = readPart10(bytes);
  expect(dataset['00091001']?.InlineBinary).toBeDefined();
  expect(dataset['00091002']).toEqual({ vr: 'OB', BulkDataURI: '00091002' });
  expect(items(dataset, '00091003')[0]?.['00091004']).toEqual({
    vr: 'UN',
    BulkDataURI: '00091003/0/00091004',
  });
  expect(Object.keys(bulkData)).toEqual(['00091002', '00091003/0/00091004']);
  const range = bulkData['00091003/0/00091004'];
  expect(bytes.subarray(range!.offset, range!.offset + range!.length)).toEqual(Buffer.alloc(2000, 3));
});

test('group lengths, padding and misplaced groups are left out', () => {
  const before = [element('00080000', 'UL', Buffer.alloc(4)), element('00081030', 'LO', 'X')];
  const after = [element('FFFCFFFC', 'OB', Buffer.alloc(3000))];
  expect(Object.keys(readPart10(part10Object({ before, after })).dataset)).toEqual([
    '00080016',
    '00080018',
    '00081030',
    '0020000D',
    '0020000E',
  ]);
  expect(codes(part10Object({ after: [element('00020010', 'UI', '1.2')] }))).toEqual(['MISPLACED_ATTRIBUTE']);
});

test('zeros after the dataset are ignored with a warning', () => {
  expect(codes(part10Object({ after: [Buffer.alloc(3)] }))).toEqual(['TRAILING_BYTES']);
  expect(codes(part10Object({ after: [Buffer.alloc(4000)] }))).toEqual(['TRAILING_BYTES']);
});

test('attributes in the wrong order are put right, and the first of two stays', () => {
  const after = [element('00081030', 'LO', 'FIRST'), element('00081030', 'LO', 'SECOND')];
  const { dataset, warnings } = readPart10(part10Object({ after }));
  expect(Object.keys(dataset)).toEqual(['00080016', '00080018', '00081030', '0020000D', '0020000E']);
  expect(text(dataset, '00081030')).toBe('FIRST');
  expect(warnings).toEqual([{ code: 'DUPLICATE_ATTRIBUTE', tag: '00081030' }]);
});

test.each([
  [
    'an item without its delimiter before the next',
    [marker('FFFEE000', UNDEFINED), element('00081150', 'UI', '1.2')],
  ],
  [
    'an item without its delimiter at the end',
    [marker('FFFEE000', UNDEFINED), element('00081155', 'UI', '1.3')],
  ],
])('%s is closed with a warning', (_name, unclosed) => {
  const next = _name.includes('next') ? [openItem(element('00081155', 'UI', '1.3'))] : [];
  const before = [openSequence('00081115', [Buffer.concat(unclosed), ...next])];
  const { dataset, warnings, identity } = readPart10(part10Object({ before }));
  expect(identity).toEqual(IDENTITY);
  expect(items(dataset, '00081115')).toHaveLength(1 + next.length);
  expect(warnings).toEqual([{ code: 'MISSING_DELIMITER', tag: '00081115' }]);
});

test('what a sequence holds beside items is passed over', () => {
  const before = [sequence('00081115', [Buffer.from('no items here, none at all.')])];
  const { identity, warnings } = readPart10(part10Object({ before }));
  expect(identity).toEqual(IDENTITY);
  expect(warnings).toEqual([{ code: 'MALFORMED_SEQUENCE', tag: '00081115' }]);
});

test('an element longer than its item is cut at the end of the item', () => {
  const before = [sequence('00081115', [item(element('00081150', 'UI', '1.2', { length: 400 }))])];
  const { dataset, identity, warnings } = readPart10(part10Object({ before }));
  expect(identity).toEqual(IDENTITY);
  expect(text(items(dataset, '00081115')[0]!, '00081150')).toBe('1.2');
  expect(warnings).toEqual([{ code: 'LENGTH_EXCEEDS_PARENT', tag: '00081115/0/00081150' }]);
});

test.each([
  ['a value', element('00081030', 'LO', 'CHEST', { length: 100 }), '00081030'],
  ['a value kept by reference', element('7FE00010', 'OW', Buffer.alloc(8), { length: 4000 }), '7FE00010'],
  ['an open sequence', openSequence('00081140', []).subarray(0, -8), '00081140'],
  ['an open item', openSequence('00081140', [openItem()]).subarray(0, -16), '00081140'],
  ['a header', element('00081030', 'LO', 'CHEST').subarray(0, 5), undefined],
])('an object that ends inside %s is refused with the place', (_name, after, tag) => {
  const bytes = part10Object({ after: [after] });
  const error = refusal(bytes);
  expect(error).toMatchObject({ code: 'TRUNCATED', offset: bytes.length, tag });
  expect(error.message).toContain(`byte ${bytes.length}`);
});

test('an object cut anywhere is refused, or has lost whole elements only', () => {
  const full = part10Object({ before: [sequence('00081115', [item(element('00081150', 'UI', '1.2'))])] });
  const boundaries = [];
  for (let length = 0; length < full.length; length++) {
    const error = refusal(full.subarray(0, length));
    if (error.code === 'MISSING_UID') boundaries.push(length);
    else expect(['NOT_PART10', 'TRUNCATED']).toContain(error.code);
  }
  // Before and after each of the five elements of group 0002, after each of the dataset's five but the last.
  expect(boundaries).toHaveLength(1 + 5 + 4);
});

test('headers, depth and fragments have limits', () => {
  const texts = Array.from({ length: 50 }, () => element('00081030', 'LO', 'X'.repeat(60)));
  expect(refusal(part10Object({ before: texts }), { maxHeaderBytes: 2000 }).code).toBe('HEADER_TOO_LARGE');

  let nested: Uint8Array = element('00081150', 'UI', '1.2');
  for (let depth = 0; depth < 40; depth++) nested = openSequence('00081140', [openItem(nested)]);
  expect(refusal(part10Object({ before: [nested] })).code).toBe('NESTING_TOO_DEEP');

  const fragments = Array.from({ length: 6 }, () => item(Buffer.from([1, 2])));
  const pixels = [
    element('7FE00010', 'OB', '', { length: UNDEFINED }),
    item(),
    ...fragments,
    marker('FFFEE0DD'),
  ];
  expect(refusal(part10Object({ after: pixels }), { maxFragments: 5 }).code).toBe('TOO_MANY_FRAGMENTS');
});

test('empty items without end do not fill memory', () => {
  const endless = Buffer.concat(Array.from({ length: 10_000 }, () => item()));
  const bytes = part10Object({ before: [openSequence('00081140', [endless])] });
  expect(refusal(bytes, { maxHeaderBytes: 100_000 }).code).toBe('HEADER_TOO_LARGE');
});

test('a failure is reported again by every later call', () => {
  const reader = createPart10Reader();
  expect(() => reader.write(Buffer.alloc(200))).toThrow(DicomError);
  expect(() => reader.write(part10Object())).toThrow('no DICM prefix');
  expect(() => reader.end()).toThrow('no DICM prefix');
});

test('the identity is known before the object ends', () => {
  const reader = createPart10Reader();
  const bytes = part10Object({ after: [element('7FE00010', 'OW', Buffer.alloc(100_000))] });
  reader.write(bytes.subarray(0, 200));
  expect(reader.identity).toBeNull();
  reader.write(bytes.subarray(200, 5000));
  expect(reader.identity).toEqual(IDENTITY);
});

test('the caller may use its chunk again', () => {
  const bytes = part10Object({ after: [element('00081030', 'LO', 'CHEST')] });
  const reader = createPart10Reader();
  const chunk = Buffer.alloc(37);
  for (let at = 0; at < bytes.length; at += chunk.length) {
    const length = bytes.copy(chunk, 0, at, at + chunk.length);
    reader.write(chunk.subarray(0, length));
  }
  expect(reader.end()).toEqual(readPart10(bytes));
});

test('an unregistered transfer syntax is read as explicit little endian', () => {
  const instance = readPart10(part10Object({ transferSyntaxUid: '1.2.3.4.5' }));
  expect(instance.transferSyntaxUid).toBe('1.2.3.4.5');
  expect(instance.identity).toEqual(IDENTITY);
});
