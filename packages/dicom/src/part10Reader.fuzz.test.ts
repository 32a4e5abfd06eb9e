import { Buffer } from 'node:buffer';
import { createRequire } from 'node:module';
import { deflateRawSync } from 'node:zlib';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { DicomError } from './dicomError.ts';
import { createPart10Reader, readPart10 } from './part10Reader.ts';
import {
  element,
  encapsulated,
  identityElements,
  imageElements,
  item,
  longs,
  openItem,
  openSequence,
  part10Head,
  part10Object,
  sequence,
} from './testObjects.ts';
import type { Part10Instance } from './types.ts';

/** Objects that between them use every structure of the encoding. */
function objects(): Record<string, Buffer> {
  const leaf = element('00081150', 'UI', '1.2.3');
  const nested = [
    element('00080005', 'CS', 'ISO_IR 100'),
    element('00081030', 'LO', Buffer.from('d0d8b2bfc6bdc9a8', 'hex')),
    sequence('00081115', [item(leaf, openSequence('00081199', [openItem(leaf), item()])), openItem()]),
    openSequence('00091002', [openItem(element('00100010', 'PN', 'A^B', { explicit: false }))], 'UN'),
    element('00091003', 'OB', Buffer.alloc(3000, 9)),
  ];
  const fragments = [Buffer.from('ffd8ffe001', 'hex'), Buffer.alloc(20, 1), Buffer.from('ffd8ffe002', 'hex')];
  const { sop, study } = identityElements();
  return {
    native: part10Object({
      before: nested,
      after: [imageElements(2), element('7FE00010', 'OW', Buffer.alloc(16, 5))],
    }),
    implicit: part10Object({
      transferSyntaxUid: '1.2.840.10008.1.2',
      explicit: false,
      after: [openSequence('00400275', [openItem(), item()], '', { explicit: false })],
    }),
    bigEndian: part10Object({ transferSyntaxUid: '1.2.840.10008.1.2.2', bigEndian: true }),
    compressed: part10Object({
      transferSyntaxUid: '1.2.840.10008.1.2.4.50',
      before: nested,
      after: [imageElements(2), element('7FE00001', 'OV', longs([0, 36])), encapsulated(fragments, [0, 42])],
    }),
    deflated: Buffer.concat([
      part10Head('1.2.840.10008.1.2.1.99'),
      deflateRawSync(
        Buffer.concat([sop, ...nested, study, imageElements(1), element('7FE00010', 'OW', Buffer.alloc(8))]),
      ),
    ]),
  };
}

function readInChunks(bytes: Buffer, sizes: readonly number[]): Part10Instance {
  const reader = createPart10Reader();
  let at = 0;
  for (let chunk = 0; at < bytes.length; chunk++) {
    const size = sizes[chunk % sizes.length] ?? 1;
    reader.write(Uint8Array.from(bytes.subarray(at, at + size)));
    at += size;
  }
  return reader.end();
}

test.each(Object.entries(objects()))(
  '%s: however the bytes are cut into chunks, the result is the same',
  (_name, bytes) => {
    const whole = readPart10(bytes);
    fc.assert(
      fc.property(fc.array(fc.integer({ min: 1, max: 200 }), { minLength: 1, maxLength: 20 }), (sizes) => {
        expect(readInChunks(bytes, sizes)).toEqual(whole);
      }),
      { numRuns: 60 },
    );
    expect(readInChunks(bytes, [1])).toEqual(whole);
  },
);

/** Reads, and gives what came of it; any other error than DicomError fails the test. */
function outcome(bytes: Buffer): string {
  try {
    return JSON.stringify(readPart10(bytes, { maxInflatedBytes: 1 << 20 }).identity);
  } catch (error) {
    if (error instanceof DicomError) return error.code;
    throw error;
  }
}

test.each(Object.entries(objects()))(
  '%s: damage anywhere is survived, or refused with a code',
  (_name, bytes) => {
    const damage = fc.record({
      at: fc.integer({ min: 132, max: bytes.length - 1 }),
      with: fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 12 }),
        fc.constantFrom(
          [0xff, 0xff, 0xff, 0xff],
          [0xfe, 0xff, 0x00, 0xe0],
          [0xfe, 0xff, 0xdd, 0xe0],
          [0xfe, 0xff, 0x0d, 0xe0],
        ),
      ),
    });
    fc.assert(
      fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), (damages) => {
        const damaged = Buffer.from(bytes);
        for (const each of damages)
          damaged.set(Array.from(each.with).slice(0, damaged.length - each.at), each.at);
        expect(outcome(damaged)).not.toBe('');
      }),
      { numRuns: 400 },
    );
  },
);

test('noise after the prefix is survived, or refused with a code', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 400 }), fc.boolean(), (noise, withHead) => {
      const head = withHead
        ? part10Head('1.2.840.10008.1.2.1')
        : Buffer.concat([Buffer.alloc(128), Buffer.from('DICM')]);
      expect(outcome(Buffer.concat([head, noise]))).not.toBe('');
    }),
    { numRuns: 1000 },
  );
});

test('what dcmjs writes is read with the values that were given', () => {
  const { data } = createRequire(import.meta.url)('dcmjs') as {
    data: {
      DicomDict: new (meta: object) => { dict: object; write: () => ArrayBuffer };
      DicomMetaDictionary: { denaturalizeDataset: (dataset: object) => object };
    };
  };
  const denaturalise = (dataset: object): object => data.DicomMetaDictionary.denaturalizeDataset(dataset);
  const text = fc.string({
    unit: fc.constantFrom('A', 'z', ' ', '0', '^', '-', '张', '三'),
    minLength: 1,
    maxLength: 16,
  });
  fc.assert(
    fc.property(
      text,
      fc.array(fc.integer({ min: 0, max: 65535 }), { minLength: 1, maxLength: 3 }),
      (label, shorts) => {
        const file = new data.DicomDict(
          denaturalise({
            _vrMap: {},
            TransferSyntaxUID: '1.2.840.10008.1.2.1',
            MediaStorageSOPInstanceUID: '1.2',
          }),
        );
        file.dict = denaturalise({
          _vrMap: {},
          SpecificCharacterSet: 'ISO_IR 192',
          SOPClassUID: '1.1',
          SOPInstanceUID: '1.2',
          StudyInstanceUID: '1.3',
          SeriesInstanceUID: '1.4',
          SeriesDescription: label,
          ReferencedFrameNumbers: shorts,
          RequestAttributesSequence: [{ RequestedProcedureDescription: label }],
        });
        const { dataset, identity } = readPart10(new Uint8Array(file.write()));
        const expected = label.trim() === '' ? undefined : [label.trim()];
        expect(identity).toMatchObject({ studyInstanceUid: '1.3', seriesInstanceUid: '1.4' });
        expect(dataset['0008103E']?.Value).toEqual(expected);
        expect(dataset['00400275']?.Value).toEqual([
          { '00321060': { vr: 'LO', ...(expected && { Value: expected }) } },
        ]);
      },
    ),
    { numRuns: 100 },
  );
});
