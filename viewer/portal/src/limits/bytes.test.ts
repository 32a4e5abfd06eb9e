import { expect, test } from 'vitest';
import { bytesOfGigabytes, formatBytes, fullness } from './bytes.ts';

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1400, '1.4 KB'],
  [320_000_000, '320 MB'],
  [1_400_000_000_000, '1.4 TB'],
  [5e18, '5000 PB'],
])('%d bytes are said as %s', (bytes, text) => {
  expect(formatBytes(bytes)).toBe(text);
});

test.each([
  ['1', 1e9],
  [' 0.5 ', 5e8],
  ['0,5', 5e8],
  ['', null],
  ['0', null],
  ['-1', null],
  ['ten', null],
  ['1e300', null],
])('%j gigabytes typed are %j bytes', (text, bytes) => {
  expect(bytesOfGigabytes(text)).toBe(bytes);
});

test('a quota is almost full from nine tenths on', () => {
  expect([fullness(89, 100), fullness(90, 100), fullness(100, 100)]).toEqual(['fine', 'almost', 'full']);
});
