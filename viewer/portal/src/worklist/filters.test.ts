import fc from 'fast-check';
import { expect, test } from 'vitest';
import {
  activeFilterCount,
  DATE_PRESETS,
  dateBounds,
  filtersFromParams,
  NO_FILTERS,
  paramsFromFilters,
  toggled,
  VERDICTS,
  worklistQuery,
  type Filters,
} from './filters.ts';

const codes = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 12 }), { maxLength: 4 });
const filters: fc.Arbitrary<Filters> = fc.record({
  hospital: codes,
  item: codes,
  modality: codes,
  verdict: fc.subarray([...VERDICTS]),
  label: fc.constantFrom('', 'any', 'none', '龙南市HR'),
  date: fc.oneof(
    fc.constant({ kind: 'all' } as const),
    fc.record({ kind: fc.constant('preset' as const), preset: fc.constantFrom(...DATE_PRESETS) }),
    fc.constant({ kind: 'range', from: '2026-11-01', to: '' } as const),
    fc.constant({ kind: 'range', from: '2026-11-01', to: '2026-11-21' } as const),
  ),
  sort: fc.constantFrom('studyDate' as const, 'receivedAt' as const),
});

test('filters written to an address are read back the same', () => {
  fc.assert(
    fc.property(filters, (chosen) => {
      const address = paramsFromFilters(chosen).toString();
      expect(filtersFromParams(new URLSearchParams(address))).toEqual(chosen);
    }),
  );
});

test('no filters leave the address bare', () => {
  expect(paramsFromFilters(NO_FILTERS).toString()).toBe('');
});

test('the search text is in the query of the API and never in the address', () => {
  expect(worklistQuery(NO_FILTERS, '  王建国 ', new Date()).get('q')).toBe('王建国');
  expect(filtersFromParams(new URLSearchParams('q=王建国'))).toEqual(NO_FILTERS);
});

test('what an address holds that is unknown or malformed is ignored', () => {
  const read = filtersFromParams(
    new URLSearchParams('verdict=OK&date=99d&from=2026-02-30&to=x&sort=name&item='),
  );
  expect(read).toEqual(NO_FILTERS);
});

test('a preset ends today and counts it, across the turn of a month', () => {
  const today = new Date(2026, 2, 2, 23, 59);
  expect(dateBounds({ kind: 'preset', preset: 'today' }, today)).toEqual({
    from: '2026-03-02',
    to: '2026-03-02',
  });
  expect(dateBounds({ kind: 'preset', preset: '3d' }, today)).toEqual({
    from: '2026-02-28',
    to: '2026-03-02',
  });
});

test('a preset becomes dates in the query of the API', () => {
  const query = worklistQuery(
    { ...NO_FILTERS, date: { kind: 'preset', preset: '7d' } },
    '',
    new Date(2026, 10, 21),
  );
  expect(query.toString()).toBe('from=2026-11-15&to=2026-11-21');
});

test('filters in force are counted once a kind, sorting not at all', () => {
  expect(activeFilterCount(NO_FILTERS)).toBe(0);
  expect(activeFilterCount({ ...NO_FILTERS, hospital: ['a', 'b'], label: 'any', sort: 'receivedAt' })).toBe(
    2,
  );
});

test('toggling twice changes nothing', () => {
  expect(toggled(['PASS'], 'FAIL')).toEqual(['PASS', 'FAIL']);
  expect(toggled(toggled(['PASS'], 'FAIL'), 'FAIL')).toEqual(['PASS']);
});
