import { createContext, use } from 'react';
import type { Bilingual } from '@hutong/conformance';
import type { Dictionary } from './zh.ts';
import { zh } from './zh.ts';

export type Language = 'zh' | 'en';

export interface Words {
  language: Language;
  t: Dictionary;
  /** The reader's half of a sentence that comes in both languages; the other half when theirs is empty. */
  pick: (both: Bilingual) => string;
}

/** Chooses the words of a language. */
export function wordsOf(language: Language, t: Dictionary): Words {
  return {
    language,
    t,
    pick: (both) => (language === 'zh' ? both.zh || both.en : both.en || both.zh),
  };
}

export const WordsContext = createContext<Words>(wordsOf('zh', zh));

/** The reader's language and its dictionary. */
export const useWords = (): Words => use(WordsContext);
