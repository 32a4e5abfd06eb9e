import { namePinyin } from '../indexing/namePinyin.ts';

/** What is known of a patient that says whether two can be one. Empty: not known. */
export interface Facts {
  /** PatientName, with `=` between component groups. */
  name: string;
  /** YYYYMMDD. */
  birthDate: string;
  sex: string;
}

export type Sameness = 'same' | 'like' | 'different' | 'unknown';

/** How two patients compare, fact by fact. */
export interface Comparison {
  name: Sameness;
  birthDate: Sameness;
  sex: Sameness;
}

/** Birth dates that systems write where none is known. */
export const NO_BIRTH_DATES: ReadonlySet<string> = new Set([
  '19000101',
  '18000101',
  '00010101',
  '11111111',
  '99991231',
]);
const HAN = /[\u2e80-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;
const MAX_NAME = 200;

/** A birth date that says something, else empty. */
export const knownBirthDate = (text: string): string =>
  /^\d{8}$/.test(text) && !NO_BIRTH_DATES.has(text) ? text : '';

const knownSex = (text: string): string => (text === 'M' || text === 'F' ? text : '');

/** Ways in which a name is written: Han characters (`h:`) and pinyin (`p:`), without spaces and marks. */
export function nameForms(name: string): string[] {
  const groups = name.slice(0, MAX_NAME).split('=');
  const forms = new Set<string>();
  for (const group of groups) {
    const joined = group
      .normalize('NFKC')
      .toUpperCase()
      .replace(/[\s^=,.'·•-]+/g, '');
    if (joined === '') continue;
    if (HAN.test(joined)) forms.add(`h:${joined}`);
    else forms.add(`p:${joined.normalize('NFKD').replace(/[\u0300-\u036f]/g, '')}`);
  }
  // The first word of each spelling is the whole name; further ones are its endings.
  for (const group of groups)
    if (HAN.test(group)) for (const word of wholePinyin(group)) forms.add(`p:${word}`);
  return [...forms];
}

function wholePinyin(group: string): string[] {
  const words = namePinyin([group])
    .split(' ')
    .filter((word) => word.startsWith('^'))
    .map((word) => word.slice(1));
  // Spellings of ü give the whole name several times, in different lengths: those that no other ends with.
  return words.filter((word) => !words.some((other) => other !== word && other.endsWith(word)));
}

/** Whether two names can be of one person: equal in characters, in pinyin, or in all but the order of the words. */
export function compareNames(one: string, other: string): Sameness {
  const [forms, others] = [nameForms(one), nameForms(other)];
  if (forms.length === 0 || others.length === 0) return 'unknown';
  if (forms.some((form) => form.startsWith('h:') && others.includes(form))) return 'same';
  // Several names in characters share a pinyin: where one of them is in characters, pinyin alone is no more than alike.
  const inCharacters = [...forms, ...others].some((form) => form.startsWith('h:'));
  if (forms.some((form) => others.includes(form))) return inCharacters ? 'like' : 'same';
  return sortedWords(one) === sortedWords(other) ? 'like' : 'different';
}

const sortedWords = (name: string): string =>
  name
    .normalize('NFKC')
    .toUpperCase()
    .split(/[\s^=,.]+/)
    .filter((word) => word !== '')
    .toSorted()
    .join(' ');

/** How two patients compare. */
export function compareFacts(one: Facts, other: Facts): Comparison {
  const compared = (a: string, b: string): Sameness =>
    a === '' || b === '' ? 'unknown' : a === b ? 'same' : 'different';
  return {
    name: compareNames(one.name, other.name),
    birthDate: compared(knownBirthDate(one.birthDate), knownBirthDate(other.birthDate)),
    sex: compared(knownSex(one.sex), knownSex(other.sex)),
  };
}

/** Whether two patients cannot be one person: another birth date, another sex, or a name that is not alike. */
export function contradict(one: Facts, other: Facts): boolean {
  const { name, birthDate, sex } = compareFacts(one, other);
  return name === 'different' || birthDate === 'different' || sex === 'different';
}
