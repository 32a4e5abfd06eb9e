import { z } from 'zod';
import { en, zhCN } from 'zod/locales';
import { say } from './bilingual.ts';
import { type Catalogue, catalogueSchema } from './catalogue.ts';
import type { Bilingual } from './types.ts';

/** Where a document is wrong, and how. */
export interface CatalogueFault {
  /** As JavaScript writes it: `items[3].requirements[0].level`; empty for the whole document. */
  path: string;
  text: Bilingual;
}

export type CatalogueReading =
  { catalogue: Catalogue; faults: [] } | { catalogue: null; faults: CatalogueFault[] };

/** Far above any list, far below what would trouble a reader of it. */
const MAX_DEPTH = 16;
const MAX_VALUES = 200_000;
const MAX_TEXT = 10_000;
const MAX_FAULTS = 100;
const FORBIDDEN_KEYS = new Set(['__proto__', 'constructor', 'prototype']);

/** Reads a document from outside. Nothing is thrown, whatever it holds. */
export function readCatalogueDocument(document: unknown): CatalogueReading {
  const unsound = soundnessFault(document);
  if (unsound !== null) return { catalogue: null, faults: [unsound] };
  const parsed = catalogueSchema.safeParse(document, { error: en().localeError });
  if (parsed.success) return { catalogue: parsed.data, faults: [] };
  const chinese = catalogueSchema.safeParse(document, { error: zhCN().localeError });
  const faults = parsed.error.issues.slice(0, MAX_FAULTS).map((issue, at) => ({
    path: z.core.toDotPath(issue.path),
    text: inBoth(issue, chinese.error?.issues[at]),
  }));
  return { catalogue: null, faults };
}

function inBoth(english: z.core.$ZodIssue, chinese: z.core.$ZodIssue | undefined): Bilingual {
  if (english.code === 'custom') {
    const { zh } = (english.params ?? {}) as { zh?: string };
    return say(zh ?? english.message, english.message);
  }
  return say(chinese?.message ?? english.message, english.message);
}

/** What would trouble the reader itself or the index: depth, size, keys that mean something to JavaScript, odd text. */
function soundnessFault(document: unknown): CatalogueFault | null {
  const waiting: { value: unknown; path: (string | number)[] }[] = [{ value: document, path: [] }];
  let seen = 0;
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { value, path } = next;
    const fault = (zh: string, english: string): CatalogueFault => ({
      path: z.core.toDotPath(path),
      text: say(zh, english),
    });
    seen += 1;
    if (seen > MAX_VALUES)
      return { path: '', text: say('文档内容过多', 'the document holds too many values') };
    if (path.length > MAX_DEPTH) return fault('嵌套过深', 'nested too deeply');
    if (typeof value === 'string') {
      if (value.length > MAX_TEXT) return fault('文字过长', 'the text is too long');
      if (value.includes('\0') || !value.isWellFormed())
        return fault('文字含有无效字符', 'the text holds characters that are not valid');
    }
    if (typeof value !== 'object' || value === null) continue;
    const entries: [string | number, unknown][] = Array.isArray(value)
      ? value.map((one, at) => [at, one])
      : Object.entries(value);
    for (const [key, inner] of entries) {
      if (typeof key === 'string' && FORBIDDEN_KEYS.has(key))
        return fault(`不允许的键名“${key}”`, `the key "${key}" is not allowed`);
      if (typeof key === 'string' && (key.includes('\0') || !key.isWellFormed() || key.length > MAX_TEXT))
        return fault('键名无效', 'a key is not valid');
      waiting.push({ value: inner, path: [...path, key] });
    }
  }
  return null;
}

/** JSON with sorted keys and no white space: the same for documents that say the same. */
export function canonicalJson(value: unknown): string {
  return JSON.stringify(value, (_key, inner: unknown) =>
    typeof inner === 'object' && inner !== null && !Array.isArray(inner)
      ? Object.fromEntries(Object.entries(inner).sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)))
      : inner,
  );
}
