import { parseUid } from '@hutong/dicom';
import {
  foldName,
  isHan,
  type NamePart,
  NAME_SEPARATORS,
  nameWords,
  patternParts,
} from '../dicomweb/personName.ts';
import type { SearchAttribute } from './attributes.ts';

/** What a key demands of its attribute (PS3.4 C.2.2.2); SQL is made from it elsewhere. */
export type Condition =
  | { kind: 'anyOf'; values: string[] }
  /** LIKE patterns and plain values, any of which may match. */
  | { kind: 'like'; patterns: string[] }
  | { kind: 'empty' }
  /** Of a column of numbers: it has none. */
  | { kind: 'absent' }
  /** Inclusive; text of DA or TM, padded to full length. `ranged` when the client wrote a range. */
  | { kind: 'range'; from: string | null; to: string | null; ranged: boolean }
  | { kind: 'integers'; values: number[] }
  | NameCondition;

export interface NameCondition {
  kind: 'name';
  /** Literal parts that the name has; they find the rows by the index. */
  parts: NamePart[];
  /**
   * Folded LIKE patterns: one for any component group, or one for each group where the key names groups (null
   * matches all). Absent with fuzzymatching, where the words decide.
   */
  groups?: { any: string } | { each: (string | null)[] };
  /** The key is written in Han characters, so separators inside the stored name do not count. */
  han: boolean;
}

/** The value of a key cannot be read; the message names what was expected, never the value. */
export class ConditionError extends Error {
  override name = 'ConditionError';
}

const EMPTY_VALUE = '""';
/** Values of one key. */
export const MAX_VALUES = 1000;

/**
 * Reads the value of a key. Returns null for universal matching (empty, or only `*`).
 *
 * @param fuzzy `fuzzymatching=true`: person names match by the beginnings of their words (PS3.18 8.3.4.2)
 * @throws ConditionError when the value does not fit the attribute
 */
export function parseCondition(
  attribute: Pick<SearchAttribute, 'matching' | 'vr'>,
  value: string,
  fuzzy: boolean,
): Condition | null {
  const trimmed = value.trim();
  if (/^\**$/.test(trimmed)) return null;
  if (trimmed === EMPTY_VALUE && attribute.matching !== 'uid')
    return { kind: attribute.matching === 'integer' ? 'absent' : 'empty' };
  switch (attribute.matching) {
    case 'uid':
    case 'uidList':
      return { kind: 'anyOf', values: listOf(trimmed, /[\\,]/).map(checkedUid) };
    case 'integer':
      return { kind: 'integers', values: listOf(trimmed, /[\\,]/).map(checkedInteger) };
    case 'date':
      return dateRange(trimmed);
    case 'time':
      return timeRange(trimmed);
    case 'personName':
    case 'personNameText':
      return nameCondition(trimmed, fuzzy);
    default:
      // A backslash separates values and cannot be part of one; code strings hold no comma either.
      return textCondition(listOf(trimmed, attribute.vr === 'CS' ? /[\\,]/ : /\\/));
  }
}

function listOf(value: string, separator: RegExp): string[] {
  const values = value
    .split(separator)
    .map((part) => part.trim())
    .filter((part) => part !== '');
  if (values.length > MAX_VALUES) throw new ConditionError(`at most ${MAX_VALUES} values are allowed`);
  if (values.length === 0) throw new ConditionError('a list without values');
  return values;
}

function checkedUid(text: string): string {
  const uid = parseUid(text);
  if (uid === null) throw new ConditionError('expected a UID: digits and dots, at most 64 characters');
  return uid;
}

function checkedInteger(text: string): number {
  if (!/^[+-]?\d{1,10}$/.test(text)) throw new ConditionError('expected a whole number');
  const number = Number(text);
  if (Math.abs(number) > 2 ** 31 - 1) throw new ConditionError('expected a whole number of 32 bits');
  return number;
}

const likePattern = (value: string): string =>
  value
    .replace(/[\\%_]/g, '\\$&')
    .replaceAll('*', '%')
    .replaceAll('?', '_');

function textCondition(values: string[]): Condition {
  if (values.some((value) => /[*?]/.test(value))) return { kind: 'like', patterns: values.map(likePattern) };
  return { kind: 'anyOf', values };
}

function splitRange(value: string): [from: string, to: string] | null {
  const dash = value.indexOf('-');
  if (dash < 0) return null;
  const [from, to] = [value.slice(0, dash).trim(), value.slice(dash + 1).trim()];
  if (from === '' && to === '') throw new ConditionError('a range needs a beginning or an end');
  return [from, to];
}

function checkedDate(text: string): string {
  const match = /^(\d{4})(\d\d)(\d\d)$/.exec(text);
  const [month, day] = [Number(match?.[2]), Number(match?.[3])];
  if (match === null || month < 1 || month > 12 || day < 1 || day > 31) {
    throw new ConditionError('expected a date YYYYMMDD or a range YYYYMMDD-YYYYMMDD');
  }
  return text;
}

function dateRange(value: string): Condition {
  const range = splitRange(value);
  if (range === null) {
    const date = checkedDate(value);
    return { kind: 'range', from: date, to: date, ranged: false };
  }
  const [from, to] = range;
  return {
    kind: 'range',
    from: from === '' ? null : checkedDate(from),
    to: to === '' ? null : checkedDate(to),
    ranged: true,
  };
}

const FIRST_TIME = '000000.000000';
const LAST_TIME = '235959.999999';

/** A time with the parts it lacks taken from `filler`: the first or the last instant it can mean. */
function filledTime(text: string, filler: string): string {
  if (!/^([01]\d|2[0-3])([0-5]\d([0-5]\d(\.\d{1,6})?|60)?)?$/.test(text)) {
    throw new ConditionError(
      'expected a time HHMMSS.FFFFFF, parts from the right may be left out, or a range of two',
    );
  }
  return text + filler.slice(text.length);
}

function timeRange(value: string): Condition {
  const range = splitRange(value);
  const [from, to] = range ?? [value, value];
  return {
    kind: 'range',
    from: from === '' ? null : filledTime(from, FIRST_TIME),
    to: to === '' ? null : filledTime(to, LAST_TIME),
    ranged: range !== null,
  };
}

function nameCondition(value: string, fuzzy: boolean): NameCondition | null {
  const han = isHan(value);
  if (fuzzy) {
    const parts = nameWords(value.replace(/[*?]/g, ' '));
    return parts.length === 0 ? null : { kind: 'name', parts, han };
  }
  const pattern = (group: string): string => likePattern(foldGroup(group, han));
  const each = value
    .split('=')
    .slice(0, 3)
    .map(pattern)
    // Without any component, as `^`, the group asks for nothing: empty ones at the end may be left out (PS3.5 6.2.1).
    .map((like) => (/^%*$/.test(like) ? null : like));
  if (each.every((group) => group === null)) return null;
  const parts = patternParts(value).filter(({ text }) => !han || isHan(text));
  const [any] = each;
  if (each.length === 1 && any != null) return { kind: 'name', parts, groups: { any }, han };
  return { kind: 'name', parts, groups: { each }, han };
}

/** A component group, or a pattern of one, as groups are compared; but for upper case. */
export function foldGroup(group: string, han: boolean): string {
  const text = foldName(group).replace(/[ ^]+$/, '');
  return han ? text.replace(NAME_SEPARATORS, '') : text;
}
