import { expect, test } from 'vitest';

import { createProgress } from './progress.ts';

function recorder(isTTY: boolean): {
  text: string;
  out: { isTTY: boolean; columns: number; write(text: string): void };
} {
  const record = {
    text: '',
    out: { isTTY, columns: 120, write: (text: string): void => void (record.text += text) },
  };
  return record;
}

test('a terminal gets a bar that redraws its line, with rate and time left', () => {
  const record = recorder(true);
  let now = 0;
  const progress = createProgress(record.out, 100, () => now);
  now = 10_000;
  progress.stored(50, 20_000_000);
  expect(record.text).toMatch(/^\r/);
  expect(record.text).toContain('50/100');
  expect(record.text).toContain('2.0 MB/s');
  expect(record.text).toContain('剩余约 10 秒');
  expect(record.text.split('\n')).toHaveLength(1);
  progress.finish();
  expect(record.text.endsWith('\n')).toBe(true);
});

test('a file gets plain lines, not one for every batch', () => {
  const record = recorder(false);
  let now = 0;
  const progress = createProgress(record.out, 1000, () => now);
  for (let batch = 0; batch < 50; batch++) {
    now += 100;
    progress.stored(20, 1000);
  }
  expect(record.text).not.toContain('\r');
  const lines = record.text.trim().split('\n');
  expect(lines.length).toBeLessThan(6);
  expect(lines.at(-1)).toContain('1000/1000');
});
