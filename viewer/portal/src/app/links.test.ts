import type { ScopeName, SessionInfo } from '@hutong/server/contract';
import { expect, test } from 'vitest';
import { homeOf, linksFor } from './links.ts';

const aSession = (
  scopes: ScopeName[],
  role: 'clinician' | 'hospitalIt' | 'auditor' | 'healthCommission',
): SessionInfo => ({
  subject: 'li',
  displayName: 'Li Min',
  role,
  account: {
    roles: [{ role, hospital: 'a' }],
    mustChangePassword: false,
    pending: null,
    provider: '',
  },
  expiresAt: null,
  idleEndsAt: null,
  rights: Object.fromEntries(scopes.map((scope) => [scope, ['a']])),
  deletedKeepDays: 30,
  purpose: 'TREAT',
  purposes: ['TREAT'],
});
const names = (session: SessionInfo | undefined): string[] => linksFor(session).map(({ name }) => name);

test('a clinician sees the list, other hospitals, recognition, shares and the list of items', () => {
  const clinician = aSession(['read', 'share', 'recognise'], 'clinician');
  expect(names(clinician)).toEqual(['worklist', 'elsewhere', 'recognition', 'shares', 'catalogue']);
  expect(homeOf(clinician)).toBeNull();
});

test('hospital IT and auditors see no list of patients and begin at administration', () => {
  // Hospital systems that ask for reminders are theirs.
  expect(names(aSession(['keys', 'metrics'], 'hospitalIt'))).toEqual(['recognition', 'administration']);
  expect(homeOf(aSession(['keys', 'metrics'], 'hospitalIt'))).toBe('/administration');
  expect(names(aSession(['audit'], 'auditor'))).toEqual(['elsewhere', 'administration']);
  expect(homeOf(aSession(['audit'], 'auditor'))).toBe('/administration');
});

test('the health commission begins at recognition', () => {
  const commission = aSession(['registry', 'figures'], 'healthCommission');
  expect(names(commission)).toEqual(['recognition']);
  expect(homeOf(commission)).toBe('/recognition');
});

test('until it is known who asks, the list alone is named', () => {
  expect(names(undefined)).toEqual(['worklist']);
  expect(homeOf(undefined)).toBeNull();
});
