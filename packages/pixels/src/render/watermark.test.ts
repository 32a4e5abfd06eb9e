import { expect, test } from 'vitest';
import { watermarkSvg } from './watermark.ts';

const SIZE = { width: 512, height: 512 };
const LINES = ['王小明 wang · k3m9qt2x4abc', '2026-11-22 05:20'];

test('no lines leave the picture as it is', () => {
  expect(watermarkSvg([], SIZE)).toBe('');
});

test('the lines stand all over the picture', () => {
  const svg = watermarkSvg(LINES, SIZE);
  const places = [...svg.matchAll(/<use href="#mark" x="(-?[\d.]+)" y="(-?[\d.]+)"/g)].map(([, x, y]) => [
    Number(x),
    Number(y),
  ]);
  for (const [left, upper] of [
    [true, true],
    [true, false],
    [false, true],
    [false, false],
  ])
    expect(places.filter(([x = 0, y = 0]) => x < 0 === left && y < 0 === upper).length).toBeGreaterThan(2);
});

test('the outlines are paths that every reader of SVG takes to their end', () => {
  const [, path = ''] = /<path d="([^"]+)"/.exec(watermarkSvg(LINES, SIZE)) ?? [];
  // As many numbers behind each letter as it takes.
  const wanted: Record<string, number> = { M: 2, L: 2, Q: 4, C: 6, Z: 0, h: 1, v: 1, z: 0 };
  for (const [, letter = '', numbers = ''] of path.matchAll(/([A-Za-z])([^A-Za-z]*)/g))
    expect([letter, numbers.match(/-?\d+(\.\d+)?/g)?.length ?? 0]).toEqual([letter, wanted[letter]]);
});

test('of a huge picture no more marks are drawn than can be counted', () => {
  const marks = watermarkSvg(['x'], { width: 20_000, height: 100 }).match(/<use /g)?.length ?? 0;
  expect(marks).toBeLessThanOrEqual(400);
});
