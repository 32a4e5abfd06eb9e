import { expect, test } from 'vitest';
import { grantsOf, isConflict, isSame, placesOf, toggled } from './grants.ts';

const GRANTS = [
  { role: 'clinician', hospital: 'b' },
  { role: 'auditor', hospital: null },
  { role: 'administrator', hospital: 'b' },
] as const;

test('roles are shown by place, the region first', () => {
  expect(placesOf(GRANTS)).toEqual([
    { hospital: null, roles: ['auditor'] },
    { hospital: 'b', roles: ['administrator', 'clinician'] },
  ]);
  expect(isSame(grantsOf(placesOf(GRANTS)), GRANTS)).toBe(true);
});

test('a role is given and taken in its place alone', () => {
  const places = toggled(toggled(placesOf(GRANTS), 'b', 'radiologist'), 'b', 'clinician');
  expect(places).toEqual([
    { hospital: null, roles: ['auditor'] },
    { hospital: 'b', roles: ['administrator', 'radiologist'] },
  ]);
});

test('who would administer and audit is seen, wherever', () => {
  expect(isConflict(GRANTS)).toBe(true);
  expect(isConflict(GRANTS.slice(0, 2))).toBe(false);
});
