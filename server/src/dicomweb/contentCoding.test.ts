import { expect, test } from 'vitest';
import { chooseCoding } from './contentCoding.ts';

test.each([
  [undefined, null],
  ['', null],
  ['gzip', 'gzip'],
  ['GZIP', 'gzip'],
  ['x-gzip', 'gzip'],
  ['gzip, br', 'br'],
  ['gzip;q=1, br;q=0.5', 'gzip'],
  ['br;q=0, gzip', 'gzip'],
  ['gzip; q=0', null],
  ['gzip;q=0.000, br;q=0.0', null],
  ['*', 'br'],
  ['*, br;q=0', 'gzip'],
  ['*;q=0', null],
  ['gzip, *;q=0', 'gzip'],
  ['gzip;q=0.2, identity', null],
  ['gzip;q=0.2, identity;q=0.8', null],
  ['gzip;q=0.8, identity;q=0.2', 'gzip'],
  ['gzip;q=0.001', 'gzip'],
  ['identity', null],
  ['deflate', null],
  ['gzip;q=2', null],
  ['gzip;q=x', null],
])('Accept-Encoding %j chooses %j', (header, coding) => {
  expect(chooseCoding(header, ['br', 'gzip'])).toBe(coding);
});

test('what is not offered is not chosen', () => {
  expect(chooseCoding('br, gzip;q=0.1', ['gzip'])).toBe('gzip');
  expect(chooseCoding('br', ['gzip'])).toBeNull();
});
