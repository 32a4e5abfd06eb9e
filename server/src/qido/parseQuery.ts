import { attribute as registered, tagOf } from '@hutong/dicom';
import { HR_CREATOR, HR_GROUP, hrTag } from '../dicomweb/hrAttributes.ts';
import { HttpProblem } from '../problem.ts';
import {
  datasetLevel,
  HR_SEARCH_ATTRIBUTES,
  isAtOrAbove,
  type Level,
  SEARCH_ATTRIBUTES,
  type SearchAttribute,
} from './attributes.ts';
import { type Condition, ConditionError, parseCondition } from './condition.ts';

export interface SearchKey {
  attribute: SearchAttribute;
  condition: Condition;
}

/** A search as it was asked, checked (PS3.18 8.3.4, 10.6.1). */
export interface SearchQuery {
  level: Level;
  keys: SearchKey[];
  /** null: the server's default. */
  limit: number | null;
  offset: number;
  include: { all: boolean; tags: ReadonlySet<string> };
  /** Texts of Warning headers. */
  warnings: string[];
}

/** Query parameters that are not attributes; `accept` is read with the media types, the matching ones ignored. */
export const SEARCH_CONTROLS: ReadonlySet<string> = new Set([
  'limit',
  'offset',
  'includefield',
  'fuzzymatching',
  'emptyvaluematching',
  'multiplevaluematching',
  'accept',
]);

const attributesByTag = new Map(
  [...SEARCH_ATTRIBUTES, ...HR_SEARCH_ATTRIBUTES].map((entry) => [entry.tag, entry]),
);

/**
 * Reads the query of a search.
 *
 * @param parameters name and value of each query parameter, decoded, in order
 * @throws HttpProblem 400 that names the parameter, for one that is no attribute, is given twice, or whose value
 * does not fit
 */
export function parseQuery(level: Level, parameters: Iterable<[name: string, value: string]>): SearchQuery {
  const controls = new Map<string, string[]>();
  const asked = new Map<string, string[]>();
  for (const [name, value] of parameters) {
    const group = SEARCH_CONTROLS.has(name.toLowerCase()) ? controls : asked;
    const key = group === controls ? name.toLowerCase() : name;
    group.set(key, [...(group.get(key) ?? []), value]);
  }
  const query: SearchQuery = {
    level,
    keys: [],
    limit: wholeNumber('limit', controls.get('limit')),
    offset: wholeNumber('offset', controls.get('offset')) ?? 0,
    include: includeOf(controls.get('includefield') ?? []),
    warnings: [],
  };
  const fuzzy = (controls.get('fuzzymatching') ?? []).some((value) => value.toLowerCase() === 'true');
  const tags = new Set(query.include.tags);
  const seen = new Map<string, string[]>();
  for (const [name, values] of asked) {
    const path = tagPath(name);
    seen.set(path, [...(seen.get(path) ?? []), ...values]);
  }
  const block = reservedBlock(seen);
  for (const [path, values] of seen) {
    if (isCreator(path)) continue;
    addKey(query, tags, attributesByTag.get(inDefaultBlock(path, block)), path, values, fuzzy);
  }
  query.include = { ...query.include, tags };
  return query;
}

function addKey(
  query: SearchQuery,
  tags: Set<string>,
  attribute: SearchAttribute | undefined,
  path: string,
  values: string[],
  fuzzy: boolean,
): void {
  const name = describePath(path);
  if (attribute === undefined && !path.includes('.') && values.every((value) => value === '')) {
    // Universal matching only asks for the attribute to be returned (PS3.4 C.2.2.2.3).
    tags.add(path);
    return;
  }
  if (attribute?.matching == null || !isAtOrAbove(attribute.level, query.level)) {
    query.warnings.push(`Matching on ${name} is not supported here. The key has been ignored.`);
    return;
  }
  if (attribute.returned === 'asked') tags.add(attribute.tag);
  const isUid = attribute.matching === 'uid' || attribute.matching === 'uidList';
  if (values.length > 1 && !isUid) throw badParameter(name, 'it is given more than once', '重复给出');
  try {
    const condition = parseCondition(attribute, values.join('\\'), fuzzy);
    if (condition !== null) query.keys.push({ attribute, condition });
  } catch (error) {
    if (error instanceof ConditionError) throw badParameter(name, error.message, '取值格式不正确');
    throw error;
  }
}

/** Dotted tags of a key given by keywords or tags. @throws HttpProblem 400 */
function tagPath(name: string): string {
  const parts = name.split('.').map((part) => {
    if (/^[0-9a-f]{8}$/i.test(part)) return part.toUpperCase();
    return tagOf(part);
  });
  if (parts.length > 8 || parts.some((part) => part === undefined)) {
    throw badParameter(
      printable(name),
      'it is neither a parameter of the search nor a DICOM keyword or tag (ggggeeee)',
      '既不是查询参数，也不是 DICOM 关键字或标签',
    );
  }
  return parts.join('.');
}

const isCreator = (path: string): boolean => /^[0-9A-F]{3}[13579BDF]00[0-9A-F]{2}$/.test(path);

/** The private block of group 0009 that the query reserves for us by its creator key; 10 when none is named. */
function reservedBlock(keys: ReadonlyMap<string, string[]>): string {
  for (const [path, values] of keys) {
    if (isCreator(path) && path.startsWith(HR_GROUP) && values.includes(HR_CREATOR)) return path.slice(6);
  }
  return '10';
}

function inDefaultBlock(path: string, block: string): string {
  return path
    .split('.')
    .map((tag) => (tag.startsWith(HR_GROUP + block) ? hrTag(tag.slice(6)) : tag))
    .join('.');
}

function includeOf(values: string[]): SearchQuery['include'] {
  const names = values
    .flatMap((value) => value.split(','))
    .map((name) => name.trim())
    .filter((name) => name !== '');
  if (names.includes('all')) return { all: true, tags: new Set() };
  const tags = names.map((name) => {
    const tag = /^[0-9a-f]{8}$/i.test(name) ? name.toUpperCase() : tagOf(name.split('.')[0] ?? '');
    // Of an attribute inside a sequence the whole sequence is returned.
    const path = tag ?? name.split('.')[0]?.toUpperCase() ?? '';
    if (!/^[0-9A-F]{8}$/.test(path)) {
      throw badParameter(
        'includefield',
        `${printable(name)} is neither a DICOM keyword nor a tag`,
        '含有未知的属性名',
      );
    }
    return path;
  });
  return { all: false, tags: new Set(tags) };
}

/** Tags of `query` that only datasets hold and that results of its level may show. */
export function datasetTags(query: Pick<SearchQuery, 'include' | 'level'>): string[] {
  const columns = new Set(SEARCH_ATTRIBUTES.map((entry) => entry.tag));
  return [...query.include.tags].filter(
    (tag) => !columns.has(tag) && isAtOrAbove(datasetLevel(tag), query.level),
  );
}

function wholeNumber(name: string, values: string[] | undefined): number | null {
  if (values === undefined) return null;
  const [value = ''] = values;
  if (values.length > 1 || !/^\d{1,9}$/.test(value)) {
    throw badParameter(name, 'expected one whole number that is not negative', '应为一个非负整数');
  }
  return Number(value);
}

const printable = (name: string): string => name.slice(0, 64).replace(/[^\w.-]/g, '?');

function describePath(path: string): string {
  return path
    .split('.')
    .map((tag) => registered(tag)?.keyword ?? tag)
    .join('.');
}

function badParameter(name: string, why: string, whyZh: string): HttpProblem {
  return new HttpProblem(
    400,
    'bad-query-parameter',
    `The query parameter ${name} cannot be used: ${why}.`,
    `查询参数 ${name} 无法使用：${whyZh}。`,
  );
}
