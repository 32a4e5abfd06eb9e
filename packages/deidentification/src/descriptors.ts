import type { TextCleaner } from './textCleaner.ts';

/** Words that descriptors may keep, as {@link wordList} prepares them. */
export interface WordList {
  latin: ReadonlySet<string>;
  /** Terms with Han characters, the longest first. */
  han: readonly string[];
}

const HAN = /\p{Script=Han}/u;

/** Prepares the words that descriptors may keep: body parts, weightings, planes, phases, views. */
export function wordList(terms: Iterable<string>): WordList {
  const latin = new Set<string>();
  const han = new Set<string>();
  for (const term of terms) {
    const plain = term.normalize('NFKC').toLowerCase().trim();
    if (HAN.test(plain)) han.add(plain);
    else for (const word of plain.split(/[^\p{L}\p{N}]+/u)) if (word !== '') latin.add(word);
  }
  return { latin, han: [...han].sort((one, other) => other.length - one.length) };
}

/** Measures that say nothing of people: `3D`, `5mm`, `1.5T`, `b1000`. */
const MEASURE =
  /^(?:[123]d|\d{1,3}(?:\.\d{1,2})?(?:mm|cm|t|hz|ms|s|kv|ma)?|b\d{1,4}|te?\d{1,3}|[lr]\d{1,2})$/u;

/**
 * A descriptor with the words of the list alone, in their order: what is not known to be harmless is dropped. Numbers of
 * more than three digits are never kept.
 */
export function cleanDescriptor(text: string, words: WordList, clean: TextCleaner): string {
  const kept: string[] = [];
  const plain = clean(text).normalize('NFKC');
  for (const [token] of plain.matchAll(/\p{Script=Han}+|[\p{L}\p{N}.*+]+/gu)) {
    if (HAN.test(token)) kept.push(...hanWords(token.toLowerCase(), words.han));
    else {
      const bare = token.toLowerCase().replace(/^[.*+]+|[.*+]+$/gu, '');
      if (words.latin.has(bare) || MEASURE.test(bare)) kept.push(token);
    }
  }
  return clean(kept.join(' '));
}

function hanWords(token: string, terms: readonly string[]): string[] {
  const kept: string[] = [];
  let at = 0;
  while (at < token.length) {
    const term = terms.find((each) => token.startsWith(each, at));
    if (term === undefined) at += 1;
    else {
      kept.push(term);
      at += term.length;
    }
  }
  return kept;
}
