import { createContext, use, useEffect, useReducer } from 'react';
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

/** Seconds until an instant (milliseconds since 1970), 0 when it is past. */
export const secondsLeft = (instant: number, now = Date.now()): number =>
  Math.max(0, Math.ceil((instant - now) / 1000));

/** Draws again each second while something counts down. */
export function useTick(isRunning: boolean): void {
  const [, tick] = useReducer((n: number) => n + 1, 0);
  useEffect(() => {
    if (!isRunning) return undefined;
    const timer = setInterval(tick, 1000);
    return () => clearInterval(timer);
  }, [isRunning]);
}
