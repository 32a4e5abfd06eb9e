import { createContext, use } from 'react';
import type { Bilingual } from '@hutong/conformance';
import type { Language } from '../../i18n/language.ts';
import { shareOpenWords, type ShareOpenWords } from '../../i18n/shareOpen.ts';

export interface OpenWords {
  language: Language;
  t: ShareOpenWords;
  pick: (both: Bilingual) => string;
  toggle: () => void;
}

export const openWords = (language: Language, toggle: () => void): OpenWords => ({
  language,
  t: shareOpenWords[language],
  pick: (both) => (language === 'zh' ? both.zh || both.en : both.en || both.zh),
  toggle,
});

export const OpenWordsContext = createContext(openWords('zh', () => undefined));

/** Words of this page in the reader's language, and how to change it. */
export const useOpenWords = (): OpenWords => use(OpenWordsContext);
