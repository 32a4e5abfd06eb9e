import { expect, test } from 'vitest';
import { rightsOf } from './rights.ts';

test('a role in one hospital gives its rights there', () => {
  expect(rightsOf([{ role: 'qualityControl', hospital: 'a' }])).toEqual({
    read: ['a'],
    review: ['a'],
    registry: ['a'],
    persons: ['a'],
    figures: ['a'],
  });
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

test('where duties are separate whoever administers neither reads nor audits, by any role and anywhere', () => {
  const roles = [
    { role: 'administrator', hospital: 'a' },
    { role: 'radiologist', hospital: null },
    { role: 'auditor', hospital: 'b' },
  ] as const;
  expect(rightsOf(roles, true)).toEqual({
    admin: ['a'],
    keys: ['a'],
    accounts: ['a'],
    metrics: ['a'],
    registry: ['a'],
    figures: ['a'],
  });
  expect(rightsOf(roles.slice(1), true)).toEqual({ read: null, share: null, recognise: null, audit: ['b'] });
});

test('without a role there is no right', () => {
  expect(rightsOf([])).toEqual({});
});
