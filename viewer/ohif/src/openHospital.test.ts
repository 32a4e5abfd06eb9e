import { expect, test } from 'vitest';
import { hospitalInAddress, hospitalQuery } from './openHospital.ts';

test.each([
  ['?StudyInstanceUIDs=1.2.3&hospital=longnan-1', 'longnan-1'],
  ['?StudyInstanceUIDs=1.2.3', null],
  ['?hospital=../../shares', null],
  ['?hospital=Longnan', null],
  ['?hospital=', null],
  ['', null],
])('the address %s shows the copy of %s', (query, code) => {
  expect(hospitalInAddress(query)).toBe(code);
});

test('without a hospital nothing is asked for', () => {
  expect(hospitalQuery(null)).toBe('');
  expect(hospitalQuery('h1')).toBe('?hospital=h1');
});
