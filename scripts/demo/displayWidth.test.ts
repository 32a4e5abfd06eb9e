import { expect, test } from 'vitest';

import { displayWidth, pad, table } from './displayWidth.ts';

test('Chinese characters and full-width marks take two columns, Latin ones one, combining marks none', () => {
  expect(displayWidth('医院HR')).toBe(6);
  expect(displayWidth('（三期）')).toBe(8);
  expect(displayWidth('e\u0301')).toBe(1);
  expect(displayWidth('—')).toBe(1);
});

test('padding fills to the columns asked and never cuts', () => {
  expect(displayWidth(pad('胸部', 9))).toBe(9);
  expect(pad('胸部CT', 3)).toBe('胸部CT');
});

test('the columns of a table begin at the same place in every line', () => {
  const lines = table(
    ['医院', 'Item'],
    [
      ['龙南市中医院', 'A'],
      ['X', 'B'],
      ['第一', 'C'],
    ],
  ).split('\n');
  const starts = [lines[0]!.indexOf('Item'), ...lines.slice(2).map((line) => line.search(/[ABC]$/))];
  const columns = starts.map((start, n) =>
    displayWidth((n === 0 ? lines[0]! : lines[n + 1]!).slice(0, start)),
  );
  expect(new Set(columns).size).toBe(1);
});
