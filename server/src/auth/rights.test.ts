import { expect, test } from 'vitest';
import { rightsOf } from './rights.ts';

test('a role in one hospital gives its rights there', () => {
  expect(rightsOf([{ role: 'qualityControl', hospital: 'a' }])).toEqual({ read: ['a'], review: ['a'] });
});

test('a role in the region does not widen what another role is for', () => {
  const rights = rightsOf([
    { role: 'administrator', hospital: 'a' },
    { role: 'clinician', hospital: null },
  ]);
  expect(rights).toMatchObject({ read: null, share: null, correct: ['a'], admin: ['a'], accounts: ['a'] });
});

test('the same role in two hospitals is for both, and in the region for all, in either order', () => {
  expect(
    rightsOf([
      { role: 'auditor', hospital: 'a' },
      { role: 'auditor', hospital: 'b' },
    ]),
  ).toEqual({ audit: ['a', 'b'] });
  for (const hospitals of [['a', null] as const, [null, 'a'] as const])
    expect(rightsOf(hospitals.map((hospital) => ({ role: 'auditor', hospital })))).toEqual({ audit: null });
});

test('without a role there is no right', () => {
  expect(rightsOf([])).toEqual({});
});
