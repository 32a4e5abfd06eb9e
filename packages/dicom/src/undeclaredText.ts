import { isUtf8 } from 'node:buffer';
import type { CharacterSet } from './characterSets.ts';
import type { DoubtfulText } from './parserState.ts';
import type { ReaderBudget } from './readerLimits.ts';
import { fillText } from './values.ts';

/** What bytes above 0x7F under a wrong or missing declaration most likely are. */
export type UndeclaredEncoding = 'utf-8' | 'gb18030';

/**
 * Judges all the non-ASCII values of one object together. Only what cannot reasonably be Latin-1 is decided:
 * well-formed UTF-8, or GBK in which Han characters of the common level of GB 2312 prevail and stand together.
 * Returns null where Latin-1 (or another single-byte set) remains the better reading.
 */
export function detectEncoding(values: readonly Uint8Array[]): UndeclaredEncoding | null {
  if (values.length === 0) return null;
  if (values.every(isUtf8)) return 'utf-8';
  const seen: GbkEvidence = { pairs: 0, common: 0, rare: 0, together: 0, apart: 0, lowest: 0xff, highest: 0 };
  if (!values.every((value) => readAsGbk(value, seen))) return null;
  const { pairs, common, rare, together, apart, lowest, highest } = seen;
  if (together === 0 && apart < 2) return null;
  if (rare * 2 > pairs) return null;
  // Cyrillic and Greek single-byte letters lie at 0xC0 and above, capitals below 0xE0.
  if (lowest >= 0xc0) return highest >= 0xe0 && common >= pairs * 0.75 ? 'gb18030' : null;
  return common * 2 >= pairs ? 'gb18030' : null;
}

interface GbkEvidence {
  pairs: number;
  /** Characters of GB 2312 level 1, and its punctuation. */
  common: number;
  /** Characters of GBK outside GB 2312. */
  rare: number;
  /** Runs of two or more characters. */
  together: number;
  /** Single characters with no letter beside them, as in a name of one character. */
  apart: number;
  lowest: number;
  highest: number;
}

/** Adds the evidence of one value; false where it is not GBK at all. */
function readAsGbk(value: Uint8Array, seen: GbkEvidence): boolean {
  let at = 0;
  while (at < value.length) {
    if ((value[at] ?? 0) < 0x80) {
      at++;
      continue;
    }
    const start = at;
    while (at < value.length && (value[at] ?? 0) >= 0x80) {
      const lead = value[at] ?? 0;
      const trail = value[at + 1] ?? 0;
      if (lead === 0x80 || lead === 0xff || trail < 0x40 || trail === 0x7f || trail === 0xff) return false;
      seen.pairs++;
      const inGb2312 = trail >= 0xa1 && ((lead >= 0xa1 && lead <= 0xa9) || (lead >= 0xb0 && lead <= 0xf7));
      if (!inGb2312) seen.rare++;
      else if (lead <= 0xa3 || (lead >= 0xb0 && lead <= 0xd7)) seen.common++;
      seen.lowest = Math.min(seen.lowest, lead, trail);
      seen.highest = Math.max(seen.highest, lead, trail);
      at += 2;
    }
    if (at - start >= 4) seen.together++;
    else if (!isLetter(value[start - 1]) && !isLetter(value[at])) seen.apart++;
  }
  return true;
}

function isLetter(byte: number | undefined): boolean {
  return byte !== undefined && ((byte >= 0x41 && byte <= 0x5a) || (byte >= 0x61 && byte <= 0x7a));
}

/** Text as met in the stream, and how far its declaration is to be believed. */
export interface JudgedText {
  bytes: Uint8Array;
  trust: CharacterSet['trust'];
}

/** What all the doubtful text of one object together says of its declaration. */
export interface Judgement<T extends JudgedText> {
  /** The text that is not to be read as declared, if `encoding` is known. */
  wrong: T[];
  encoding: UndeclaredEncoding | null;
  /** True where the declaration is not true of the text. */
  misdeclared: boolean;
}

/** Judges text of doubtful declaration; call it when all of an object is known. */
export function judgeText<T extends JudgedText>(doubtful: readonly T[]): Judgement<T> {
  // Declared as UTF-8 and well-formed is what it says.
  const wrong = doubtful.filter(({ trust, bytes }) => trust !== 'utf8' || !isUtf8(bytes));
  const encoding = wrong.length === 0 ? null : detectEncoding(wrong.map(({ bytes }) => bytes));
  return { wrong, encoding, misdeclared: encoding !== null || wrong.some(({ trust }) => trust === 'utf8') };
}

/**
 * Reads text again whose declared repertoire was in doubt, now that all of it is known, and warns where it had to
 * be read otherwise than declared.
 */
export function settleDoubtfulText(doubtful: readonly DoubtfulText[], budget: ReaderBudget): void {
  const { wrong, encoding, misdeclared } = judgeText(doubtful);
  if (misdeclared) budget.warn('WRONG_CHARACTER_SET', '00080005');
  if (encoding === null) return;
  const decoder = new TextDecoder(encoding);
  for (const { attribute, bytes } of wrong) fillText(attribute, decoder.decode(bytes));
}
