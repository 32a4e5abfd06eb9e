import { appliedLabel } from '../dicomweb/hrColumns.ts';
import { nameQuery, nameWordsSql } from '../dicomweb/personName.ts';
import type { Parameters } from '../dicomweb/statement.ts';
import type { SearchAttribute } from './attributes.ts';
import type { Condition, NameCondition } from './condition.ts';
import { dateTimesSql, valueSql } from './dateTimeSql.ts';
import type { SearchKey, SearchQuery } from './parseQuery.ts';
import { registeredSql } from './registeredSql.ts';
import type { Aliases } from './tables.ts';

/** SQL of all keys, each a condition; values only as parameters. */
export function conditionsSql(
  query: Pick<SearchQuery, 'level' | 'keys' | 'timezone' | 'allValues'>,
  aliases: Aliases,
  parameters: Parameters,
): string[] {
  const { level, timezone, allValues } = query;
  const isRegistered = ({ attribute }: SearchKey): boolean => attribute.registered !== undefined;
  const keys = query.keys.filter((key) => !isRegistered(key));
  const fewDays = keys.some(isFewDays);
  const { sql, rest } = dateTimesSql({ keys, timezone }, aliases, parameters);
  return [
    ...sql,
    ...query.keys
      .filter(isRegistered)
      .map((key) => registeredSql(key, level, aliases, allValues, parameters)),
    ...rest
      .filter(({ attribute }) => !inOneItem.has(attribute.matching))
      .map((key) => keySql(key, aliases, { allValues, fewDays }, parameters)),
    ...requestSql(rest, aliases, parameters),
    ...verdictSql(rest, aliases, parameters),
  ];
}

/** Dates between which so few studies lie that they are looked at one by one. */
const FEW_DAYS = 31;
const DAY_MS = 86_400_000;

function isFewDays({ attribute, condition }: SearchKey): boolean {
  if (attribute.column !== 'study_date' || condition.kind !== 'range') return false;
  const { from, to } = condition;
  if (from === null || to === null) return false;
  const day = (text: string): number =>
    Date.UTC(Number(text.slice(0, 4)), Number(text.slice(4, 6)) - 1, Number(text.slice(6, 8)));
  return day(to) - day(from) <= FEW_DAYS * DAY_MS;
}

interface ListOptions {
  /** Every value of a list must be there. */
  allValues: boolean;
  /** Dates narrow the search to what an index of everything with a value would only be read in vain for. */
  fewDays: boolean;
}

/** Keys of a sequence that one item must meet all of (PS3.4 C.2.2.2.6). */
const inOneItem: ReadonlySet<SearchAttribute['matching']> = new Set(['requestAttribute', 'hrVerdict']);

function keySql(
  { attribute, condition }: SearchKey,
  aliases: Aliases,
  options: ListOptions,
  parameters: Parameters,
): string {
  const name = `${aliases[attribute.level]}.${attribute.column}`;
  switch (attribute.matching) {
    case 'personName':
      return patientNameSql(condition, aliases.study, name, parameters);
    case 'personNameText':
      return otherNameSql(condition, name, parameters);
    case 'textList':
    case 'uidList':
      return listSql(condition, name, options, parameters);
    case 'hrLabel':
      if (condition.kind === 'empty') return `NOT ${appliedLabel(`${aliases.study}.study_id`)}`;
      return appliedLabel(`${aliases.study}.study_id`, valueSql(condition, 'l.text', parameters));
    default:
      return valueSql(condition, name, parameters);
  }
}

function listSql(
  condition: Condition,
  name: string,
  { allValues, fewDays }: ListOptions,
  parameters: Parameters,
): string {
  // With multiplevaluematching every value of the key must be there (PS3.4 C.2.2.2.8); else any. Of an expression there
  // is no index: a third of all studies may have the value, and their list is longer than what the dates leave.
  if (condition.kind === 'anyOf') {
    const list = fewDays ? `(${name} || '{}')` : name;
    return `${list} ${allValues ? '@>' : '&&'} ${parameters.add(condition.values, 'text[]')}`;
  }
  if (condition.kind === 'empty') return `${name} = '{}'`;
  return `EXISTS (SELECT 1 FROM unnest(${name}) AS element WHERE ${valueSql(condition, 'element', parameters)})`;
}

function patientNameSql(condition: Condition, study: string, name: string, parameters: Parameters): string {
  const folded = [1, 2, 3].map((group) => `${name}_folded[${group}]`);
  if (condition.kind === 'empty') return `(${folded.map((group) => `${group} = ''`).join(' AND ')})`;
  if (condition.kind !== 'name') throw new TypeError('a condition of another kind on a person name');
  if (condition.groups === undefined) return nameWordsSql(study, condition.parts, parameters);
  const likes = groupsSql(condition, condition.groups, folded, parameters);
  if (condition.parts.length === 0) return likes;
  const query = parameters.add(nameQuery(condition.parts), 'text');
  // The words say the same but for the last detail. To the planner the two are independent, and it would expect far too
  // few names; of CASE it only expects the half.
  return `(${name}_words @@ upper(${query})::tsquery AND CASE WHEN ${likes} THEN true ELSE false END)`;
}

/** A person name in one column. Words are made for each row only where nothing else can decide. */
function otherNameSql(condition: Condition, name: string, parameters: Parameters): string {
  const groups = [1, 2, 3].map((group) => `split_part(${name}, '=', ${group})`);
  if (condition.kind === 'empty') return `${name} = ''`;
  if (condition.kind !== 'name') throw new TypeError('a condition of another kind on a person name');
  if (condition.groups === undefined) {
    const query = parameters.add(nameQuery(condition.parts), 'text');
    return `person_name_words(${groups.join(', ')}) @@ upper(${query})::tsquery`;
  }
  // Folding costs more than all else here, and no pattern meets an empty group.
  const folded = groups.map((group) => `person_name_fold(nullif(${group}, ''))`);
  return groupsSql(condition, condition.groups, folded, parameters);
}

/** What may stand between the parts of a name in Han characters: `NAME_SEPARATORS` as folding leaves them. */
const SEPARATORS = "^ =,.'\u00b7-";

function groupsSql(
  { han }: NameCondition,
  wanted: NonNullable<NameCondition['groups']>,
  folded: string[],
  parameters: Parameters,
): string {
  const matches = (group: string, pattern: string): string => {
    // Folding has made plain ones of all spaces; taking characters out costs a tenth of a pattern.
    const text = han ? `translate(${group}, ${parameters.add(SEPARATORS, 'text')}, '')` : group;
    return `${text} LIKE upper(${parameters.add(pattern, 'text')})`;
  };
  if ('any' in wanted) return `(${folded.map((group) => matches(group, wanted.any)).join(' OR ')})`;
  return `(${wanted.each
    .flatMap((pattern, i) => (pattern === null ? [] : [matches(folded[i] ?? "''", pattern)]))
    .join(' AND ')})`;
}

function requestSql(keys: readonly SearchKey[], aliases: Aliases, parameters: Parameters): string[] {
  const wanted = keys.filter(({ attribute }) => attribute.matching === 'requestAttribute');
  if (wanted.length === 0) return [];
  const sequence = `${aliases.series}.request_attributes`;
  const item = plainItem(wanted);
  // Said so, an index finds it.
  if (item !== null) return [`${sequence} @> ${parameters.add(JSON.stringify([item]), 'jsonb')}`];
  const each = wanted.map(({ attribute, condition }) =>
    valueSql(condition, `coalesce(item -> '${attribute.column}' -> 'Value' ->> 0, '')`, parameters),
  );
  const found = `EXISTS (SELECT 1 FROM jsonb_array_elements(${sequence}) AS item WHERE ${each.join(' AND ')})`;
  // Without the sequence its attributes are empty too.
  const empty = wanted.every(({ condition }) => condition.kind === 'empty');
  return [empty ? `(${sequence} = '[]' OR ${found})` : found];
}

/** The item as it is stored, where each key asks for one value; null for anything else. */
function plainItem(keys: readonly SearchKey[]): Record<string, { Value: string[] }> | null {
  const item: Record<string, { Value: string[] }> = {};
  for (const { attribute, condition } of keys) {
    if (condition.kind !== 'anyOf' || condition.values.length !== 1) return null;
    item[attribute.column] = { Value: condition.values };
  }
  return item;
}

/** Item code and verdict stand in the same item of the sequence, so they are asked of the same row. */
function verdictSql(keys: readonly SearchKey[], aliases: Aliases, parameters: Parameters): string[] {
  const verdicts = keys.filter((key) => key.attribute.matching === 'hrVerdict');
  if (verdicts.length === 0) return [];
  const each = verdicts.map((key) => valueSql(key.condition, `v.${key.attribute.column}`, parameters));
  return [
    `EXISTS (SELECT 1 FROM study_item v WHERE v.study_id = ${aliases.study}.study_id AND ${each.join(' AND ')})`,
  ];
}
