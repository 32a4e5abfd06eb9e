import { expect, test } from 'vitest';
import { instantsOf, NO_FILTERS, searchOf } from './auditFilters.ts';

test('what is not filled in is not asked for', () => {
  expect(searchOf(NO_FILTERS)).toEqual({});
  expect(searchOf({ ...NO_FILTERS, who: ' 张 ', study: 'not a uid' })).toEqual({ actor: '张' });
});

test('a patient is a PatientID of one hospital', () => {
  expect(searchOf({ ...NO_FILTERS, patientId: '7' })).toEqual({});
  expect(searchOf({ ...NO_FILTERS, hospital: 'a' })).toEqual({ hospital: ['a'] });
  expect(searchOf({ ...NO_FILTERS, hospital: 'a', patientId: ' 7 ' })).toEqual({
    patient: { hospital: 'a', patientId: '7' },
  });
});

test('days are whole ones of the reader, the last one within', () => {
  const { from, to } = instantsOf(['2026-11-21', '2026-11-22']);
  expect(new Date(to).getTime() - new Date(from).getTime()).toBe(2 * 86_400_000);
  expect(new Date(from).getHours()).toBe(0);
});
