import {
  type RegisteredAttribute,
  registeredAttributes,
  SEARCHABLE_VRS,
  type SearchableKind,
  searchableNumber,
  searchAttributeTag,
} from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { Level, Matching, SearchAttribute } from './attributes.ts';
import { type Condition, ConditionError, parseCondition } from './condition.ts';
import { type Step } from './datasetKeys.ts';

/** How old the list of attributes that operators made searchable may be, in milliseconds. */
const FRESH_MS = 2000;

/** What operators made searchable, for reading one query. */
export class Registered {
  readonly #byKey: ReadonlyMap<string, { attribute: SearchAttribute; ready: boolean }>;
  /** Levels of those of the standard, which the operator may have chosen. */
  readonly levels: ReadonlyMap<string, Level>;

  constructor(attributes: readonly RegisteredAttribute[]) {
    this.#byKey = new Map(
      attributes.map((one) => [
        keyOf(one.tag, one.creator),
        { attribute: searchAttribute(one), ready: one.ready },
      ]),
    );
    this.levels = new Map(
      attributes.filter(({ creator }) => creator === '').map(({ tag, level }) => [tag, level]),
    );
  }

  /** The attribute that a path names, if it was registered. */
  find(path: readonly Step[] | null): { attribute: SearchAttribute; ready: boolean } | undefined {
    const [step, ...rest] = path ?? [];
    if (step === undefined || rest.length > 0 || this.#byKey.size === 0) return undefined;
    if ('tag' in step) return this.#byKey.get(keyOf(step.tag, ''));
    const { group, creator, element } = step;
    return this.#byKey.get(keyOf(searchAttributeTag(`${group}00${element}`, creator), creator));
  }
}

/** Of an installation where nothing is registered. */
export const NOTHING_REGISTERED = new Registered([]);

const keyOf = (tag: string, creator: string): string => `${tag} ${creator}`;

const MATCHING: Record<SearchableKind, Matching> = {
  text: 'text',
  uid: 'uid',
  number: 'text',
  date: 'date',
  time: 'time',
  dateTime: 'text',
  personName: 'personNameText',
};

const searchAttribute = ({ id, tag, vr, level }: RegisteredAttribute): SearchAttribute => ({
  tag,
  keyword: tag,
  level,
  vr,
  column: '',
  matching: MATCHING[SEARCHABLE_VRS[vr] ?? 'text'],
  returned: 'never',
  registered: id,
});

/**
 * The list as it is in the index, looked at every few seconds at most. Attributes are taken up by stores before they are
 * ready and keep their values for a while after they are removed, so an old list never finds too little.
 */
export function registeredSource(index: Pool): () => Promise<Registered> {
  let known: { at: number; list: Promise<Registered> } | null = null;
  return () => {
    if (known !== null && performance.now() - known.at < FRESH_MS) return known.list;
    const list = registeredAttributes(index).then((attributes) => new Registered(attributes));
    const asked = { at: performance.now(), list };
    known = asked;
    list.catch(() => {
      if (known === asked) known = null;
    });
    return list;
  };
}

/**
 * Reads the value of a key for a registered attribute. Returns null for universal matching.
 *
 * @throws ConditionError when it does not fit
 */
export function parseRegistered({ matching, vr }: SearchAttribute, value: string): Condition | null {
  const trimmed = value.trim();
  const kind = SEARCHABLE_VRS[vr];
  if (/^\**$/.test(trimmed)) return null;
  if (trimmed === '""') return { kind: 'empty' };
  if (kind === 'number') return numbers(trimmed);
  if (kind === 'dateTime') return dateTimes(trimmed);
  if (kind === 'personName') return names(trimmed);
  return parseCondition({ matching, vr }, trimmed, false);
}

/** Each component group for itself, for so they are kept: separators do not count in those in Han characters alone. */
function names(value: string): Condition | null {
  const each = value
    .split('=')
    .slice(0, 3)
    .map((group) => parseCondition({ matching: 'personNameText', vr: 'PN' }, group, false))
    .map((group) =>
      group?.kind === 'name' && group.groups !== undefined && 'any' in group.groups ? group.groups.any : null,
    );
  return each.every((group) => group === null)
    ? null
    : { kind: 'name', parts: [], groups: { each }, han: false };
}

const MAX_NUMBERS = 1000;

function numbers(value: string): Condition {
  const values = value.split(/[\\,]/).map(searchableNumber);
  const known = values.filter((number) => number !== null);
  if (known.length < values.length || values.length > MAX_NUMBERS)
    throw new ConditionError('expected numbers');
  return { kind: 'anyOf', values: known };
}

/** Without their zones; a shorter one means all that it begins, which `:` comes after. */
function dateTimes(value: string): Condition {
  const match = /^(\d{4,14}(?:\.\d{1,6})?)?(?:[+-]\d{4})?(-)?(\d{4,14}(?:\.\d{1,6})?)?(?:[+-]\d{4})?$/.exec(
    value,
  );
  const [, first, dash, last] = match ?? [];
  if (match === null || (first === undefined && last === undefined))
    throw new ConditionError('expected a date and time YYYYMMDDHHMMSS.FFFFFF or a range');
  const end = dash === undefined ? first : last;
  return { kind: 'range', from: first ?? null, to: end === undefined ? null : `${end}:`, ranged: true };
}
