import type { KeptAsideBody } from '@hutong/server/contract';
import { expect, test } from 'vitest';
import { attributeName, tagText } from '../../../words/attributeNames.ts';
import { groupsOf, recoverableUntil } from './groups.ts';

const entry = (id: number, change: Partial<KeptAsideBody> = {}): KeptAsideBody => ({
  id,
  kind: 'DIFFERENT_DATASET',
  hospital: { code: 'first', name: { zh: '第一医院', en: 'First' } },
  studyInstanceUid: '1.2',
  seriesInstanceUid: '1.2.1',
  sopInstanceUid: `1.2.1.${id}`,
  sopClassUid: '1.2.840.10008.5.1.4.1.1.2',
  transferSyntaxUid: '1.2.840.10008.1.2.1',
  size: 1000,
  receivedAt: '2026-11-21T00:00:00.000Z',
  current: null,
  differences: null,
  rejection: null,
  mayDecide: true,
  ...change,
});
const ids = (entries: KeptAsideBody[]) => groupsOf(entries).map((group) => group.entries.map(({ id }) => id));

test('images of one copy of a study are decided together, those of another hospital or study apart', () => {
  const second = { code: 'second', name: { zh: '第二医院', en: 'Second' } };
  expect(
    ids([entry(5), entry(4, { hospital: second }), entry(3), entry(2, { studyInstanceUid: '1.3' })]),
  ).toEqual([[5, 3], [4], [2]]);
});

test('every rejection note is a decision of its own', () => {
  const note = { kind: 'REJECTION_NOTE' } as const;
  expect(ids([entry(3, note), entry(2, note), entry(1)])).toEqual([[3], [2], [1]]);
});

test('what is kept for ever has no last day', () => {
  const at = new Date('2026-11-21T08:00:00Z');
  expect(recoverableUntil(at, 0)).toBeNull();
  expect(recoverableUntil(at, 30)?.toISOString()).toBe('2026-12-21T08:00:00.000Z');
});

test('attributes have Chinese names where they are known, else the words of their keyword', () => {
  expect(attributeName('PatientBirthDate', 'zh')).toBe('出生日期');
  expect(attributeName('PatientBirthDate', 'en')).toBe('Patient Birth Date');
  expect(attributeName('SOPInstanceUID', 'en')).toBe('SOP Instance UID');
  expect(attributeName('RadionuclideTotalDose', 'zh')).toBe('Radionuclide Total Dose');
});

test('tags are written as people write them, items counted from one', () => {
  expect(tagText('0008103E')).toBe('(0008,103E)');
  expect(tagText('00400275/0/00400009')).toBe('(0040,0275)[1] (0040,0009)');
});
