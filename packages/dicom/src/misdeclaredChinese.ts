import { isUtf8 } from 'node:buffer';
import type { CharacterSet } from './characterSets.ts';

/** What a character says for a reading: the common level of GB 2312 and its punctuation more than the other level. */
const COMMON = 2;
const LESS_COMMON = 1;

/** Characters of GBK that GB 2312 lacks and given names have all the same. */
const OF_NAMES = '喆玥堃祎珺翀旻旸晞湉垚赟瑄烜炘禛玹琤镕暐犇晟昇沄芃苡翊昉';

/** The family names whose bytes in GBK may begin a Han character of UTF-8. */
const OF_DOUBTFUL_BYTES = /^[宓姒妫濮]/;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

let table: Map<string, number> | undefined;

/** GB 2312: punctuation and full-width forms (rows 1–3), level 1 (rows 16–55), level 2 (rows 56–87); and names. */
function evidenceOf(character: string): number {
  table ??= new Map([
    ...rows(0xa1, 0xa3, COMMON),
    ...rows(0xb0, 0xd7, COMMON),
    ...rows(0xd8, 0xf7, LESS_COMMON),
    ...Array.from(OF_NAMES).map((character): [string, number] => [character, LESS_COMMON]),
  ]);
  return table.get(character) ?? 0;
}

function rows(first: number, last: number, evidence: number): [string, number][] {
  const gb = new TextDecoder('gb18030');
  const all: [string, number][] = [];
  for (let row = first; row <= last; row++)
    for (let cell = 0xa1; cell <= 0xfe; cell++) {
      const character = gb.decode(Uint8Array.of(row, cell));
      // Of the places that GB 2312 leaves empty some are for private use.
      if (character.length === 1 && !/[\ue000-\uf8ff\ufffd]/.test(character)) all.push([character, evidence]);
    }
  return all;
}

/** How common the characters beyond ASCII are on average. */
function plausibility(text: string): number {
  let characters = 0;
  let sum = 0;
  for (const character of text) {
    if (character < '\u0080') continue;
    characters++;
    sum += evidenceOf(character);
  }
  return characters === 0 ? 0 : sum / characters;
}

/**
 * Whether text that is declared as GB18030, GBK or GB 2312 is UTF-8 instead: it is well-formed UTF-8, holds Han
 * characters as such, and these are more common ones than those it gives as declared. Each value is judged by itself:
 * a device whose own text is right may copy a name from an order that is not. UTF-8 without Han characters stays as
 * declared, for `é` is a character of GBK as well; so does text with escape sequences, which only ISO 2022 has.
 */
export function isUtf8Chinese(bytes: Uint8Array, declared: CharacterSet): boolean {
  if (bytes.includes(0x1b) || !isUtf8(bytes)) return false;
  const text = decoder.decode(bytes);
  if (!/[\u4e00-\u9fff]/.test(text)) return false;
  const asDeclared = declared.decode(bytes);
  if (OF_DOUBTFUL_BYTES.test(asDeclared) && isOrdinary(asDeclared)) return false;
  return plausibility(text) > plausibility(asDeclared);
}

function isOrdinary(text: string): boolean {
  for (const character of text) if (character >= '\u0080' && evidenceOf(character) === 0) return false;
  return true;
}
