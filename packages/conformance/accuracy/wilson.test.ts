import { expect, test } from 'vitest';
import { share, words } from './wilson.ts';

test('the interval of a share is that of the Wilson score', () => {
  const { low, high } = share(5, 100);
  expect(low).toBeCloseTo(2.154, 2);
  expect(high).toBeCloseTo(11.175, 2);
});

test('no error in a thousand still has an upper bound', () => {
  expect(share(0, 1000).low).toBeCloseTo(0, 9);
  expect(share(0, 1000).high).toBeCloseTo(0.383, 2);
});

test('a share of nothing is a dash', () => {
  expect(words(share(0, 0))).toBe('–');
});
