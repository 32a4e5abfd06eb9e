import { foldName, isHan, NAME_SEPARATORS, readableName } from '@hutong/storage-config';
import type { Parameters } from './statement.ts';

export { foldName, isHan, NAME_SEPARATORS, readableName } from '@hutong/storage-config';

/** A whole person name for reading: its ideographic group where there is one, else the alphabetic one (PS3.5 §6.2.1). */
export function nameToRead(name: string): string {
  const [alphabetic = '', ideographic = ''] = name.split('=').map(readableName);
  return ideographic === '' ? alphabetic : ideographic;
}

/** A literal part of what is searched for. */
export interface NamePart {
  text: string;
  /** Whether it begins a word of the name; else it may stand inside of one. */
  begins: boolean;
}

/** Words of a search text, each of which begins a word of the name; the upper case is left to PostgreSQL (ß, Σ). */
export function nameWords(text: string): NamePart[] {
  return partsOf(foldName(text)).map((word) => ({ text: word, begins: true }));
}

const partsOf = (text: string): string[] => text.split(NAME_SEPARATORS).filter((word) => word !== '');

/** Literal parts of a pattern with `*` and `?` that every matching name has. */
export function patternParts(pattern: string): NamePart[] {
  return foldName(pattern)
    .split(/[*?]/)
    .flatMap((piece, position) =>
      piece.split('=').flatMap((group, i) => {
        const words = partsOf(group);
        // Every ending of a name in Han characters counts as a beginning, and so does what it is joined with.
        if (isHan(group)) return [{ text: words.join(''), begins: true }];
        return words.map((text, j) => ({
          text,
          begins: j > 0 || i > 0 || position === 0 || partsOf(group.slice(0, 1)).length === 0,
        }));
      }),
    )
    .filter(({ text, begins }) => begins || text.length > 1);
}

/**
 * Text of a tsquery over `patient_name_words` that finds names with all of the parts. To be given to `upper` and
 * cast by the statement; quotes and backslashes are escaped.
 */
export function nameQuery(parts: readonly NamePart[]): string {
  return parts
    .map(({ text, begins }) => {
      const escaped = text.slice(0, 60).replace(/\\/g, '\\\\').replaceAll("'", "''");
      return begins ? `'^${escaped}':*` : `('^${escaped}':* | '${escaped}':*)`;
    })
    .join(' & ');
}

/**
 * Text of a tsquery that finds a word of a search text in what `namePinyin` made of a name: as a beginning, or as its
 * initials. To be given to `upper` and cast by the statement.
 */
export function pinyinQuery(text: string): string {
  const escaped = text.slice(0, 60).replace(/\\/g, '\\\\').replaceAll("'", "''");
  const beginning = `'^${escaped}':*`;
  if (!/^[a-z]{2,4}$/i.test(text)) return beginning;
  // A word with vowels is rather the beginning of a syllable: as initials it must be all of them.
  return `(${beginning} | '~${escaped}'${/[aeiou]/i.test(text) ? '' : ':*'})`;
}

/** Column with what is found in pinyin, as its index has it. */
const PINYIN = (alias: string): string =>
  `array_to_tsvector(string_to_array(${alias}.patient_name_pinyin, ' '))`;

/**
 * SQL condition that each word begins a word of the patient's name, or of its pinyin; an index serves both.
 *
 * @param alias of the study
 */
export function nameWordsSql(alias: string, words: readonly NamePart[], parameters: Parameters): string {
  const each = words.map((word) => {
    const own = `${alias}.patient_name_words @@ upper(${parameters.add(nameQuery([word]), 'text')})::tsquery`;
    const pinyin = `${PINYIN(alias)} @@ upper(${parameters.add(pinyinQuery(word.text), 'text')})::tsquery`;
    return isHan(word.text) ? own : `(${own} OR ${pinyin})`;
  });
  return `(${each.join(' AND ')})`;
}
