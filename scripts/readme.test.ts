import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
import { loadCommands } from './commands/all.ts';
import { settingsTable, withSettings } from './operate/settingsTable.ts';

const ROOT = path.resolve(import.meta.dirname, '..');

test.each([
  ['README.md', 'en'],
  ['README.zh-CN.md', 'zh'],
] as const)(
  '%s lists every setting as the code describes it (node scripts/readme.ts writes it)',
  (file, language) => {
    const readme = fs.readFileSync(path.join(ROOT, file), 'utf8');
    expect(readme).toBe(withSettings(readme, settingsTable(language)));
  },
);

test.each(['README.md', 'README.zh-CN.md'])(
  '%s names every command of the operator in its table',
  async (file) => {
    const rows = fs
      .readFileSync(path.join(ROOT, file), 'utf8')
      .split('\n')
      .filter((line) => line.startsWith('| `'))
      .join('\n');
    const names = (await loadCommands()).map(({ name }) => name);
    expect(names.filter((name) => !new RegExp(`\`${name}[\` ]`).test(rows))).toEqual([]);
  },
);
