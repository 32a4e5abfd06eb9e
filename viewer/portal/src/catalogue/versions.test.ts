import type { CatalogueVersionBody } from '@hutong/server/contract/conformance';
import { expect, test } from 'vitest';
import { compareWith, inReadingOrder, isAhead, refOf, refText } from './versions.ts';

const version = (over: Partial<CatalogueVersionBody>): CatalogueVersionBody => ({
  id: 'hechi-2024',
  version: '1',
  title: { zh: '河池', en: 'Hechi' },
  region: { code: '451200', name: { zh: '河池市', en: 'Hechi' } },
  source: '',
  effectiveFrom: '2024-01-01',
  effectiveUntil: null,
  state: 'inForce',
  items: 52,
  studies: 0,
  importedBy: '',
  importedAt: '2024-01-01T00:00:00Z',
  ...over,
});
const DRAFT = version({ version: '2', state: 'draft', effectiveFrom: '2025-01-01' });
const OLD = version({ version: '0', effectiveFrom: '2023-01-01' });
const OTHER = version({ id: 'other', region: { code: '110000', name: { zh: '北京', en: 'Beijing' } } });

test('a version is named in an address and read back, also when its id holds an @', () => {
  expect(refOf(refText({ id: 'a@b', version: '1.2' }))).toEqual({ id: 'a@b', version: '1.2' });
  expect([refOf(null), refOf('a'), refOf('@1'), refOf('a@')]).toEqual([null, null, null, null]);
});

test('a region that judges stands first, what is in force before drafts, the newest first', () => {
  const order = inReadingOrder([DRAFT, OLD, { ...OTHER, state: 'draft' }, version({})]).map(refText);
  expect(order).toEqual(['hechi-2024@1', 'hechi-2024@0', 'hechi-2024@2', 'other@1']);
});

test('a draft is compared with what is in force in its region, else with any other', () => {
  expect(compareWith(DRAFT, [DRAFT, OTHER, version({})])?.version).toBe('1');
  expect(compareWith(OTHER, [OTHER, DRAFT])?.version).toBe('2');
  expect(compareWith(DRAFT, [DRAFT])).toBeNull();
});

test('a version in force may still be ahead', () => {
  expect(isAhead(version({ effectiveFrom: '2027-01-01' }), '2026-11-22')).toBe(true);
  expect(isAhead(version({}), '2026-11-22')).toBe(false);
  expect(isAhead(version({ state: 'draft', effectiveFrom: '2027-01-01' }), '2026-11-22')).toBe(false);
});
