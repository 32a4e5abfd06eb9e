import { createRequire } from 'node:module';
import type pg from 'pg';
import type * as PinyinPro from 'pinyin-pro';
import { foldName, NAME_SEPARATORS } from '../foldName.ts';

const HAN = /[\u2e80-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;

let dictionary: typeof PinyinPro | undefined;

/** The dictionary takes 20 MB and is needed only where names are written in Han characters: read at the first one. */
function pinyinPro(): typeof PinyinPro {
  dictionary ??= createRequire(import.meta.url)('pinyin-pro') as typeof PinyinPro;
  return dictionary;
}

/** Longest name that is read, in characters. */
const MAX_NAME = 64;

/**
 * What a person name is found by beside its own words (column `study.patient_name_pinyin`), words separated by spaces:
 * of each component group in Han characters its pinyin, the endings from each syllable on, joined and behind a `^`
 * (张伟: `^ZHANGWEI ^WEI`), and the initials behind a `~` (`~ZW`); of any other group its words joined (ZHONG^JIANHUA:
 * `^ZHONGJIANHUA`). The first Han character has its reading as a surname (单 Shan, 解 Xie, 仇 Qiu). Ü is found by V, U
 * and YU, as it is typed and as passports have it.
 */
export function namePinyin(groups: readonly string[]): string {
  const name = groups.join('=');
  // The instances of a study come one after the other and have one name.
  if (name !== last.name) last = { name, pinyin: readName(groups) };
  return last.pinyin;
}

let last = { name: '', pinyin: '' };

function readName(groups: readonly string[]): string {
  const words = new Set<string>();
  for (const group of groups) {
    const parts = foldName(group.slice(0, 2 * MAX_NAME))
      .split(NAME_SEPARATORS)
      .filter((part) => part !== '');
    if (!HAN.test(group)) {
      const joined = parts.join('').toUpperCase();
      if (parts.length > 1) words.add(`^${joined.slice(0, MAX_NAME)}`);
      continue;
    }
    const syllables = syllablesOf(parts.join('').slice(0, MAX_NAME));
    if (syllables.length === 0) continue;
    for (const spelled of spellings(syllables)) {
      spelled.forEach((_, start) => words.add(`^${spelled.slice(start).join('')}`));
    }
    words.add(`~${syllables.map((syllable) => syllable.charAt(0)).join('')}`);
  }
  return [...words].join(' ');
}

function syllablesOf(name: string): string[] {
  const syllables = pinyinPro().pinyin(name, {
    toneType: 'none',
    type: 'array',
    surname: 'head',
    v: true,
    nonZh: 'removed',
  });
  return syllables.map((syllable) => syllable.toUpperCase()).filter((syllable) => /^[A-Z]+$/.test(syllable));
}

/** Syllables with ü written as it may be typed: LV, LU, LYU. */
function spellings(syllables: string[]): string[][] {
  if (!syllables.some((syllable) => syllable.includes('V'))) return [syllables];
  return ['V', 'U', 'YU'].map((vowel) => syllables.map((syllable) => syllable.replace('V', vowel)));
}

const BATCH = 1000;

/**
 * Makes the pinyin of studies that have none yet: those that were stored by an older version, and names that were
 * changed by hand. Returns how many. May run in several processes at once, and be ended at any time.
 */
export async function fillNamePinyin(index: pg.Pool): Promise<number> {
  let filled = 0;
  for (;;) {
    const { rows } = await index.query<{ study_id: number; groups: string[] }>(
      `SELECT study_id, ARRAY[patient_name_alphabetic, patient_name_ideographic, patient_name_phonetic] AS groups
         FROM study WHERE patient_name_pinyin IS NULL ORDER BY study_id LIMIT $1`,
      [BATCH],
    );
    if (rows.length === 0) return filled;
    // A name that changes meanwhile is left to the next round.
    const { rowCount } = await index.query(
      `UPDATE study s SET patient_name_pinyin = given.pinyin
         FROM unnest($1::bigint[], $2::text[], $3::text[]) AS given (study_id, names, pinyin)
        WHERE s.study_id = given.study_id AND s.patient_name_pinyin IS NULL
          AND s.patient_name_alphabetic || '=' || s.patient_name_ideographic || '=' || s.patient_name_phonetic = given.names`,
      [
        rows.map((row) => row.study_id),
        rows.map((row) => row.groups.join('=')),
        rows.map((row) => namePinyin(row.groups)),
      ],
    );
    filled += rowCount ?? 0;
  }
}
