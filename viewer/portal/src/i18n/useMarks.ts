import { useWords } from './language.ts';

/** How a language sets texts of the data side by side: its colon, its brackets, its comma. */
export interface Marks {
  /** What a text is about, and the text. */
  said: (what: string, text: string) => string;
  /** Behind a sentence, in brackets. */
  aside: (text: string) => string;
  list: (texts: readonly string[]) => string;
}

const MARKS = {
  zh: {
    said: (what, text) => `${what}：${text}`,
    aside: (text) => `（${text}）`,
    list: (texts) => texts.join('、'),
  },
  en: {
    said: (what, text) => `${what}: ${text}`,
    aside: (text) => ` (${text})`,
    list: (texts) => texts.join(', '),
  },
} satisfies Record<string, Marks>;

/** The marks of the reader's language. */
export const useMarks = (): Marks => MARKS[useWords().language];
