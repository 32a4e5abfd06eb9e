import { expect, test } from 'vitest';
import { TAG } from './attributes.ts';
import { items, number, numbers, personName, serialiseDicomJson, text, texts } from './dicomJson.ts';
import type { DicomJson } from './types.ts';

const dataset: DicomJson = {
  [TAG.ImageType]: { vr: 'CS', Value: ['ORIGINAL', null, 'AXIAL'] },
  [TAG.PatientName]: { vr: 'PN', Value: [{ Ideographic: '张三', Alphabetic: 'Zhang^San' }] },
  [TAG.PixelSpacing]: { vr: 'DS', Value: [0.5, 0.25] },
  [TAG.EchoTime]: { vr: 'DS', Value: ['unknown'] },
  [TAG.ImagePositionPatient]: { vr: 'DS', Value: [1, 'x', 3] },
  [TAG.StudyDescription]: { vr: 'LO' },
  [TAG.CodeMeaning]: { vr: 'LO', Value: ['not a sequence'] },
  [TAG.ProcedureCodeSequence]: { vr: 'SQ', Value: [{ [TAG.CodeValue]: { vr: 'SH', Value: ['A'] } }] },
};

test('text is the value asked for, or empty', () => {
  expect(text(dataset, TAG.ImageType, 2)).toBe('AXIAL');
  expect(text(dataset, TAG.ImageType, 1)).toBe('');
  expect(text(dataset, TAG.PixelSpacing)).toBe('0.5');
  expect(text(dataset, TAG.PatientName)).toBe('Zhang^San');
  expect(text(dataset, TAG.StudyDescription)).toBe('');
  expect(text(dataset, TAG.Modality)).toBe('');
  expect(texts(dataset, TAG.ImageType)).toEqual(['ORIGINAL', '', 'AXIAL']);
});

test('numbers are finite, and a list with anything else in it is none', () => {
  expect(number(dataset, TAG.PixelSpacing, 1)).toBe(0.25);
  expect(number(dataset, TAG.EchoTime)).toBeNull();
  expect(number(dataset, TAG.SliceThickness)).toBeNull();
  expect(numbers(dataset, TAG.PixelSpacing)).toEqual([0.5, 0.25]);
  expect(numbers(dataset, TAG.ImagePositionPatient)).toEqual([]);
});

test('a person name has its groups', () => {
  expect(personName(dataset, TAG.PatientName)).toEqual({ Alphabetic: 'Zhang^San', Ideographic: '张三' });
  expect(personName(dataset, TAG.ReferringPhysicianName)).toEqual({});
});

test('items are those of sequences only', () => {
  expect(items(dataset, TAG.ProcedureCodeSequence).map((item) => text(item, TAG.CodeValue))).toEqual(['A']);
  expect(items(dataset, TAG.CodeMeaning)).toEqual([]);
  expect(items(dataset, TAG.ContentSequence)).toEqual([]);
});

test('JSON text has the attributes in ascending order at every level', () => {
  const overlays: DicomJson = {
    '60000010': { vr: 'US', Value: [1] },
    '00080005': { vr: 'CS' },
    '00081140': { vr: 'SQ', Value: [{ '40100001': { vr: 'LO' }, '00080060': { vr: 'CS' } }] },
  };
  const json = serialiseDicomJson(overlays);
  expect(JSON.parse(json)).toEqual(overlays);
  expect(json.match(/"[0-9A-F]{8}"/g)).toEqual([
    '"00080005"',
    '"00081140"',
    '"00080060"',
    '"40100001"',
    '"60000010"',
  ]);
});
