import type { View } from '../context.ts';
import { hrColumns } from '../dicomweb/hrColumns.ts';
import type { HiddenCopy } from '../dicomweb/copies.ts';
import { inView, isUnion, Parameters } from '../dicomweb/statement.ts';
import { type Level, SEARCH_ATTRIBUTES } from './attributes.ts';
import { conditionsSql } from './conditionSql.ts';
import { comesAfter, orderBy, type OrderedBy, sortKey } from './order.ts';
import { needsDataset, type SearchKey, type SearchQuery } from './parseQuery.ts';
import { type Aliases, FIRST, JOINS, OTHER, pathSql, type SearchPath } from './tables.ts';
import type { Walk } from './walk.ts';

/** What a search is narrowed to by keys that no column holds. */
export interface DatasetMatches {
  column: 'series_id' | 'instance_id';
  ids: number[];
}

export interface Search {
  query: SearchQuery;
  path: SearchPath;
  view: View;
  walk: Walk;
  /** Sort key of the last result that was seen; null: the offset counts from the beginning. */
  after: readonly string[] | null;
  /** What keys that no column holds narrow the search to; null: there are none. */
  matches: DatasetMatches | null;
  /** Copies that are not shown in the view. */
  hidden: readonly HiddenCopy[];
}

export interface Statement {
  text: string;
  values: unknown[];
  /** Results asked for. */
  limit: number;
  /** Whether one plan is right whatever the values are, so that it may be kept. */
  onePlan: boolean;
}

/**
 * Remaining results are counted up to here; the Warning then says that there are more. They are found in the same walk
 * as the results, so a large number would make every list as slow as a long one.
 */
export const MAX_COUNTED = 200;

/** Most results of one search, and how many are given when no limit is asked for (PS3.18 8.3.4.4.1). */
export const MAX_RESULTS = { everywhere: 1000, inStudy: 10_000 } as const;

/** Farthest offset that is counted from the beginning; walking from page to page goes as far as there are results. */
export const MAX_OFFSET = 100_000;

/**
 * The one statement of a search. What the caller sees is its parameter. In the union of several hospitals each
 * study, series and instance appears once, as the copy that matches of the hospital that stored the study first. Copies
 * that are not shown are taken out by their ids: whether a copy is of the patient of the first one is too much to ask of
 * each row, so the statement says which of those it found come `later`, and is asked again when one is hidden.
 */
export function searchStatement({ query, path, view, walk, after, matches, hidden }: Search): Statement {
  const parameters = new Parameters();
  const { level } = query;
  const inStudy = path.studyInstanceUid !== null;
  const most = inStudy ? MAX_RESULTS.inStudy : MAX_RESULTS.everywhere;
  const limit = Math.min(query.limit ?? most, most);
  const hiddenIds = hidden.map(({ id }) => id);
  const matching = (aliases: Aliases): string =>
    [
      inView(aliases.study, view, parameters),
      ...(hiddenIds.length === 0
        ? []
        : [`${aliases.study}.study_id <> ALL (${parameters.add(hiddenIds, 'bigint[]')})`]),
      ...pathSql(path, aliases, parameters),
      ...conditionsSql(query, aliases, parameters),
      ...(matches === null ? [] : [matchedSql(matches, aliases, parameters)]),
    ].join('\n   AND ');

  const union = isUnion(view);
  const by: OrderedBy = { level, oneStudy: namesOneStudy(query, path), union };
  const conditions = [matching(FIRST)];
  if (union) conditions.push(firstCopy(level, matching(OTHER)));
  if (after !== null) conditions.push(comesAfter(by, after, parameters));
  const found = `FROM ${JOINS[level](FIRST)}
 WHERE ${conditions.join('\n   AND ')}`;
  const order = orderBy(by);
  const offset = after === null ? query.offset : 0;
  const selective = isSelective(query, path);
  // Without keys the plan depends on the limit alone: said as a number, it is known when the plan is made.
  const known = query.keys.length === 0 && offset === 0 && hidden.length === 0 && USUAL_LIMITS.has(limit);
  // Of many hidden copies each further statement finds more.
  const take = limit + Math.max(MAX_COUNTED, 2 * hidden.length);
  const bounds = known
    ? `LIMIT ${take}`
    : `LIMIT ${parameters.add(take, 'bigint')} OFFSET ${parameters.add(offset, 'bigint')}`;
  const end = parameters.add(offset + limit, 'bigint');
  // Without a limit above 0 one row carries the count.
  const shown = parameters.add(offset + Math.max(limit, 1), 'bigint');
  const page = parameters.add(walk.pageAt(query.offset + limit), 'bytea');
  const key = sortKey(by);
  const text = `WITH found AS MATERIALIZED (
SELECT ${idsOf(level).join(', ')}${union ? ', s.later_copy' : ''}, row_number() OVER (ORDER BY ${order}) AS position
${found}
 ORDER BY ${order}
 ${bounds}),
page AS MATERIALIZED (
SELECT ${columns(level)}, found.position
  FROM found ${backFrom(level)}
 WHERE found.position <= ${shown}),
walked AS (
INSERT INTO search_walk (walk, after)
SELECT ${page}, ${key} FROM page
 WHERE page.position = ${end} AND EXISTS (SELECT FROM found WHERE found.position > ${end})
   AND NOT EXISTS (SELECT FROM search_walk w
                    WHERE w.walk = ${page} AND w.after = ${key} AND w.at > now() - interval '10 minutes')
    ON CONFLICT (walk) DO UPDATE SET after = EXCLUDED.after, at = now())
SELECT page.*,
       (SELECT count(*) FROM found WHERE found.position > ${end}) AS remaining${beside(query, union, view, parameters)}
  FROM page
 ORDER BY page.position`;
  return { text, values: parameters.values, limit, onePlan: selective || known };
}

/** Limits that viewers and lists ask for; of each a prepared statement is kept. */
const USUAL_LIMITS: ReadonlySet<number> = new Set([10, 20, 21, 25, 50, 51, 100, 101, 200, 500, 1000]);

const idsOf = (level: Level): string[] => [
  's.study_id',
  ...(level === 'study' ? [] : ['e.series_id']),
  ...(level === 'instance' ? ['i.instance_id'] : []),
];

/** From the ids that were found back to the rows. */
const backFrom = (level: Level): string =>
  [
    'JOIN study s ON s.study_id = found.study_id',
    ...(level === 'study' ? [] : ['JOIN series e ON e.series_id = found.series_id']),
    ...(level === 'instance' ? ['JOIN instance i ON i.instance_id = found.instance_id'] : []),
  ].join(' ');

const SELECTIVE: ReadonlySet<string> = new Set([
  'study_instance_uid',
  'series_instance_uid',
  'sop_instance_uid',
  'patient_id',
  'accession_number',
]);

const hasOneValue = ({ condition }: SearchKey): boolean =>
  condition.kind === 'anyOf' && condition.values.length === 1;

/** Whether hardly more than the answer is read, whatever the values are. */
const isSelective = (query: SearchQuery, path: SearchPath): boolean =>
  path.studyInstanceUid !== null ||
  query.keys.some((key) => hasOneValue(key) && SELECTIVE.has(key.attribute.column));

/** Whether all results are of one StudyInstanceUID. */
export const namesOneStudy = (query: SearchQuery, path: SearchPath): boolean =>
  path.studyInstanceUid !== null ||
  query.keys.some((key) => hasOneValue(key) && key.attribute.column === 'study_instance_uid');

function matchedSql({ column, ids }: DatasetMatches, aliases: Aliases, parameters: Parameters): string {
  const alias = column === 'series_id' ? aliases.series : aliases.instance;
  return `${alias}.${column} = ANY (${parameters.add(ids, 'bigint[]')})`;
}

function columns(level: Level): string {
  const tables: Level[] =
    level === 'study'
      ? ['study']
      : level === 'series'
        ? ['study', 'series']
        : ['study', 'series', 'instance'];
  const names = tables.flatMap((table) => {
    const alias = FIRST[table];
    const own = SEARCH_ATTRIBUTES.filter((entry) => entry.level === table && entry.returned !== 'never');
    return own.flatMap(({ column, matching }) =>
      matching === 'personName'
        ? ['alphabetic', 'ideographic', 'phonetic'].map((group) => `${alias}.${column}_${group}`)
        : [`${alias}.${column} AS ${table}_${column}`],
    );
  });
  const fixed = ['s.study_id'];
  if (level === 'study') fixed.push('s.hospital_code', 's.conformance_revision', 's.judged_revision');
  if (level !== 'study') fixed.push('e.series_id');
  if (level === 'instance') fixed.push('i.instance_id');
  return [...fixed, ...names].join(', ');
}

/** Condition that no readable and matching copy of a hospital that stored the study earlier has the same. */
function firstCopy(level: Level, matchingOther: string): string {
  const same = ['os.study_instance_uid = s.study_instance_uid'];
  if (level !== 'study') same.push('oe.series_instance_uid = e.series_instance_uid');
  if (level === 'instance') same.push('oi.sop_instance_uid = i.sop_instance_uid');
  // A scalar subquery stays one index probe a row, where NOT EXISTS may become a join over whole tables; of `=` the
  // planner would expect hardly a row, and so sort the whole table. The row itself is one of those looked at.
  return `(NOT s.later_copy OR s.study_id <= (SELECT min(os.study_id) FROM ${JOINS[level](OTHER)}
 WHERE ${same.join(' AND ')} AND ${matchingOther}))`;
}

/** What stands beside the rows of the page: the HR facts of studies, whether others have copies, a dataset to look into. */
function beside(query: SearchQuery, union: boolean, view: View, parameters: Parameters): string {
  const { level } = query;
  const extra: string[] = [];
  if (level === 'study') extra.push(hrColumns('page'));
  if (union) {
    extra.push('ARRAY(SELECT DISTINCT study_id FROM found WHERE later_copy) AS later');
    // Of many rows of one study it is asked once, and by index: EXISTS may become a join over the whole table.
    extra.push(`page.study_study_instance_uid = ANY (ARRAY(
         SELECT p.uid FROM (SELECT DISTINCT study_study_instance_uid AS uid, study_id FROM page) AS p
          WHERE (SELECT o.study_id FROM study o WHERE o.study_instance_uid = p.uid AND o.study_id <> p.study_id
                    AND ${inView('o', view, parameters)} LIMIT 1) IS NOT NULL)) AS copied`);
  }
  if (needsDataset(query)) {
    extra.push(`(SELECT json_build_object('instance_id', d.instance_id, 'size', pg_column_size(d.dataset))
          FROM instance d WHERE d.${level}_id = page.${level}_id LIMIT 1) AS listed`);
  }
  return extra.map((sql) => `,\n       ${sql}`).join('');
}
