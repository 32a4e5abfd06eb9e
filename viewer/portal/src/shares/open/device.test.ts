import { expect, test } from 'vitest';
import { isInWeChat, sizeText } from './device.ts';

test('the browser inside WeChat is known by its name', () => {
  expect(isInWeChat('Mozilla/5.0 (iPhone) AppleWebKit/605 MicroMessenger/8.0.49 NetType/4G')).toBe(true);
  expect(isInWeChat('Mozilla/5.0 (iPhone) AppleWebKit/605 Version/17.0 Safari/604.1')).toBe(false);
});

test.each([
  [0, '0 B'],
  [900, '900 B'],
  [1536, '1.5 KB'],
  [150 * 1024 ** 2, '150 MB'],
  [3 * 1024 ** 3, '3.0 GB'],
])('%i bytes are written %s', (bytes, text) => {
  expect(sizeText(bytes)).toBe(text);
});
