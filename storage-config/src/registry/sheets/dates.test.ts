import { expect, test } from 'vitest';
import { dayFromSerial, dayFromText, monthsAfter } from './dates.ts';

test.each([
  ['2026-09-15', '2026-09-15'],
  ['2026/9/15', '2026-09-15'],
  ['2026.9.15', '2026-09-15'],
  ['2026年9月15日', '2026-09-15'],
  ['２０２６年９月１５日', '2026-09-15'],
  ['2026年 9月 5号', '2026-09-05'],
  ['20260915', '2026-09-15'],
  ['2026-09-15 08:30:00', '2026-09-15'],
  ['2026-09-15T00:00:00.000Z', '2026-09-15'],
  ['2028-02-29', '2028-02-29'],
])('%s is the day %s', (text, day) => {
  expect(dayFromText(text)).toBe(day);
});

test.each([
  '',
  '2026-02-30',
  '2027-02-29',
  '2026-13-01',
  '0026-09-15',
  '15/9/2026',
  '2026-9',
  '2026-09-15 or later',
  '46000',
  '26年9月15日',
])('"%s" is no day', (text) => {
  expect(dayFromText(text)).toBeNull();
});

test('numbers of workbooks are days, in both ways of counting', () => {
  expect(dayFromSerial(46_280, false)).toBe('2026-09-15');
  expect(dayFromSerial(46_280.75, false)).toBe('2026-09-15');
  expect(dayFromSerial(46_280 - 1462, true)).toBe('2026-09-15');
  expect(dayFromSerial(1, false)).toBe('1900-01-01');
  expect(dayFromSerial(Number.NaN, false)).toBeNull();
  expect(dayFromSerial(1e9, false)).toBeNull();
});

test('S0: half a year after a day is the same day of the month, or the last that there is', () => {
  expect(monthsAfter('2026-03-15', 6)).toBe('2026-09-15');
  expect(monthsAfter('2026-08-31', 6)).toBe('2027-02-28');
  expect(monthsAfter('2027-08-31', 6)).toBe('2028-02-29');
  expect(monthsAfter('2026-12-01', 1)).toBe('2027-01-01');
});
