import { attribute, type Vr } from './attributes.ts';
import { normaliseDate, normaliseTime } from './dateTime.ts';
import type { DicomJson, DicomJsonAttribute } from './types.ts';
import { parseUid } from './uid.ts';

/** An attribute whose value can be kept, and is not what the standard says it is. */
export interface DoubtfulValue {
  /** Path of the attribute. */
  path: string;
  /** `value`: the text is none of its VR; `vr`: the VR is not the one that PS3.6 has for the attribute. */
  what: 'value' | 'vr';
}

/** Integers of IS (PS3.5 §6.2). */
const [LEAST, MOST] = [-(2 ** 31), 2 ** 31 - 1];

/** Whether a text is one of its VR (PS3.5 Table 6.2-1), for the VRs whose values are read by programs. */
const FORMS: Partial<Record<Vr, (text: string) => boolean>> = {
  AS: (text) => /^\d{3}[DWMY]$/.test(text),
  DA: (text) => normaliseDate(text) !== '',
  DS: (text) => text.length <= 16 && /^[+-]?(?:\d+\.?\d*|\.\d+)(?:[Ee][+-]?\d+)?$/.test(text),
  DT: (text) => /^\d{4}(?:\d{2}){0,5}(?:\.\d{1,6})?(?:[+-]\d{4})?$/.test(text),
  IS: (text) => /^[+-]?\d{1,11}$/.test(text) && Number(text) >= LEAST && Number(text) <= MOST,
  TM: (text) => normaliseTime(text) !== '',
  UI: (text) => parseUid(text) !== null,
};

/** VRs that stand for each other: which one it is depends on other attributes, or is for the sender to say. */
const KINDS: readonly (readonly string[])[] = [
  ['US', 'SS', 'OW', 'OB'],
  ['UN'],
  ['SH', 'LO', 'UC', 'ST', 'LT', 'UT', 'UR'],
];

/**
 * The first attribute of a dataset, in the order of their tags and at any depth, that can be stored and will not be
 * understood; null where there is none. Numbers were checked when they were read.
 */
export function doubtfulValue(dataset: DicomJson, prefix = ''): DoubtfulValue | null {
  for (const tag of Object.keys(dataset).sort()) {
    const given = dataset[tag];
    if (given === undefined) continue;
    const path = prefix + tag;
    if (isOfAnotherVr(tag, given.vr)) return { path, what: 'vr' };
    const found =
      given.vr === 'SQ'
        ? doubtfulItem(given, path)
        : isOfItsVr(given)
          ? null
          : { path, what: 'value' as const };
    if (found !== null) return found;
  }
  return null;
}

function doubtfulItem({ Value = [] }: DicomJsonAttribute, path: string): DoubtfulValue | null {
  for (const [index, item] of Value.entries()) {
    const found = doubtfulValue((item ?? {}) as DicomJson, `${path}/${index}/`);
    if (found !== null) return found;
  }
  return null;
}

function isOfItsVr({ vr, Value = [] }: DicomJsonAttribute): boolean {
  const isOfForm = FORMS[vr as Vr];
  if (isOfForm === undefined) return true;
  return Value.every((value) => typeof value !== 'string' || value.trim() === '' || isOfForm(value.trim()));
}

function isOfAnotherVr(tag: string, vr: string): boolean {
  const known = attribute(tag);
  if (known === undefined || vr === known.vr || vr === known.signedVr || vr === 'UN') return false;
  return !KINDS.some((kind) => kind.includes(vr) && kind.includes(known.vr));
}
