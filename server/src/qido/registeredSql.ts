import type { Parameters } from '../dicomweb/statement.ts';
import { isAtOrAbove, type Level, type SearchAttribute } from './attributes.ts';
import type { NameCondition } from './condition.ts';
import { valueSql } from './dateTimeSql.ts';
import type { SearchKey } from './parseQuery.ts';
import type { Aliases } from './tables.ts';

/** Columns of searchable_value that say what has a value. */
const OWNER: Record<Level, readonly Level[]> = {
  study: ['study'],
  series: ['study', 'series'],
  instance: ['instance'],
};

/**
 * SQL that results have a value of an attribute that was made searchable. A study or series has the values of its
 * instances, so that keys of a lower level than the one that is searched for narrow it too.
 *
 * @param level of the results
 */
export function registeredSql(
  { attribute, condition }: SearchKey & { attribute: { registered?: number } },
  level: Level,
  aliases: Aliases,
  allValues: boolean,
  parameters: Parameters,
): string {
  const at = isAtOrAbove(attribute.level, level) ? attribute.level : level;
  const id = parameters.add(attribute.registered ?? 0, 'integer');
  const owner = OWNER[at].map((table) => `v.${table}_id = ${aliases[table]}.${table}_id`).join(' AND ');
  const has = (test: string): string =>
    `EXISTS (SELECT FROM searchable_value v WHERE ${owner} AND v.search_attribute_id = ${id}${test})`;
  switch (condition.kind) {
    case 'empty':
      return `NOT ${has('')}`;
    case 'name':
      return nameTests(condition, parameters)
        .map((test) => has(` AND ${test}`))
        .join(' AND ');
    case 'anyOf':
      // With multiplevaluematching every value of the key must be there (PS3.4 C.2.2.2.8).
      if (allValues && condition.values.length > 1 && isSeveral(attribute))
        return `(SELECT count(DISTINCT v.value) FROM searchable_value v WHERE ${owner} AND v.search_attribute_id = ${id}
          AND v.value = ANY (${parameters.add(condition.values, 'text[]')})) = ${parameters.add(new Set(condition.values).size, 'bigint')}`;
      return has(` AND ${valueSql(condition, 'v.value', parameters)}`);
    default:
      return has(` AND ${valueSql(condition, 'v.value', parameters)}`);
  }
}

/** Of a UID any of the list is meant, as for the columns. */
const isSeveral = ({ vr }: SearchAttribute): boolean => vr !== 'UI';

/** Groups of a name are kept each for itself, folded. */
function nameTests({ groups }: NameCondition, parameters: Parameters): string[] {
  const like = (pattern: string): string => `v.value LIKE upper(${parameters.add(pattern, 'text')})`;
  if (groups === undefined) throw new TypeError('words of a name on a registered attribute');
  return 'any' in groups
    ? [like(groups.any)]
    : groups.each.flatMap((one) => (one === null ? [] : [like(one)]));
}
