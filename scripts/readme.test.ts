import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';
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
