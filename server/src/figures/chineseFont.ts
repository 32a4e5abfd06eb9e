import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { woffToSfnt } from './woff.ts';

/** Noto Sans SC (OFL-1.1), of which documents hold what they need. */
const FILE = '@fontsource/noto-sans-sc/files/noto-sans-sc-chinese-simplified-400-normal.woff';

let read: Buffer | undefined;

/** The face of documents, as TrueType. Read once: some 2.5 MB. */
export function chineseFont(): Buffer {
  read ??= woffToSfnt(readFileSync(createRequire(import.meta.url).resolve(FILE)));
  return read;
}
