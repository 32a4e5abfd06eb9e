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
import { type DatasetKey, isMatchable, type Step, valueTest } from './datasetKeys.ts';
import { NOTHING_REGISTERED, parseRegistered, type Registered } from './registered.ts';
import { offsetMinutes } from './timezone.ts';

export interface SearchKey {
  attribute: SearchAttribute;
  condition: Condition;
}

/** A search as it was asked, checked (PS3.18 8.3.4, 10.6.1). */
export interface SearchQuery {
  level: Level;
  keys: SearchKey[];
  /** Keys that no column holds, matched over the datasets of the path's study. */
  datasetKeys: DatasetKey[];
  /** null: the server's default. */
  limit: number | null;
  offset: number;
  fuzzy: boolean;
  /** multiplevaluematching: a list of values must all be there, where the attribute has several. */
  allValues: boolean;
  /** Minutes east of UTC that dates and times of the keys are in; null: compared as they are stored. */
  timezone: number | null;
  include: {
    all: boolean;
    tags: ReadonlySet<string>;
    private: Step[];
    /** Levels of attributes that an operator chose. */
    levels: ReadonlyMap<string, Level>;
  };
  /** Texts of Warning headers. */
  warnings: string[];
}

/** Query parameters that are not attributes; `accept` is read with the media types. */
export const SEARCH_CONTROLS: ReadonlySet<string> = new Set([
  'limit',
  'offset',
  'includefield',
  'fuzzymatching',
  'emptyvaluematching',
  'multiplevaluematching',
  'accept',
]);

const TIMEZONE = '00080201';
/** Says how other keys are encoded and is never matched (PS3.4 C.2.2.2); here all are UTF-8. */
const CHARACTER_SET = '00080005';

const attributesByTag = new Map(
  [...SEARCH_ATTRIBUTES, ...HR_SEARCH_ATTRIBUTES].map((entry) => [entry.tag, entry]),
);

/**
 * Reads the query of a search.
 *
 * @param parameters name and value of each query parameter, decoded, in order
 * @param inStudy whether the path names a study, so that its datasets can be looked at
 * @param registered what operators made searchable over the whole archive
 * @throws HttpProblem 400 that names the parameter, for one that is no attribute, is given twice, or whose value
 * does not fit
 */
export function parseQuery(
  level: Level,
  parameters: Iterable<[name: string, value: string]>,
  inStudy = false,
  registered: Registered = NOTHING_REGISTERED,
): SearchQuery {
  const controls = new Map<string, string[]>();
  const asked = new Map<string, string[]>();
  for (const [name, value] of parameters) {
    const isControl = SEARCH_CONTROLS.has(name.toLowerCase());
    const [group, key] = isControl ? [controls, name.toLowerCase()] : [asked, tagPath(name)];
    group.set(key, [...(group.get(key) ?? []), value]);
  }
  const query: SearchQuery = {
    level,
    keys: [],
    datasetKeys: [],
    limit: wholeNumber('limit', controls.get('limit')),
    offset: wholeNumber('offset', controls.get('offset')) ?? 0,
    fuzzy: flag('fuzzymatching', controls.get('fuzzymatching')),
    allValues: flag('multiplevaluematching', controls.get('multiplevaluematching')),
    timezone: timezoneOf(asked.get(TIMEZONE)),
    include: { all: false, tags: new Set(), private: [], levels: registered.levels },
    warnings: [],
  };
  flag('emptyvaluematching', controls.get('emptyvaluematching'));
  const creators = creatorsOf(asked);
  const include = new Include(creators, controls.get('includefield') ?? [], registered.levels);
  for (const [path, values] of asked) {
    if (isCreator(lastTag(path)) || path === TIMEZONE || path === CHARACTER_SET) continue;
    addKey(query, include, { path, values, creators, inStudy, registered });
  }
  query.include = include;
  return query;
}

interface AskedKey {
  path: string;
  values: string[];
  creators: ReadonlyMap<string, string>;
  inStudy: boolean;
  registered: Registered;
}

function addKey(query: SearchQuery, include: Include, asked: AskedKey): void {
  const { path, values, creators } = asked;
  const name = describePath(path);
  const attribute = attributesByTag.get(hrPath(path, creators) ?? path);
  const isUid = attribute?.matching === 'uid' || attribute?.matching === 'uidList';
  if (values.length > 1 && !isUid) throw badParameter(name, 'it is given more than once', '重复给出');
  if (attribute?.matching != null && isAtOrAbove(attribute.level, query.level)) {
    if (attribute.returned === 'asked') include.tags.add(attribute.tag);
    const condition = checked(name, () => parseCondition(attribute, values.join('\\'), query.fuzzy));
    if (condition !== null) query.keys.push({ attribute, condition });
    return;
  }
  const [value = ''] = values;
  // Universal matching only asks for the attribute to be returned (PS3.4 C.2.2.2.3).
  const universal = /^\**$/.test(value.trim());
  const steps = stepsOf(path, creators);
  const made = attribute === undefined ? asked.registered.find(steps) : undefined;
  if (made?.ready === true) {
    addRegistered(query, include, { name, value, attribute: made.attribute, step: steps?.[0] });
    return;
  }
  if (universal || canReadFor(query, asked, attribute, steps)) include.add(steps?.[0]);
  if (universal) return;
  if (steps === null || !canReadFor(query, asked, attribute, steps)) {
    query.warnings.push(
      made === undefined
        ? `Matching on ${name} is not supported here. The key has been ignored.`
        : `Matching on ${name} is not possible yet: what is stored is still being read. The key has been ignored.`,
    );
    return;
  }
  const vr = registered(lastTag(path))?.vr;
  // The VR of a private attribute is known where it is stored; of others the value can be checked now.
  if (vr !== undefined) checked(name, () => valueTest(vr, value, query.fuzzy));
  query.datasetKeys.push({ path: steps, value });
}

interface RegisteredKey {
  name: string;
  value: string;
  attribute: SearchAttribute;
  step: Step | undefined;
}

/** A key of an attribute that an operator made searchable. One of a lower level narrows the results, and is not shown. */
function addRegistered(
  query: SearchQuery,
  include: Include,
  { name, value, attribute, step }: RegisteredKey,
): void {
  if (isAtOrAbove(attribute.level, query.level)) include.add(step);
  const condition = checked(name, () => parseRegistered(attribute, value));
  if (condition === null) return;
  // The words of PS3.18 8.3.4.2.
  if (query.fuzzy && attribute.vr === 'PN')
    query.warnings.push(
      `The fuzzymatching parameter is not supported for ${name}. Only literal matching has been performed.`,
    );
  query.keys.push({ attribute, condition });
}

/** Whether the key can be matched over the datasets: inside one study, never of a level below the one asked for. */
function canReadFor(
  { level, include }: SearchQuery,
  { path, inStudy }: AskedKey,
  attribute: SearchAttribute | undefined,
  steps: Step[] | null,
): boolean {
  const [first] = steps ?? [];
  if (!inStudy || first === undefined || level === 'study' || attribute !== undefined) return false;
  const vr = registered(lastTag(path))?.vr;
  if (vr !== undefined && !isMatchable(vr)) return false;
  return 'creator' in first || isAtOrAbove(levelOf(first.tag, include), level);
}

function checked<T>(name: string, parse: () => T): T {
  try {
    return parse();
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

const lastTag = (path: string): string => path.slice(-8);
const isCreator = (tag: string): boolean => /^[0-9A-F]{3}[13579BDF]00[1-9A-F][0-9A-F]$/.test(tag);
const isPrivate = (tag: string): boolean => /^[0-9A-F]{3}[13579BDF][1-9A-F]/.test(tag);

/** Private creators that the query names, by the path of the element that reserves their block. */
function creatorsOf(asked: ReadonlyMap<string, string[]>): Map<string, string> {
  const creators = new Map<string, string>();
  for (const [path, values] of asked) {
    if (!isCreator(lastTag(path))) continue;
    if (values.length > 1) throw badParameter(path, 'it is given more than once', '重复给出');
    const [value = ''] = values;
    if (value.trim() !== '') creators.set(path, value.trim());
  }
  return creators;
}

const creatorPath = (path: string): string =>
  `${path.slice(0, -8)}${lastTag(path).slice(0, 4)}00${lastTag(path).slice(4, 6)}`;

/** The path of a key of our own block as the tables have it; block 10 is ours unless another creator is named. */
function hrPath(path: string, creators: ReadonlyMap<string, string>): string | null {
  if (!path.startsWith(HR_GROUP)) return null;
  const block = path.slice(4, 6);
  const creator = creators.get(creatorPath(path.slice(0, 8)));
  if (creator !== HR_CREATOR && !(creator === undefined && block === '10')) return null;
  const tags = path.split('.').map((tag) => (tag.startsWith(HR_GROUP + block) ? hrTag(tag.slice(6)) : tag));
  return tags.join('.');
}

/** The steps of a path; null where a private element has no creator. */
function stepsOf(path: string, creators: ReadonlyMap<string, string>): Step[] | null {
  const tags = path.split('.');
  const steps = tags.map((tag, i): Step | null => {
    if (!isPrivate(tag)) return { tag };
    const creator = creators.get(creatorPath(tags.slice(0, i + 1).join('.')));
    return creator === undefined ? null : { group: tag.slice(0, 4), creator, element: tag.slice(6) };
  });
  return steps.includes(null) ? null : (steps as Step[]);
}

/** What is returned beyond what every result has. */
class Include {
  readonly all: boolean;
  readonly tags = new Set<string>();
  readonly private: Step[] = [];
  readonly levels: ReadonlyMap<string, Level>;

  constructor(creators: ReadonlyMap<string, string>, values: string[], levels: ReadonlyMap<string, Level>) {
    this.levels = levels;
    const names = values
      .flatMap((value) => value.split(','))
      .map((name) => name.trim())
      .filter((name) => name !== '');
    this.all = names.includes('all');
    for (const name of names) {
      if (name === 'all') continue;
      // Of an attribute inside a sequence the whole sequence is returned.
      const [first = ''] = includePath(name).split('.');
      // Without its creator a private attribute is the one under just this tag.
      this.add(stepsOf(first, creators)?.[0] ?? { tag: first });
    }
  }

  add(step: Step | undefined): void {
    if (step === undefined) return;
    if ('creator' in step) this.private.push(step);
    else this.tags.add(step.tag);
  }
}

/** @throws HttpProblem 400 */
function includePath(name: string): string {
  const tags = name
    .split('.')
    .map((part) => (/^[0-9a-f]{8}$/i.test(part) ? part.toUpperCase() : tagOf(part)));
  if (tags.includes(undefined))
    throw badParameter(
      'includefield',
      `${printable(name)} is neither a DICOM keyword nor a tag`,
      '含有未知的属性名',
    );
  return tags.join('.');
}

/** Tags of `query` that only datasets hold and that results of its level may show. */
export function datasetTags(query: Pick<SearchQuery, 'include' | 'level'>): string[] {
  return [...query.include.tags].filter(
    (tag) => !columnTags.has(tag) && isAtOrAbove(levelOf(tag, query.include), query.level),
  );
}

/** Level of an attribute that only datasets hold, in results of a query. */
export function levelOf(tag: string, include: Pick<SearchQuery['include'], 'levels'>): Level {
  return include.levels.get(tag) ?? datasetLevel(tag);
}

const columnTags: ReadonlySet<string> = new Set([
  ...SEARCH_ATTRIBUTES.map((entry) => entry.tag),
  '00080005',
  '00080056',
  '00081190',
]);

/** Whether results need a dataset beside the columns. */
export function needsDataset(query: Pick<SearchQuery, 'include' | 'level'>): boolean {
  return query.include.all || query.include.private.length > 0 || datasetTags(query).length > 0;
}

function timezoneOf(values: string[] | undefined): number | null {
  if (values === undefined) return null;
  // A plus sign that was not percent-encoded arrives as a space.
  const text = (values[0] ?? '').replace(/^ /, '+').trim();
  if (text === '') return null;
  const minutes = values.length > 1 ? null : offsetMinutes(text);
  if (minutes === null)
    throw badParameter(
      'TimezoneOffsetFromUTC',
      'expected one offset such as +0800 (the plus sign as %2B)',
      '应为一个时区偏移，例如 +0800',
    );
  return minutes;
}

function flag(name: string, values: string[] | undefined): boolean {
  if (values === undefined) return false;
  const [value = ''] = values;
  const word = value.toLowerCase();
  if (values.length > 1 || !['true', 'false', ''].includes(word))
    throw badParameter(name, 'expected true or false, once', '应为 true 或 false');
  return word === 'true';
}

/** A larger number means the same: more than there can be (PS3.18 8.3.4.4.1 takes the least of limit and maximum). */
const LARGEST = 2 ** 31 - 1;

function wholeNumber(name: string, values: string[] | undefined): number | null {
  if (values === undefined) return null;
  const [value = ''] = values;
  if (values.length > 1 || !/^\d+$/.test(value)) {
    throw badParameter(name, 'expected one whole number that is not negative', '应为一个非负整数');
  }
  return Math.min(Number(value), LARGEST);
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
