import { type DicomJson, normaliseDate, normaliseTime } from '@hutong/dicom';
import { foldName, NAME_SEPARATORS } from '../foldName.ts';
import { type SearchAttributeKey, SEARCHABLE_VRS, searchableNumber } from './searchAttribute.ts';

/** Longest value kept, in characters, and most values of one attribute of an instance. */
const MAX_LENGTH = 320;
const MAX_VALUES = 100;

/**
 * The values that a dataset has of an attribute, as they are compared: dates YYYYMMDD, times HHMMSS.F, dates and times
 * without their zone, numbers in their shortest form, of person names each component group (which the index then folds),
 * one in Han characters also without its separators.
 */
export function searchableValues(dataset: DicomJson, attribute: SearchAttributeKey): string[] {
  const tag = tagIn(dataset, attribute);
  const values = (tag === null ? undefined : dataset[tag]?.Value) ?? [];
  const kept = new Set<string>();
  for (const value of values.slice(0, MAX_VALUES)) {
    for (const text of textsOf(value, attribute.vr)) {
      const bounded = text.slice(0, MAX_LENGTH).replaceAll('\0', '').toWellFormed();
      if (bounded !== '') kept.add(bounded);
    }
  }
  return [...kept];
}

function textsOf(value: unknown, vr: string): string[] {
  const kind = SEARCHABLE_VRS[vr];
  if (kind === 'number') return [searchableNumber(value) ?? ''];
  if (kind === 'personName') return namesOf(value);
  if (typeof value !== 'string') return [];
  const text = value.trim();
  if (kind === 'date') return [normaliseDate(text)];
  if (kind === 'time') return [normaliseTime(text)];
  if (kind === 'dateTime') return /^\d{4}/.test(text) ? [text.replace(/[+-]\d{4}$/, '')] : [];
  return [text];
}

const HAN = /[\u2e80-\u9fff\uf900-\ufaff\u{20000}-\u{3ffff}]/u;

function namesOf(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return [];
  const { Alphabetic, Ideographic, Phonetic } = value as Record<string, unknown>;
  return [Alphabetic, Ideographic, Phonetic].flatMap((group) => {
    if (typeof group !== 'string' || group.replace(/[\s^]+/g, '') === '') return [];
    return HAN.test(group) ? [group, foldName(group).replace(NAME_SEPARATORS, '')] : [group];
  });
}

/** Where a dataset has the attribute; a private one in the block that its creator reserved there (PS3.5 7.8.1). */
function tagIn(dataset: DicomJson, { tag, creator }: SearchAttributeKey): string | null {
  if (creator === '') return tag;
  const group = tag.slice(0, 4);
  for (let block = 0x10; block <= 0xff; block += 1) {
    const number = block.toString(16).toUpperCase();
    if (dataset[`${group}00${number}`]?.Value?.[0] === creator) return group + number + tag.slice(6);
  }
  return null;
}
