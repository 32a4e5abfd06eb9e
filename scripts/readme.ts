// Writes the table of settings into both READMEs from the code's own description; `--check` only compares.
import fs from 'node:fs';
import path from 'node:path';
import { settingsTable, withSettings } from './operate/settingsTable.ts';

const ROOT = path.resolve(import.meta.dirname, '..');
for (const [file, language] of [
  ['README.md', 'en'],
  ['README.zh-CN.md', 'zh'],
] as const) {
  const full = path.join(ROOT, file);
  fs.writeFileSync(full, withSettings(fs.readFileSync(full, 'utf8'), settingsTable(language)));
}
