import { expect, test } from 'vitest';
import type { DatasetError } from './datasetError.ts';
import { readReference } from './identity.ts';
import { parseDicomJson } from './parseDicomJson.ts';
import { parseNativeXml } from './parseNativeXml.ts';
import { createPart10Reader } from './part10Reader.ts';
import { IDENTITY, identityElements, part10Head } from './testObjects.ts';

const REFERENCE = { sopClassUid: '1.2.840.10008.5.1.4.1.1.7', sopInstanceUid: '1.2.3.4' };
const dataset = {
  '00080016': { vr: 'UI', Value: [REFERENCE.sopClassUid] },
  '00080018': { vr: 'UI', Value: [REFERENCE.sopInstanceUid] },
};
const fileMeta = {
  '00020002': { vr: 'UI', Value: [REFERENCE.sopClassUid] },
  '00020003': { vr: 'UI', Value: [REFERENCE.sopInstanceUid] },
};

test('an instance is referred to by its SOP class and instance alone', () => {
  expect(readReference(dataset)).toEqual(REFERENCE);
});

test('group 0002 names it where the dataset does not', () => {
  expect(readReference({}, fileMeta)).toEqual(REFERENCE);
  expect(readReference(undefined, fileMeta)).toEqual(REFERENCE);
  expect(readReference({ '00080018': { vr: 'UI', Value: ['1.2.5'] } }, fileMeta)).toEqual({
    ...REFERENCE,
    sopInstanceUid: '1.2.5',
  });
});

test.each<[string, unknown]>([
  ['nothing', null],
  ['no dataset', 'text'],
  ['a dataset without UIDs', {}],
  ['a malformed UID', { ...dataset, '00080018': { vr: 'UI', Value: ['1..2'] } }],
  ['two UIDs', { ...dataset, '00080018': { vr: 'UI', Value: ['1.2', '1.3'] } }],
  ['values that are none', { ...dataset, '00080018': { vr: 'UI', Value: [7] } }],
  ['attributes that are none', { ...dataset, '00080018': null }],
])('%s refers to no instance', (_name, value) => {
  expect(readReference(value)).toBeNull();
});

function referenceOf(work: () => unknown): unknown {
  try {
    work();
  } catch (error) {
    return (error as DatasetError).reference;
  }
  return 'nothing was thrown';
}

test('metadata that cannot be taken tells which instance it was', () => {
  const bad = { ...dataset, '00080005': { vr: 'US', Value: ['x'] } };
  expect(referenceOf(() => parseDicomJson(JSON.stringify(bad)))).toEqual(REFERENCE);
  expect(referenceOf(() => parseDicomJson('[7]'))).toBeNull();
  expect(referenceOf(() => parseDicomJson('{'))).toBeNull();
  const attributes = Object.entries(REFERENCE).map(
    ([key, value]) =>
      `<DicomAttribute tag="${key === 'sopClassUid' ? '00080016' : '00080018'}" vr="UI"><Value number="1">${value}</Value></DicomAttribute>`,
  );
  const xml = (end: string): string => `<NativeDicomModel>${attributes.join('')}${end}`;
  for (const end of ['<DicomAttribute tag="x"/></NativeDicomModel>', '<other/>', ''])
    expect(referenceOf(() => parseNativeXml(xml(end)))).toEqual(REFERENCE);
});

test('an object that cannot be read tells which instance it was, also when it was let go', () => {
  const { sopClassUid, sopInstanceUid } = IDENTITY;
  const whole = Buffer.concat([part10Head('1.2.840.10008.1.2.1'), identityElements().sop]);
  const reader = createPart10Reader();
  reader.write(whole);
  expect(() => reader.end()).toThrow('StudyInstanceUID');
  expect(reader.reference).toEqual({ sopClassUid, sopInstanceUid });
  reader.release();
  expect(reader.reference).toEqual({ sopClassUid, sopInstanceUid });
  expect(reader.identity).toBeNull();
});
