import type { DicomJson, PersonName } from '@hutong/dicom';
import { expect, test } from 'vitest';
import { studyRow } from './indexRows.ts';

const referring = (value: PersonName | string | null): string => {
  const dataset: DicomJson = { '00080090': { vr: 'PN', Value: [value] } };
  return studyRow(dataset, '1.2').referring_physician_name;
};

test.each([
  [{ Alphabetic: 'House^Gregory' }, 'House^Gregory'],
  [{ Alphabetic: 'House^Gregory', Ideographic: '张^三' }, 'House^Gregory=张^三'],
  [{ Ideographic: '张^三' }, '=张^三'],
  [{ Phonetic: 'zhāng^sān' }, '==zhāng^sān'],
  [{ Alphabetic: 'Li^Na', Phonetic: 'lǐ^nà' }, 'Li^Na==lǐ^nà'],
  [{}, ''],
  [null, ''],
  ['Li^Na=李^娜', 'Li^Na=李^娜'],
])('a referring physician %j is kept with each group in its place (PS3.5 6.2.1): %j', (name, column) => {
  expect(referring(name)).toBe(column);
});

test('a group that is far too long does not push out the next one', () => {
  const column = referring({ Alphabetic: 'A'.repeat(5000), Ideographic: `张\0三` });
  expect(column).toBe(`${'A'.repeat(320)}=张三`);
});

test('half a surrogate pair, which PostgreSQL does not take, becomes a replacement character; a pair stays', () => {
  expect(referring({ Ideographic: '𠮷\ud842' })).toBe('=𠮷\ufffd');
});

test('a dataset without the attribute gives an empty column', () => {
  expect(studyRow({}, '1.2').referring_physician_name).toBe('');
});
