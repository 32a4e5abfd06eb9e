import { expect, test } from 'vitest';
import { normaliseDate, normaliseTime } from './dateTime.ts';

test.each([
  ['20240229', '20240229'],
  ['2024.02.29', '20240229'],
  ['2024-02-29', '20240229'],
  [' 20240101 ', '20240101'],
  ['20230229', ''],
  ['20241301', ''],
  ['202401', ''],
  ['20240101-20240201', ''],
  ['2024.0101', ''],
  ['', ''],
])('the date %j becomes %j', (given, expected) => {
  expect(normaliseDate(given)).toBe(expected);
});

test.each([
  ['101112', '101112'],
  ['10:11:12', '101112'],
  ['1011', '101100'],
  ['10', '100000'],
  ['101112.5', '101112.5'],
  ['101112.1234567', '101112.123456'],
  ['235960', '235960'],
  ['240000', ''],
  ['106000', ''],
  ['1', ''],
  ['', ''],
])('the time %j becomes %j', (given, expected) => {
  expect(normaliseTime(given)).toBe(expected);
});
