import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** What the benches write. */
export const PERFORMANCE_FILE = path.resolve(import.meta.dirname, '../../docs/performance.md');

const opening = (name: string): string => `<!-- begin ${name} -->`;
const closing = (name: string): string => `<!-- end ${name} -->`;

/** Puts a section of the document in place of the one of that name, or after the others; each bench writes its own. */
export function writeSection(name: string, text: string): void {
  const document = existsSync(PERFORMANCE_FILE) ? readFileSync(PERFORMANCE_FILE, 'utf8') : '';
  const section = `${opening(name)}\n\n${text.trim()}\n\n${closing(name)}\n`;
  const start = document.indexOf(opening(name));
  const end = document.indexOf(closing(name));
  const whole =
    start < 0 || end < start
      ? `${document.trimEnd()}\n\n${section}`
      : document.slice(0, start) + section + document.slice(end + closing(name).length + 1);
  writeFileSync(PERFORMANCE_FILE, whole);
}

/** The sections of other benches, to be kept where one writes the document anew. */
export function otherSections(): string {
  const document = existsSync(PERFORMANCE_FILE) ? readFileSync(PERFORMANCE_FILE, 'utf8') : '';
  const found = document.match(/<!-- begin (\w+) -->[\s\S]*?<!-- end \1 -->\n/g) ?? [];
  return found.map((section) => `\n${section}`).join('');
}
