import { attribute as registered, type DicomJson, type DicomJsonAttribute, items } from '@hutong/dicom';
import { nameWords } from '../dicomweb/personName.ts';
import type { Matching } from './attributes.ts';
import { type Condition, ConditionError, foldGroup, parseCondition } from './condition.ts';

/** One step of a path into a dataset: a tag, or a private element by its creator (PS3.5 7.8.1). */
export type Step = { tag: string } | { group: string; creator: string; element: string };

/** A key that no column holds; it is matched over the stored datasets. */
export interface DatasetKey {
  path: Step[];
  /** As it was given; of a private attribute only its dataset knows the VR. */
  value: string;
}

const MATCHING: Record<string, Matching | 'number' | 'dateTime'> = {
  UI: 'uid',
  DA: 'date',
  TM: 'time',
  DT: 'dateTime',
  PN: 'personNameText',
  ...Object.fromEntries(
    ['AE', 'AS', 'AT', 'CS', 'LO', 'LT', 'SH', 'ST', 'UC', 'UR', 'UT'].map((vr) => [vr, 'text']),
  ),
  ...Object.fromEntries(
    ['DS', 'FD', 'FL', 'IS', 'SL', 'SS', 'SV', 'UL', 'US', 'UV'].map((vr) => [vr, 'number']),
  ),
};

/** Whether values of the VR can be matched at all; those of binary data cannot. */
export const isMatchable = (vr: string): boolean => Object.hasOwn(MATCHING, vr);

type Test = (attribute: DicomJsonAttribute | undefined) => boolean;

/**
 * Reads the value of a key for attributes of a VR.
 *
 * @throws ConditionError when it does not fit
 */
export function valueTest(vr: string, value: string, fuzzy: boolean): Test {
  const matching = MATCHING[vr];
  const trimmed = value.trim();
  if (trimmed === '""') return (attribute) => textsOf(attribute).length === 0;
  if (matching === undefined) return () => false;
  if (/^\**$/.test(trimmed)) return () => true;
  if (matching === 'number') return numberTest(trimmed);
  if (matching === 'dateTime') return dateTimeTest(trimmed);
  const condition = parseCondition({ matching, vr }, trimmed, fuzzy);
  return condition === null
    ? () => true
    : (attribute) => textsOf(attribute).some((text) => meets(condition, text));
}

function numberTest(value: string): Test {
  const wanted = value.split('\\').map(Number);
  if (wanted.some((number) => !Number.isFinite(number))) throw new ConditionError('expected numbers');
  return (attribute) => textsOf(attribute).some((text) => wanted.includes(Number(text)));
}

/** Values without a zone of their own are compared as they stand; shorter ones mean all that they begin. */
function dateTimeTest(value: string): Test {
  const match = /^(\d{4,14}(?:\.\d{1,6})?(?:[+-]\d{4})?)?(-)?(\d{4,14}(?:\.\d{1,6})?(?:[+-]\d{4})?)?$/.exec(
    value,
  );
  if (match === null || value === '-')
    throw new ConditionError('expected a date and time YYYYMMDDHHMMSS.FFFFFF or a range');
  const moment = (text: string | undefined): string | undefined => text?.replace(/[+-]\d{4}$/, '');
  const [from, to] = [moment(match[1]), match[2] === undefined ? moment(match[1]) : moment(match[3])];
  return (attribute) =>
    textsOf(attribute).some((text) => {
      const own = moment(text) ?? '';
      return (from === undefined || own >= from) && (to === undefined || own.slice(0, to.length) <= to);
    });
}

function textsOf(attribute: DicomJsonAttribute | undefined): string[] {
  return (attribute?.Value ?? []).flatMap((value) => {
    if (typeof value === 'string') return value === '' ? [] : [value];
    if (typeof value === 'number') return [String(value)];
    if (typeof value !== 'object' || value === null) return [];
    const { Alphabetic = '', Ideographic = '', Phonetic = '' } = value as Record<string, string>;
    return [`${Alphabetic}=${Ideographic}=${Phonetic}`];
  });
}

function meets(condition: Condition, text: string): boolean {
  switch (condition.kind) {
    case 'anyOf':
      return condition.values.includes(text.trim());
    case 'like':
      return condition.patterns.some((pattern) => isLike(pattern, text.trim()));
    case 'range': {
      const bare = text.trim();
      return (
        bare !== '' &&
        (condition.from === null || bare >= condition.from.replace(/(\..*?)0+$/, '$1').replace(/\.$/, '')) &&
        (condition.to === null || bare <= condition.to)
      );
    }
    case 'name': {
      const groups = text.split('=');
      if (condition.groups === undefined) {
        const words = groups.flatMap((group) => nameWords(group)).map((word) => word.text.toUpperCase());
        return condition.parts.every((part) =>
          words.some((word) => word.startsWith(part.text.toUpperCase())),
        );
      }
      const folded = groups.map((group) => foldGroup(group, condition.han).toUpperCase());
      const wanted = condition.groups;
      if ('any' in wanted) return folded.some((group) => isLike(wanted.any.toUpperCase(), group));
      return wanted.each.every(
        (pattern, i) => pattern === null || isLike(pattern.toUpperCase(), folded[i] ?? ''),
      );
    }
    default:
      return false;
  }
}

/** Whether text meets a LIKE pattern; takes at most the product of their lengths. */
export function isLike(pattern: string, text: string): boolean {
  const wanted = [...pattern.matchAll(/\\(.)|[^]/gsu)].map(([piece, escaped]) => ({
    any: piece === '%',
    one: piece === '_',
    char: escaped ?? piece,
  }));
  const chars = Array.from(text);
  let [at, i] = [0, 0];
  let again: { at: number; i: number } | null = null;
  while (at < chars.length) {
    const next = wanted[i];
    if (next?.any === true) {
      again = { at, i: i + 1 };
      i += 1;
    } else if (next !== undefined && (next.one || next.char === chars[at])) {
      [at, i] = [at + 1, i + 1];
    } else if (again !== null) {
      again.at += 1;
      [at, i] = [again.at, again.i];
    } else return false;
  }
  return wanted.slice(i).every(({ any }) => any);
}

/** Matches datasets against keys; items of a sequence must meet all keys inside of it (PS3.4 C.2.2.2.6). */
export function datasetTest(keys: readonly DatasetKey[], fuzzy: boolean): (dataset: DicomJson) => boolean {
  const compiled = keys.map((key) => ({ path: key.path, test: testOfAnyVr(key.value, fuzzy) }));
  return (dataset) => meetsAll(dataset, compiled);
}

interface CompiledKey {
  path: readonly Step[];
  test: (attribute: DicomJsonAttribute | undefined, vr: string) => boolean;
}

function testOfAnyVr(value: string, fuzzy: boolean): CompiledKey['test'] {
  const tests = new Map<string, Test>();
  return (attribute, vr) => {
    let test = tests.get(vr);
    if (test === undefined) {
      try {
        test = valueTest(vr, value, fuzzy);
      } catch (error) {
        if (!(error instanceof ConditionError)) throw error;
        // A private attribute whose values are of another kind does not match.
        test = () => false;
      }
      tests.set(vr, test);
    }
    return test(attribute);
  };
}

function meetsAll(dataset: DicomJson, keys: readonly CompiledKey[]): boolean {
  const inside = new Map<string, CompiledKey[]>();
  for (const { path, test } of keys) {
    const [step, ...rest] = path;
    const tag = step === undefined ? null : tagIn(dataset, step);
    if (rest.length > 0) {
      const sequence = tag ?? JSON.stringify(step);
      inside.set(sequence, [...(inside.get(sequence) ?? []), { path: rest, test }]);
      continue;
    }
    const attribute = tag === null ? undefined : dataset[tag];
    if (!test(attribute, attribute?.vr ?? registered(tag ?? '')?.vr ?? 'LO')) return false;
  }
  return [...inside].every(([tag, keysInside]) =>
    items(dataset, tag).some((item) => meetsAll(item, keysInside)),
  );
}

/** Tag of a step in a dataset; of a private element in the block that its creator reserved there. */
export function tagIn(dataset: DicomJson, step: Step): string | null {
  if ('tag' in step) return step.tag;
  for (let block = 0x10; block <= 0xff; block += 1) {
    const number = block.toString(16).toUpperCase();
    if (dataset[`${step.group}00${number}`]?.Value?.[0] === step.creator)
      return step.group + number + step.element;
  }
  return null;
}
