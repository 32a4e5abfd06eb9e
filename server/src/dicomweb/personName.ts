const HAN = /[\u2e80-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const SEPARATORS = /[\s^=,.'-]+/;

/** Whether a name, or a part of one, is written in Han characters, and so without spaces. */
export function isHan(name: string): boolean {
  return HAN.test(name);
}

/** Accents off, full-width forms narrow; as `person_name_fold` of the index does, which also takes the upper case. */
export function foldName(name: string): string {
  return name.normalize('NFKD').replace(/[\u0300-\u036f]/g, '');
}

/** Words of a name as the index keeps them, but for the upper case, which is left to PostgreSQL (ß, Σ). */
export function nameWords(name: string): string[] {
  return foldName(name)
    .split(SEPARATORS)
    .filter((word) => word !== '')
    .map((word) => word.slice(0, 64));
}

/**
 * Text of a tsquery that finds names in which each of the words begins a word. To be given to `upper` and cast by
 * the statement; quotes and backslashes are escaped.
 */
export function nameQuery(words: readonly string[]): string {
  return words.map((word) => `'${word.replace(/\\/g, '\\\\').replaceAll("'", "''")}':*`).join(' & ');
}

/** A component group for reading: `张^三` → 张三, `ZHANG^SAN` → ZHANG SAN. */
export function readableName(group: string): string {
  const components = group.split('^').map((component) => component.trim());
  return components.filter((component) => component !== '').join(isHan(group) ? '' : ' ');
}
