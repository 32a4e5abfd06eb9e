import { expect, test } from 'vitest';
import { fenOfYuan, formatShare, formatYuan, monthAfter } from './numbers.ts';

test('S2: CNY 1.322 M stand as yuan with their fen', () => {
  expect(formatYuan(132_200_000)).toBe('¥1,322,000.00');
  expect(formatYuan(6220)).toBe('¥62.20');
});

test.each([
  ['180', 18_000],
  ['62.2', 6220],
  [' 0.05 ', 5],
  ['1.234', null],
  ['-1', null],
  ['', null],
])('the amount %j is %j fen', (text, fen) => {
  expect(fenOfYuan(text)).toBe(fen);
});

test('a share of nothing is no number', () => {
  expect([formatShare(1, 3), formatShare(0, 0)]).toEqual(['33.3%', '—']);
});

test('months go on over the turn of the year', () => {
  expect([monthAfter('2026-12', 1), monthAfter('2026-01', -1), monthAfter('2026-11', -11)]).toEqual([
    '2027-01',
    '2025-12',
    '2025-12',
  ]);
});
