import { Buffer } from 'node:buffer';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { arbitraryContent } from './arbitraryDatasets.ts';
import { datasetBytes } from './encodeDataset.ts';
import { part10Head } from './fileMeta.ts';
import { readPart10 } from './part10Reader.ts';
import { datasetOffset, rewriteHead, rewriteTail, type DatasetChanges } from './rewriteHead.ts';
import {
  element,
  IDENTITY,
  imageElements,
  item,
  openItem,
  openSequence,
  part10Object,
  sequence,
  shorts,
} from './testObjects.ts';
import { TRANSFER_SYNTAXES } from './transferSyntaxes.ts';
import type { DicomJson } from './types.ts';

const EXPLICIT = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
const IMPLICIT = TRANSFER_SYNTAXES.implicitVrLittleEndian.uid;

const identity: DicomJson = {
  '00080016': { vr: 'UI', Value: [IDENTITY.sopClassUid] },
  '00080018': { vr: 'UI', Value: [IDENTITY.sopInstanceUid] },
  '0020000D': { vr: 'UI', Value: [IDENTITY.studyInstanceUid] },
  '0020000E': { vr: 'UI', Value: [IDENTITY.seriesInstanceUid] },
};

/** A whole object without pixel data, rewritten. */
function rewritten(object: Buffer, changes: DatasetChanges = {}, from = EXPLICIT): Buffer {
  const { prefix, dataset } = rewriteHead(object, { from, to: EXPLICIT, changes, pixelDataFollows: false });
  return Buffer.concat([prefix, dataset]);
}

function latin1Object(charset: string, name: Buffer, inItem: Buffer[] = []): Buffer {
  return part10Object({
    before: [element('00080005', 'CS', charset), sequence('00081110', [item(...inItem)])],
    after: [element('00204000', 'LT', name)],
  });
}

const name = (text: string): DatasetChanges => ({ '00204001': { vr: 'LO', Value: [text] } });
const gbk = Buffer.from('d0d8b2bfc6bdc9a8', 'hex');

test('without changes an explicit little endian dataset keeps its bytes', () => {
  fc.assert(
    fc.property(arbitraryContent, (content) => {
      const dataset = datasetBytes({ ...identity, ...content });
      const object = Buffer.concat([part10Head({ transferSyntaxUid: EXPLICIT, ...IDENTITY }), dataset]);
      expect(rewritten(object).equals(object)).toBe(true);
    }),
  );
});

test('changes replace, add and remove attributes, and leave the others', () => {
  fc.assert(
    fc.property(arbitraryContent, arbitraryContent, (content, other) => {
      const object = Buffer.concat([
        part10Head({ transferSyntaxUid: EXPLICIT, ...IDENTITY }),
        datasetBytes({ ...identity, ...content }),
      ]);
      const removed = Object.keys(content).slice(0, 2);
      const changes = { ...Object.fromEntries(removed.map((tag) => [tag, null])), ...other };
      const { '00080005': _repertoire, ...left } = readPart10(rewritten(object, changes)).dataset;
      const kept = Object.entries(content).filter(([tag]) => !removed.includes(tag));
      expect(left).toEqual({ ...identity, ...Object.fromEntries(kept), ...other });
    }),
    { numRuns: 300 },
  );
});

test('new text is written in the repertoire of the dataset where that has it', () => {
  const object = latin1Object('GB18030', gbk);
  const bytes = rewritten(object, name('胸部'));
  expect(bytes.includes(Buffer.from('d0d8b2bf', 'hex'), bytes.indexOf(gbk) + gbk.length)).toBe(true);
  expect(readPart10(bytes).dataset).toMatchObject({
    '00204000': { Value: ['胸部平扫'] },
    '00204001': { Value: ['胸部'] },
  });
});

test.each([
  ['a repertoire that lacks the characters', 'ISO_IR 100', Buffer.from([0xe9, 0xe8]), 'éè'],
  ['code extensions', '\\ISO 2022 IR 149', Buffer.from('1b242943b1e8c8f1', 'hex'), '김희'],
  ['a declaration that is not true', 'ISO_IR 100', gbk, '胸部平扫'],
  ['UTF-8 that is none', 'ISO_IR 192', gbk, '胸部平扫'],
])('under %s all text becomes UTF-8', (_what, charset, bytes, expected) => {
  const inner = [
    element('00080005', 'CS', 'ISO_IR 144'),
    element('00080104', 'LO', Buffer.from([0xb0, 0xb1])),
  ];
  const instance = readPart10(rewritten(latin1Object(charset, bytes, inner), name('é胸部')));
  expect(instance.warnings).toEqual([]);
  expect(instance.dataset).toMatchObject({
    '00080005': { Value: ['ISO_IR 192'] },
    '00081110': { Value: [{ '00080104': { vr: 'LO', Value: ['АБ'] } }] },
    '00204000': { Value: [expected] },
    '00204001': { Value: ['é胸部'] },
  });
});

test('Latin text that is what it declares stays as it is', () => {
  const bytes = rewritten(latin1Object('ISO_IR 100', Buffer.from([0xe9, 0x41])), name('Zoë'));
  expect(bytes.includes(Buffer.from('Zo\u00eb', 'latin1'))).toBe(true);
});

test('implicit elements get the VR of the registry or of their creator, else UN', () => {
  const implicit = { explicit: false };
  const object = part10Object({
    transferSyntaxUid: IMPLICIT,
    ...implicit,
    before: [
      element('00090010', '', 'GEMS_IDEN_01', implicit),
      element('00091002', '', 'SUITE', implicit),
      element('00091077', '', Buffer.from([1, 2, 3, 4]), implicit),
    ],
    after: [
      openSequence('00400275', [openItem(element('00400009', '', 'STEP', implicit))], '', implicit),
      element('00280103', '', shorts([1]), implicit),
      element('00280106', '', shorts([65535]), implicit),
    ],
  });
  expect(readPart10(rewritten(object, {}, IMPLICIT)).dataset).toMatchObject({
    '00091002': { vr: 'SH', Value: ['SUITE'] },
    '00091077': { vr: 'UN', InlineBinary: 'AQIDBA==' },
    '00280106': { vr: 'SS', Value: [-1] },
    '00400275': { Value: [{ '00400009': { vr: 'SH', Value: ['STEP'] } }] },
  });
});

test('numbers are turned round from big endian', () => {
  const bigEndian = { bigEndian: true };
  const object = part10Object({
    transferSyntaxUid: TRANSFER_SYNTAXES.explicitVrBigEndian.uid,
    ...bigEndian,
    after: [
      element('00280010', 'US', shorts([512], true), bigEndian),
      element('00280009', 'AT', Buffer.from('00181063', 'hex'), bigEndian),
      element('00189087', 'FD', Buffer.from('4000000000000000', 'hex'), bigEndian),
    ],
  });
  const { dataset } = readPart10(rewritten(object, {}, TRANSFER_SYNTAXES.explicitVrBigEndian.uid));
  expect(dataset).toMatchObject({
    '00189087': { Value: [2] },
    '00280009': { Value: ['00181063'] },
    '00280010': { Value: [512] },
  });
});

test('group lengths, duplicates and attributes that do not belong there are dropped, order is restored', () => {
  const object = part10Object({
    before: [element('00080000', 'UL', Buffer.alloc(4)), element('00100020', 'LO', 'FIRST')],
    after: [
      element('00100020', 'LO', 'SECOND'),
      element('00081030', 'LO', 'EARLY'),
      element('FFFCFFFC', 'OB', Buffer.alloc(6)),
    ],
  });
  const bytes = rewritten(object);
  const { dataset, warnings } = readPart10(bytes);
  expect(warnings).toEqual([]);
  expect(dataset['00100020']?.Value).toEqual(['FIRST']);
  expect(bytes.includes(Buffer.from('08000000554c', 'hex'))).toBe(false);
  expect(bytes.includes(Buffer.from('fcfffcff', 'hex'))).toBe(false);
  expect(bytes.indexOf('EARLY')).toBeLessThan(bytes.indexOf('FIRST'));
});

test('what follows the pixel data is rewritten with the repertoire and the changes of the whole', () => {
  const pixels = element('7FE00010', 'OW', Buffer.alloc(8, 7));
  const object = part10Object({
    before: [element('00080005', 'CS', 'ISO_IR 100')],
    after: [
      element('00204000', 'LT', gbk),
      imageElements(1),
      pixels,
      element('7FE10010', 'LO', 'CREATOR'),
      element('7FE11001', 'LO', gbk),
      element('FFFCFFFC', 'OB', Buffer.alloc(6)),
    ],
  });
  const { offset, length } = readPart10(object).pixelData!.value;
  const head = rewriteHead(object.subarray(0, offset), {
    from: EXPLICIT,
    to: TRANSFER_SYNTAXES.deflatedExplicitVrLittleEndian.uid,
    changes: { ...name('肝'), '7FE11002': { vr: 'LO', Value: ['脾'] }, '00280002': null },
    pixelDataFollows: true,
  });
  const tail = rewriteTail(object.subarray(offset + length), head.continuation);
  expect(head.pixelData).toEqual({
    tag: '7FE00010',
    vr: 'OW',
    bigEndian: false,
    header: pixels.subarray(0, 12),
  });
  const plain = part10Head({ transferSyntaxUid: EXPLICIT, ...IDENTITY });
  const whole = [plain, head.dataset, head.pixelData!.header, object.subarray(offset, offset + length), tail];
  const { dataset, warnings } = readPart10(Buffer.concat(whole));
  expect(warnings).toEqual([]);
  expect(dataset).toMatchObject({
    '00204000': { Value: ['胸部平扫'] },
    '00204001': { Value: ['肝'] },
    '7FE11001': { Value: ['胸部平扫'] },
    '7FE11002': { Value: ['脾'] },
  });
  expect(dataset['00280002']).toBeUndefined();
  expect(tail.includes(Buffer.from('fcfffcff', 'hex'))).toBe(false);
});

test('the UIDs of group 0002 follow the changes', () => {
  const bytes = rewritten(part10Object(), { '00080018': { vr: 'UI', Value: ['2.25.77'] } });
  const { fileMeta, warnings, identity: read } = readPart10(bytes);
  expect(warnings).toEqual([]);
  expect(read.sopInstanceUid).toBe('2.25.77');
  expect(fileMeta['00020003']?.Value).toEqual(['2.25.77']);
});

test('targets that are not explicit little endian are refused', () => {
  for (const to of [IMPLICIT, TRANSFER_SYNTAXES.explicitVrBigEndian.uid, '1.2.3']) {
    expect(() => rewriteHead(part10Object(), { from: EXPLICIT, to, pixelDataFollows: false })).toThrow(
      RangeError,
    );
  }
});

test('damaged heads are refused with a code, or rewritten to what can be read', () => {
  const object = part10Object({
    before: [
      element('00080005', 'CS', 'ISO_IR 100'),
      openSequence('00081115', [openItem(element('00081150', 'UI', '1.2.3')), item()]),
    ],
    after: [imageElements(1)],
  });
  const start = datasetOffset(object);
  const damage = fc.record({
    at: fc.integer({ min: 132, max: object.length - 1 }),
    with: fc.oneof(
      fc.uint8Array({ minLength: 1, maxLength: 8 }),
      fc.constantFrom([0xff, 0xff, 0xff, 0xff], [0xfe, 0xff, 0x00, 0xe0], [0xfe, 0xff, 0xdd, 0xe0]),
    ),
  });
  const cut = fc.integer({ min: start, max: object.length });
  fc.assert(
    fc.property(fc.array(damage, { minLength: 1, maxLength: 4 }), cut, (damages, end) => {
      const damaged = Buffer.from(object);
      for (const each of damages)
        damaged.set(Array.from(each.with).slice(0, damaged.length - each.at), each.at);
      const outcome = ((): string => {
        try {
          return `${rewritten(damaged.subarray(0, end), name('肝')).length}`;
        } catch (error) {
          return (error as { code?: string }).code ?? '';
        }
      })();
      expect(outcome).not.toBe('');
    }),
    { numRuns: 1000 },
  );
});
