import type { Because, Bilingual } from './types.ts';

export function say(zh: string, en: string): Bilingual {
  return { zh, en };
}

export function because(fact: string, source: string, zh: string, en: string): Because {
  return { fact, source, text: { zh, en } };
}
