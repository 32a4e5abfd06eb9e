import { expect, test } from 'vitest';
import { type CatalogueInForce, chooseCatalogue, enclosingDivisions } from './catalogueChoice.ts';

const list = (version: string, over: Partial<CatalogueInForce> = {}): CatalogueInForce => ({
  id: 'list',
  version,
  region: '451200',
  from: '2024-01-01',
  until: null,
  since: '2024-01-01T00:00:00Z',
  ...over,
});
const choose = (lists: CatalogueInForce[], region: string, day: string): string | null => {
  const choice = chooseCatalogue(lists, region, day, '451200');
  return choice === null ? null : `${choice.version} ${choice.reason}`;
};

test('a county lies in its prefecture, province and the country', () => {
  expect(enclosingDivisions('451202')).toEqual(['451202', '451200', '450000', '100000']);
  expect(enclosingDivisions('451202003')).toEqual(['451202', '451200', '450000', '100000']);
  expect(enclosingDivisions('450000')).toEqual(['450000', '100000']);
  for (const text of ['龙南市', '', '4512', '045120', '451202x', "451202' OR 1"])
    expect(enclosingDivisions(text)).toEqual([]);
});

test('the nearest division that encloses the hospital decides', () => {
  const lists = [
    list('nation', { region: '100000' }),
    list('province', { region: '450000' }),
    list('city', { region: '451200' }),
  ];
  expect(choose(lists, '451202', '2025-01-01')).toBe('city inForce');
  expect(choose(lists, '450100', '2025-01-01')).toBe('province inForce');
  expect(choose(lists, '421300', '2025-01-01')).toBe('nation inForce');
});

test('the list changes on the very day from which the new one is in force', () => {
  const lists = [list('1'), list('2', { from: '2025-07-01' })];
  expect(choose(lists, '451200', '2025-06-30')).toBe('1 inForce');
  expect(choose(lists, '451200', '2025-07-01')).toBe('2 inForce');
});

test('a list judges up to its last day; then that of the enclosing division does', () => {
  const lists = [list('city', { until: '2025-06-30' }), list('province', { region: '450000' })];
  expect(choose(lists, '451200', '2025-06-30')).toBe('city inForce');
  expect(choose(lists, '451200', '2025-07-01')).toBe('province inForce');
});

test('of two that begin on one day the later put in force counts', () => {
  const lists = [list('2', { since: '2025-02-01T00:00:00Z' }), list('1')];
  expect(choose(lists, '451200', '2025-01-01')).toBe('2 inForce');
});

test('a study older than every list is judged by the first of the nearest division, and the choice says so', () => {
  const lists = [
    list('2', { from: '2025-01-01' }),
    list('1'),
    list('p', { region: '450000', from: '2020-01-01' }),
  ];
  expect(choose(lists, '451200', '2019-05-05')).toBe('1 beforeFirst');
  expect(choose(lists, '451200', '2021-05-05')).toBe('p inForce');
});

test('where every list has ended, the one that ended last judges', () => {
  const lists = [list('1', { until: '2024-12-31' }), list('2', { from: '2025-07-01', until: '2025-12-31' })];
  expect(choose(lists, '451200', '2025-03-01')).toBe('1 afterLast');
  expect(choose(lists, '451200', '2026-03-01')).toBe('2 afterLast');
});

test("a hospital without a code is judged by the deployment's region, one of another region likewise but with the reason", () => {
  expect(choose([list('1')], '龙南市', '2025-01-01')).toBe('1 inForce');
  expect(choose([list('1')], '', '2025-01-01')).toBe('1 inForce');
  expect(choose([list('1')], '421300', '2025-01-01')).toBe('1 otherRegion');
});

test('without any list there is no choice', () => {
  expect(choose([], '451200', '2025-01-01')).toBeNull();
  expect(choose([list('1', { region: '421300' })], '', '2025-01-01')).toBeNull();
});
