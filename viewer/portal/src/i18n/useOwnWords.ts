import { useWords, type Language } from './language.ts';

/** The words of a page that is loaded on its own, in the reader's language. */
export function useOwnWords<Own>(words: Record<Language, Own>): Own {
  return words[useWords().language];
}
