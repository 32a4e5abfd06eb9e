import type { Identifiers } from './identifiers.ts';
import { withoutPatterns } from './patterns.ts';

/** Takes identity out of a text; what stays is the rest of it. */
export type TextCleaner = (text: string) => string;

/** Ways to write a name in Han characters with letters: `['ZHANG', 'SAN']` for 张三; several where it may be read so. */
export type Romanise = (name: string) => readonly (readonly string[])[];

const HAN = /\p{Script=Han}/u;
/** Between the parts of a name, however it was joined. */
const GAP = String.raw`[\s^=,.;·•・_\-/\\'’]*`;
/** A part of a name is found inside of words when it has so many letters; else only as a word of its own. */
const INSIDE_WORDS = 4;
/** Characters of a number that is found though it is written in groups. */
const LONG_CODE = 6;
/** Between the groups of a number. */
const CODE_GAP = String.raw`[\s\-_./]{0,2}`;
const ROUNDS = 4;
/** Longer texts are dropped as a whole: nobody reads them again. */
const MAX_TEXT = 65_536;

/**
 * A cleaner for the texts of one dataset: the names of its people in all their groups, reversed, joined, parted and spelled
 * in pinyin; its numbers, places and dates; and whatever looks like identity by its form.
 */
export function createTextCleaner({ names, codes, places }: Identifiers, romanise?: Romanise): TextCleaner {
  const parts = new Set<string>();
  for (const name of names) for (const form of nameForms(name, romanise)) parts.add(form);
  for (const place of places) for (const form of placeForms(place)) parts.add(form);
  for (const code of codes) for (const form of codeForms(code)) parts.add(form);
  const known =
    parts.size === 0
      ? null
      : new RegExp([...parts].sort((one, other) => other.length - one.length).join('|'), 'giu');
  return (text) => {
    if (text.length > MAX_TEXT) return '';
    const plain = text.normalize('NFKC');
    // Pinyin has tones at times, and other letters marks.
    const bare = plain.normalize('NFD').replace(/\p{M}/gu, '').normalize('NFC');
    let cleaned = known !== null && bare !== plain && bare.replace(known, '') !== bare ? bare : plain;
    for (let round = 0; round < ROUNDS; round += 1) {
      const before = cleaned;
      if (known !== null) cleaned = cleaned.replace(known, ' ');
      cleaned = withoutPatterns(cleaned);
      if (cleaned === before) break;
    }
    return cleaned === plain ? text : tidy(cleaned);
  };
}

/** The text without the separators that what was taken out had left at its ends. */
function tidy(text: string): string {
  const collapsed = text.replace(/[^\S\r\n]+/gu, ' ');
  let start = 0;
  let end = collapsed.length;
  while (start < end && LEFT_OVER.has(collapsed.charAt(start))) start += 1;
  while (end > start && LEFT_OVER.has(collapsed.charAt(end - 1))) end -= 1;
  return collapsed.slice(start, end);
}

const LEFT_OVER = new Set(' \t\r\n,;:：，、([（^=_-');

function nameForms(name: string, romanise: Romanise | undefined): string[] {
  const plain = name.normalize('NFKC').trim();
  const words = plain.split(/[\s^=,.;·•・_/\\]+/u).filter((word) => word !== '');
  if (words.length === 0) return [];
  if (!HAN.test(plain)) return latinForms(words);
  const characters = Array.from(words.join(''));
  const forms = characters.length > 1 ? [characters.map(escaped).join(GAP)] : [];
  // A given name of two characters and more stands alone at times; a surname alone is a word like others.
  for (const word of [...words, characters.slice(1).join('')])
    if (Array.from(word).length > 1 && HAN.test(word)) forms.push(escaped(word));
  for (const spelled of romanise?.(words.join('')) ?? []) forms.push(...latinForms(spelled, true));
  return forms;
}

/** @param joinedOnly only all of it, for syllables are words of their own */
function latinForms(words: readonly string[], joinedOnly = false): string[] {
  const escapedWords = words.map(escaped);
  const forms: string[] = [];
  if (words.length > 1) {
    const given = escapedWords.slice(1);
    forms.push(escapedWords.join(GAP), escapedWords.toReversed().join(GAP));
    forms.push([...given, escapedWords[0]].join(GAP));
  }
  if (!joinedOnly || words.length === 1)
    for (const word of words) {
      const letters = Array.from(word).length;
      if (letters >= INSIDE_WORDS) forms.push(escaped(word));
      else if (letters > 1) forms.push(String.raw`(?<!\p{L})${escaped(word)}(?!\p{L})`);
    }
  return forms;
}

function placeForms(place: string): string[] {
  const plain = place.normalize('NFKC').trim();
  const length = Array.from(plain).length;
  if (length < 2 || (length < 3 && !HAN.test(plain))) return [];
  const words = plain.split(/\s+/u).map(escaped);
  return [length < INSIDE_WORDS && !HAN.test(plain) ? asWord(escaped(plain)) : words.join(String.raw`\s*`)];
}

function codeForms(code: string): string[] {
  const plain = code.normalize('NFKC').trim();
  // A single digit or letter is everywhere.
  if (plain.length < 2) return [];
  if (plain.length < INSIDE_WORDS) return [asWord(escaped(plain))];
  const forms = [escaped(plain)];
  const letters = plain.replace(/[^\p{L}\p{N}]/gu, '');
  // Read out in groups, or without the zeros in front.
  for (const form of new Set([letters, letters.replace(/^0+/, '')]))
    if (form.length >= LONG_CODE) forms.push(Array.from(form, escaped).join(CODE_GAP));
  return forms;
}

const asWord = (pattern: string): string => String.raw`(?<![\p{L}\p{N}])${pattern}(?![\p{L}\p{N}])`;

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/gu, String.raw`\$&`);
}
