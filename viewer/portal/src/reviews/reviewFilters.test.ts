import { expect, test } from 'vitest';
import {
  addressOfFilters,
  afterDecided,
  filtersFromAddress,
  isNarrowed,
  reviewKey,
  stepped,
} from './reviewFilters.ts';

test('filters survive the address, what is empty or unknown there is left out', () => {
  const filters = { hospital: ['lncy'], item: ['MR-01', 'MR-02'], modality: ['MR'], stale: true };
  expect(filtersFromAddress(addressOfFilters(filters))).toEqual(filters);
  const none = filtersFromAddress(new URLSearchParams('hospital=&stale=1&q=name'));
  expect(none).toEqual({ hospital: [], item: [], modality: [], stale: false });
  expect([isNarrowed(none), isNarrowed(filters)]).toEqual([false, true]);
});

test('the same item of two hospitals’ copies makes two rows', () => {
  const row = {
    hospital: { code: 'a', name: { zh: '', en: '' } },
    studyInstanceUid: '1.2',
    itemCode: 'MR-01',
  };
  expect(reviewKey(row)).not.toBe(reviewKey({ ...row, hospital: { ...row.hospital, code: 'b' } }));
});

test('after a decision the next row follows, at the end the one before, after the last none', () => {
  expect(afterDecided(['a', 'b', 'c'], 1)).toBe('c');
  expect(afterDecided(['a', 'b', 'c'], 2)).toBe('b');
  expect(afterDecided(['a'], 0)).toBeNull();
});

test('steps stay in the list and begin at its top', () => {
  expect(stepped(3, -1, 1)).toBe(0);
  expect(stepped(3, 2, 1)).toBe(2);
  expect(stepped(3, 0, -1)).toBe(0);
  expect(stepped(0, -1, 1)).toBe(-1);
});
