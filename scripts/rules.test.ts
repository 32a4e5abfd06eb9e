import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.resolve(import.meta.dirname, '..');
const read = (file: string): string => fs.readFileSync(path.join(ROOT, file), 'utf8');

interface Row {
  source: string;
  where: string;
  tests: { file: string; name: string }[];
}

const ROWS = read('docs/rules.md')
  .split('\n')
  .flatMap((line): Row[] => {
    const [, rule = '', source = '', where = '', tests = ''] = line.split('|').map((cell) => cell.trim());
    if (!line.startsWith('|') || rule === 'Rule' || rule.startsWith('---')) return [];
    return [
      {
        source,
        where: where.replaceAll('`', ''),
        tests: tests.split('<br>').map((one) => {
          const [, file = '', name = ''] = /^`([^`]+)`: (.+)$/.exec(one) ?? [];
          return { file, name };
        }),
      },
    ];
  });

test('docs/rules.md names for each rule a source, a file that is there, and a test', () => {
  expect(ROWS.length).toBeGreaterThan(30);
  for (const { source, where, tests } of ROWS) {
    expect(source).toMatch(/^S[0-4](\.\d+)?(, S[0-4])*$/);
    expect([where, fs.existsSync(path.join(ROOT, where))]).toEqual([where, true]);
    expect(tests.some(({ name }) => /^S[0-4]/.test(name))).toBe(true);
  }
});

test('every test that docs/rules.md names is there', () => {
  const missing = ROWS.flatMap(({ tests }) => tests).filter(
    ({ file, name }) => !fs.existsSync(path.join(ROOT, file)) || !read(file).includes(`'${name}'`),
  );
  expect(missing).toEqual([]);
});
