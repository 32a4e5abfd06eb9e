import { expect, test } from 'vitest';
import { csvText } from './readCsv.ts';

test('UTF-8 is read with and without its mark', () => {
  const bytes = new TextEncoder().encode('code,name\n1,颅脑');
  expect(csvText(bytes)).toBe('code,name\n1,颅脑');
  expect(csvText(new Uint8Array([0xef, 0xbb, 0xbf, ...bytes]))).toBe('code,name\n1,颅脑');
});

test('what Excel saves in Chinese is read as GB 18030', () => {
  // 颅脑 in GBK.
  expect(csvText(new Uint8Array([0xc2, 0xad, 0xc4, 0xd4, 0x2c, 0x31]))).toBe('颅脑,1');
});
