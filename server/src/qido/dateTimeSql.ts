import type { Parameters } from '../dicomweb/statement.ts';
import type { SearchAttribute } from './attributes.ts';
import type { Condition } from './condition.ts';
import type { SearchKey, SearchQuery } from './parseQuery.ts';
import type { Aliases } from './tables.ts';
import { daysAway, instantsByZone, timesByZone } from './timezone.ts';

type Range = Extract<Condition, { kind: 'range' }>;

/** SQL that the text `name` meets a condition of any kind but those of person names. */
export function valueSql(condition: Condition, name: string, parameters: Parameters): string {
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
    case 'absent':
      return `${name} IS NULL`;
    case 'integers':
      return `${name} = ANY (${parameters.add(condition.values, 'integer[]')})`;
    case 'range':
      return rangeSql(condition, name, parameters);
    case 'name':
      throw new TypeError('a person name condition on another attribute');
  }
}

function rangeSql(condition: Range, name: string, parameters: Parameters): string {
  if (condition.from === condition.to && condition.from?.includes('.') === false)
    return `${name} = ${parameters.add(condition.from, 'text')}`;
  const bounds = [`${name} <> ''`];
  // Only times carry a fraction, whose point must not be skipped by a collation.
  const collation = (condition.from ?? condition.to ?? '').includes('.') ? ' COLLATE "C"' : '';
  if (condition.from !== null)
    bounds.push(`${name}${collation} >= ${parameters.add(withoutZeros(condition.from), 'text')}`);
  if (condition.to !== null) bounds.push(`${name}${collation} <= ${parameters.add(condition.to, 'text')}`);
  return `(${bounds.join(' AND ')})`;
}

/** Times are stored as HHMMSS with or without a fraction; a shorter text comes first, so zeros must not count. */
const withoutZeros = (time: string): string => (time.includes('.') ? time.replace(/\.?0+$/, '') : time);

interface DateTimeKey {
  attribute: SearchAttribute;
  condition: Range;
}

const isRange = (key: SearchKey): key is DateTimeKey => key.condition.kind === 'range';
const timeColumnOf = (date: SearchAttribute): string => date.column.replace(/date$/, 'time');

/** Dates that have a time beside them; a date of birth has none, nor a time zone. */
const TIMED_DATES: ReadonlySet<string> = new Set(['study_date', 'performed_procedure_step_start_date']);

/**
 * SQL of keys whose dates and times belong together: a range of dates with a range of times is one range of instants
 * (PS3.4 C.2.2.2.5), and with TimezoneOffsetFromUTC both are of that zone. The other keys stay in `rest`.
 */
export function dateTimesSql(
  { keys, timezone }: Pick<SearchQuery, 'keys' | 'timezone'>,
  aliases: Aliases,
  parameters: Parameters,
): { sql: string[]; rest: SearchKey[] } {
  const sql: string[] = [];
  const used = new Set<SearchKey>();
  for (const date of keys) {
    if (!isRange(date) || date.attribute.matching !== 'date' || !TIMED_DATES.has(date.attribute.column))
      continue;
    const time = keys.find(
      (key): key is DateTimeKey =>
        isRange(key) &&
        key.attribute.level === date.attribute.level &&
        key.attribute.column === timeColumnOf(date.attribute),
    );
    const pair = time !== undefined && time.condition.ranged && date.condition.ranged ? time : null;
    if (pair === null && timezone === null) continue;
    used.add(date);
    if (pair !== null) used.add(pair);
    sql.push(instantSql(date, pair, timezone, aliases, parameters));
  }
  if (timezone !== null) {
    for (const time of keys) {
      if (!isRange(time) || time.attribute.matching !== 'time' || used.has(time)) continue;
      used.add(time);
      sql.push(timeInZoneSql(time, timezone, aliases, parameters));
    }
  }
  return { sql, rest: keys.filter((key) => !used.has(key)) };
}

function instantSql(
  date: DateTimeKey,
  time: DateTimeKey | null,
  timezone: number | null,
  aliases: Aliases,
  parameters: Parameters,
): string {
  const alias = aliases[date.attribute.level];
  const columns = {
    date: `${alias}.${date.attribute.column}`,
    time: `${alias}.${timeColumnOf(date.attribute)}`,
  };
  const plain =
    time === null
      ? rangeSql(date.condition, columns.date, parameters)
      : pairSql(date, time, columns, parameters);
  if (timezone === null) return plain;
  const zone = `${aliases.study}.timezone_offset`;
  const bounds = parameters.add(
    JSON.stringify(instantsByZone(date.condition, time?.condition ?? null, timezone)),
    'jsonb',
  );
  const instant = `(${columns.date} || ${columns.time}) COLLATE "C"`;
  const bound = (side: 'from' | 'to'): string => `${bounds} -> ${zone} ->> '${side}'`;
  // What the index is asked for, wide enough for every zone.
  const wide: Range = {
    ...date.condition,
    from: date.condition.from === null ? null : daysAway(date.condition.from, -2),
    to: date.condition.to === null ? null : daysAway(date.condition.to, 2),
  };
  return `(${rangeSql(wide, columns.date, parameters)}
    AND CASE WHEN ${bounds} ? ${zone} AND ${columns.time} <> ''
             THEN coalesce(${instant} >= rtrim(rtrim(${bound('from')}, '0'), '.'), true) AND coalesce(${instant} <= (${bound('to')}), true)
             ELSE ${plain} END)`;
}

function pairSql(
  date: DateTimeKey,
  time: DateTimeKey,
  columns: { date: string; time: string },
  parameters: Parameters,
): string {
  const instant = `(${columns.date} || ${columns.time}) COLLATE "C"`;
  // The plain bounds on the date let the index find the rows.
  const bounds = [`${columns.date} <> ''`];
  if (date.condition.from !== null) {
    bounds.push(`${columns.date} >= ${parameters.add(date.condition.from, 'text')}`);
    if (time.condition.from !== null) {
      const from = date.condition.from + withoutZeros(time.condition.from);
      bounds.push(`${instant} >= ${parameters.add(from, 'text')}`);
    }
  }
  if (date.condition.to !== null) {
    const to = date.condition.to + (time.condition.to ?? '235959.999999');
    bounds.push(`${columns.date} <= ${parameters.add(date.condition.to, 'text')}`);
    bounds.push(`${instant} <= ${parameters.add(to, 'text')}`);
  }
  return `(${bounds.join(' AND ')})`;
}

function timeInZoneSql(
  { attribute, condition }: DateTimeKey,
  timezone: number,
  aliases: Aliases,
  parameters: Parameters,
): string {
  const name = `${aliases[attribute.level]}.${attribute.column}`;
  const zone = `${aliases.study}.timezone_offset`;
  const bounds = parameters.add(JSON.stringify(timesByZone(condition, timezone)), 'jsonb');
  const [from, to] = [
    `rtrim(rtrim(${bounds} -> ${zone} ->> 'from', '0'), '.')`,
    `(${bounds} -> ${zone} ->> 'to')`,
  ];
  const time = `${name} COLLATE "C"`;
  return `(${name} <> '' AND CASE WHEN NOT ${bounds} ? ${zone} THEN ${rangeSql(condition, name, parameters)}
             WHEN ${from} <= ${to} COLLATE "C" THEN ${time} >= ${from} AND ${time} <= ${to}
             ELSE ${time} >= ${from} OR ${time} <= ${to} END)`;
}
