/** What separates the words of a person name; in names in Han characters it does not count. Of folded names. */
export const NAME_SEPARATORS = /[\s^=,.'\u00b7-]+/g;

/** Letters that Unicode does not take apart, and the dots that stand between Han characters. */
const FOLDED: Readonly<Record<string, string>> = {
  Ł: 'L',
  ł: 'l',
  Ø: 'O',
  ø: 'o',
  Đ: 'D',
  đ: 'd',
  Ð: 'D',
  ð: 'd',
  Ħ: 'H',
  ħ: 'h',
  Ŧ: 'T',
  ŧ: 't',
  ı: 'i',
  ß: 'ss',
  ẞ: 'SS',
  Æ: 'AE',
  æ: 'ae',
  Œ: 'OE',
  œ: 'oe',
  Þ: 'TH',
  þ: 'th',
  '\u2022': '\u00b7',
  '\u2027': '\u00b7',
  '\u2219': '\u00b7',
  '\u22c5': '\u00b7',
  '\u30fb': '\u00b7',
};
const FOLDS = new RegExp(`[${Object.keys(FOLDED).join('')}]`, 'g');

/**
 * A person name, or a part or pattern of one, as names are compared: accents off, plain letters, full-width forms narrow, one
 * kind of dot, spaces single and none beside `^` and `=` (PS3.5 Table 6.2-1 has those not count). `person_name_fold` of the
 * index does the same and also takes the upper case, and empty components off the end.
 */
export function foldName(name: string): string {
  return name
    .normalize('NFKD')
    .replace(/[\u0300-\u036f]/g, '')
    .replace(FOLDS, (letter) => FOLDED[letter] ?? letter)
    .replace(/\s*([\^=])\s*/g, '$1')
    .replace(/\s+/g, ' ')
    .replace(/^ /, '');
}
