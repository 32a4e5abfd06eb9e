import { appliedLabel } from '../dicomweb/hrColumns.ts';
import { nameQuery } from '../dicomweb/personName.ts';
import type { Parameters } from '../dicomweb/statement.ts';
import type { SearchAttribute } from './attributes.ts';
import type { Condition, NameCondition } from './condition.ts';
import type { SearchKey } from './parseQuery.ts';

/** Names under which the tables of the levels stand in a statement. */
export interface Aliases {
  study: string;
  series: string;
  instance: string;
}

/** SQL of all keys, each a condition; values only as parameters. */
export function conditionsSql(
  keys: readonly SearchKey[],
  aliases: Aliases,
  parameters: Parameters,
): string[] {
  const separate = keys.filter((key) => key.attribute.matching !== 'hrVerdict');
  const combined = combinedDateTimes(separate);
  const rest = separate.filter((key) => !combined.some((pair) => pair.date === key || pair.time === key));
  return [
    ...combined.map((pair) => dateTimeSql(pair, aliases, parameters)),
    ...rest.map((key) => keySql(key, aliases, parameters)),
    ...verdictSql(keys, aliases, parameters),
  ];
}

const column = (attribute: SearchAttribute, aliases: Aliases): string =>
  `${aliases[attribute.level]}.${attribute.column}`;

function keySql({ attribute, condition }: SearchKey, aliases: Aliases, parameters: Parameters): string {
  const name = column(attribute, aliases);
  switch (attribute.matching) {
    case 'personName':
      return nameSql(condition, personNameGroups(name), `${name}_words`, parameters);
    case 'personNameText':
      return nameSql(
        condition,
        [1, 2, 3].map((group) => `split_part(${name}, '=', ${group})`),
        null,
        parameters,
      );
    case 'textList':
    case 'uidList':
      return listSql(condition, name, parameters);
    case 'requestAttribute': {
      const value = `item -> '${attribute.column}' -> 'Value' ->> 0`;
      return `EXISTS (SELECT 1 FROM jsonb_array_elements(${aliases.series}.request_attributes) AS item WHERE ${valueSql(condition, `(${value})`, parameters)})`;
    }
    case 'hrLabel':
      return appliedLabel(`${aliases.study}.study_id`, valueSql(condition, 'l.text', parameters));
    default:
      return valueSql(condition, name, parameters);
  }
}

const personNameGroups = (name: string): string[] => [
  `${name}_alphabetic`,
  `${name}_ideographic`,
  `${name}_phonetic`,
];

function valueSql(condition: Condition, name: string, parameters: Parameters): string {
  switch (condition.kind) {
    case 'anyOf': {
      const [only, ...others] = condition.values;
      return others.length === 0
        ? `${name} = ${parameters.add(only, 'text')}`
        : `${name} = ANY (${parameters.add(condition.values, 'text[]')})`;
    }
    case 'like':
      return `(${condition.patterns.map((pattern) => `${name} LIKE ${parameters.add(pattern, 'text')}`).join(' OR ')})`;
    case 'empty':
      return `${name} = ''`;
    case 'integers':
      return `${name} = ANY (${parameters.add(condition.values, 'integer[]')})`;
    case 'range': {
      if (condition.from === condition.to && condition.from?.includes('.') === false)
        return `${name} = ${parameters.add(condition.from, 'text')}`;
      const bounds = [`${name} <> ''`];
      // Only times carry a fraction, whose point must not be skipped by a collation.
      const collation = (condition.from ?? condition.to ?? '').includes('.') ? ' COLLATE "C"' : '';
      if (condition.from !== null)
        bounds.push(`${name}${collation} >= ${parameters.add(withoutZeros(condition.from), 'text')}`);
      if (condition.to !== null)
        bounds.push(`${name}${collation} <= ${parameters.add(condition.to, 'text')}`);
      return `(${bounds.join(' AND ')})`;
    }
    case 'name':
      throw new TypeError('a person name condition on another attribute');
  }
}

/** Times are stored as HHMMSS with or without a fraction; a shorter text comes first, so zeros must not count. */
const withoutZeros = (time: string): string => (time.includes('.') ? time.replace(/\.?0+$/, '') : time);

function listSql(condition: Condition, name: string, parameters: Parameters): string {
  if (condition.kind === 'anyOf') return `${name} && ${parameters.add(condition.values, 'text[]')}`;
  if (condition.kind === 'empty') return `${name} = '{}'`;
  return `EXISTS (SELECT 1 FROM unnest(${name}) AS element WHERE ${valueSql(condition, 'element', parameters)})`;
}

function nameSql(
  condition: Condition,
  groups: string[],
  wordsColumn: string | null,
  parameters: Parameters,
): string {
  if (condition.kind === 'empty') return `(${groups.map((group) => `${group} = ''`).join(' AND ')})`;
  if (condition.kind !== 'name') throw new TypeError('a condition of another kind on a person name');
  const parts: string[] = [];
  // Without the column the words would have to be made for each row: only where nothing else can decide.
  const words =
    wordsColumn ?? (condition.groups === undefined ? `person_name_words(${groups.join(', ')})` : null);
  if (words !== null && condition.parts.length > 0) {
    parts.push(`${words} @@ upper(${parameters.add(nameQuery(condition.parts), 'text')})::tsquery`);
  }
  if (condition.groups !== undefined) parts.push(groupsSql(condition, condition.groups, groups, parameters));
  return `(${parts.join(' AND ')})`;
}

function groupsSql(
  { han }: NameCondition,
  wanted: NonNullable<NameCondition['groups']>,
  groups: string[],
  parameters: Parameters,
): string {
  const folded = (group: string): string => {
    const text = `person_name_fold(${group})`;
    return han ? `regexp_replace(${text}, '[\\s^]+', '', 'g')` : text;
  };
  const matches = (group: string, pattern: string): string =>
    `${folded(group)} LIKE upper(${parameters.add(pattern, 'text')})`;
  if ('any' in wanted) return `(${groups.map((group) => matches(group, wanted.any)).join(' OR ')})`;
  return `(${wanted.each
    .flatMap((pattern, i) => (pattern === null ? [] : [matches(groups[i] ?? "''", pattern)]))
    .join(' AND ')})`;
}

interface DateTimePair {
  date: SearchKey;
  time: SearchKey;
}

/** A range of dates with a range of times is one range of instants (PS3.4 C.2.2.2.5). */
function combinedDateTimes(keys: readonly SearchKey[]): DateTimePair[] {
  return keys.flatMap((date) => {
    if (date.attribute.matching !== 'date' || date.condition.kind !== 'range' || !date.condition.ranged)
      return [];
    const timeColumn = date.attribute.column.replace(/date$/, 'time');
    const time = keys.find(
      (key) =>
        key.attribute.level === date.attribute.level &&
        key.attribute.column === timeColumn &&
        key.condition.kind === 'range' &&
        key.condition.ranged,
    );
    return time === undefined ? [] : [{ date, time }];
  });
}

function dateTimeSql({ date, time }: DateTimePair, aliases: Aliases, parameters: Parameters): string {
  if (date.condition.kind !== 'range' || time.condition.kind !== 'range')
    throw new TypeError('not a pair of ranges');
  const [dateColumn, timeColumn] = [column(date.attribute, aliases), column(time.attribute, aliases)];
  const instant = `(${dateColumn} || ${timeColumn}) COLLATE "C"`;
  // The plain bounds on the date let the index find the rows.
  const bounds = [`${dateColumn} <> ''`];
  if (date.condition.from !== null) {
    bounds.push(`${dateColumn} >= ${parameters.add(date.condition.from, 'text')}`);
    if (time.condition.from !== null) {
      bounds.push(
        `${instant} >= ${parameters.add(date.condition.from + withoutZeros(time.condition.from), 'text')}`,
      );
    }
  }
  if (date.condition.to !== null) {
    bounds.push(`${dateColumn} <= ${parameters.add(date.condition.to, 'text')}`);
    bounds.push(
      `${instant} <= ${parameters.add(date.condition.to + (time.condition.to ?? '235959.999999'), 'text')}`,
    );
  }
  return `(${bounds.join(' AND ')})`;
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
