import { expect, test } from 'vitest';
import { rightsOf } from './rights.ts';

test('a role in one hospital gives its rights there', () => {
  expect(rightsOf([{ role: 'qualityControl', hospital: 'a' }])).toEqual({
    scopes: new Set(['read', 'review']),
    readableHospitals: ['a'],
    correctableHospitals: [],
    reviewableHospitals: ['a'],
    shareableHospitals: [],
    administeredHospitals: [],
  });
});

test('a role in the region does not widen what another role is for', () => {
  const rights = rightsOf([
    { role: 'administrator', hospital: 'a' },
    { role: 'clinician', hospital: null },
  ]);
  expect(rights.readableHospitals).toBeNull();
  expect(rights.correctableHospitals).toEqual(['a']);
  expect(rights.administeredHospitals).toEqual(['a']);
});

test('without a role there is no right', () => {
  expect(rightsOf([])).toMatchObject({ scopes: new Set(), readableHospitals: [] });
});
