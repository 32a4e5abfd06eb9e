import { hrColumns } from '../dicomweb/hrColumns.ts';
import { inView, Parameters } from '../dicomweb/statement.ts';
import { type Level, SEARCH_ATTRIBUTES } from './attributes.ts';
import { type Aliases, conditionsSql } from './conditionSql.ts';
import { datasetTags, type SearchQuery } from './parseQuery.ts';

/** Where a search takes place: everywhere, or inside the study and series of the path. */
export interface SearchPath {
  studyInstanceUid: string | null;
  seriesInstanceUid: string | null;
}

export interface Statement {
  text: string;
  values: unknown[];
  /** Results asked for; one row more is read to know whether there are more. */
  limit: number;
}

/** Remaining results are counted up to here; the Warning then says that there are more. */
export const MAX_COUNTED = 1000;

/** Most results of one search, and how many are given when no limit is asked for (PS3.18 8.3.4.4.1). */
export const MAX_RESULTS = { everywhere: 1000, inStudy: 10_000 } as const;

const FIRST: Aliases = { study: 's', series: 'e', instance: 'i' };
const OTHER: Aliases = { study: 'os', series: 'oe', instance: 'oi' };

const JOINS: Record<Level, (a: Aliases) => string> = {
  study: (a) => `study ${a.study}`,
  series: (a) => `study ${a.study} JOIN series ${a.series} ON ${a.series}.study_id = ${a.study}.study_id`,
  instance: (a) =>
    `${JOINS.series(a)} JOIN instance ${a.instance} ON ${a.instance}.series_id = ${a.series}.series_id`,
};

/**
 * The one statement of a search. The caller's hospitals are its parameter. In the union of several hospitals each
 * study, series and instance appears once, as the copy that matches of the hospital that stored the study first.
 *
 * @param hospitals as `hospitalsInView` gives them
 */
export function searchStatement(
  query: SearchQuery,
  path: SearchPath,
  hospitals: readonly string[] | null,
): Statement {
  const parameters = new Parameters();
  const { level } = query;
  const most = path.studyInstanceUid === null ? MAX_RESULTS.everywhere : MAX_RESULTS.inStudy;
  const limit = Math.min(query.limit ?? most, most);
  const matching = (aliases: Aliases): string =>
    [
      inView(aliases.study, hospitals, parameters),
      ...(path.studyInstanceUid === null
        ? []
        : [`${aliases.study}.study_instance_uid = ${parameters.add(path.studyInstanceUid, 'text')}`]),
      ...(path.seriesInstanceUid === null
        ? []
        : [`${aliases.series}.series_instance_uid = ${parameters.add(path.seriesInstanceUid, 'text')}`]),
      ...conditionsSql(query.keys, aliases, parameters),
    ].join('\n   AND ');

  const union = hospitals === null || hospitals.length > 1;
  const found = `FROM ${JOINS[level](FIRST)}
 WHERE ${matching(FIRST)}${union ? `\n   AND ${firstCopy(level, matching(OTHER))}` : ''}`;
  const order = orderBy(level, path);
  const take = parameters.add(limit + 1, 'bigint');
  const skip = parameters.add(query.offset, 'bigint');
  const afterwards = parameters.add(query.offset + limit, 'bigint');
  const text = `WITH page AS MATERIALIZED (
SELECT ${columns(level, datasetTags(query).length > 0 || query.include.all)},
       row_number() OVER (ORDER BY ${order}) AS position
${found}
 ORDER BY ${order}
 LIMIT ${take} OFFSET ${skip})
SELECT page.*,
       CASE WHEN (SELECT count(*) FROM page) = ${take}
            THEN (SELECT count(*) FROM (SELECT 1 ${found} OFFSET ${afterwards} LIMIT ${MAX_COUNTED}) AS rest)
            ELSE 0 END AS remaining${beside(level, union, hospitals, parameters)}
  FROM page
 ORDER BY page.position`;
  return { text, values: parameters.values, limit };
}

function columns(level: Level, withDataset: boolean): string {
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
  const fixed = ['s.study_id', 's.hospital_code', 's.conformance_revision'];
  if (level === 'series') fixed.push('e.series_id');
  const dataset: Record<Level, string> = {
    study: '(SELECT d.dataset FROM instance d WHERE d.study_id = s.study_id LIMIT 1)',
    series: '(SELECT d.dataset FROM instance d WHERE d.series_id = e.series_id LIMIT 1)',
    instance: 'i.dataset',
  };
  return [...fixed, ...names, ...(withDataset ? [`${dataset[level]} AS dataset`] : [])].join(', ');
}

/** Condition that no readable and matching copy of a hospital that stored the study earlier has the same. */
function firstCopy(level: Level, matchingOther: string): string {
  const same = ['os.study_instance_uid = s.study_instance_uid'];
  if (level !== 'study') same.push('oe.series_instance_uid = e.series_instance_uid');
  if (level === 'instance') same.push('oi.sop_instance_uid = i.sop_instance_uid');
  // A scalar subquery stays one index probe a row, where NOT EXISTS may become a join over whole tables; of `=` the
  // planner would expect hardly a row, and so sort the whole table. The row itself is one of those looked at.
  return `s.study_id <= (SELECT min(os.study_id) FROM ${JOINS[level](OTHER)}
 WHERE ${same.join(' AND ')} AND ${matchingOther})`;
}

function orderBy(level: Level, path: SearchPath): string {
  const study = path.studyInstanceUid === null ? ['s.study_date DESC', 's.study_id DESC'] : [];
  const series = ['e.series_number', 'e.series_id'];
  const instance = ['i.instance_number', 'i.instance_id'];
  if (level === 'study') return 's.study_date DESC, s.study_id DESC';
  return [...study, ...series, ...(level === 'instance' ? instance : [])].join(', ');
}

/** What stands beside the rows of the page: the united counts, and the HR facts of studies. */
function beside(
  level: Level,
  union: boolean,
  hospitals: readonly string[] | null,
  parameters: Parameters,
): string {
  const extra: string[] = [];
  if (level === 'study') {
    extra.push(hrColumns('page'));
  }
  if (union && level !== 'instance') extra.push(`${unitedCounts(level, hospitals, parameters)} AS united`);
  return extra.map((sql) => `,\n       ${sql}`).join('');
}

/** Counts and lists over all readable copies; null for the usual study that only one hospital has. */
function unitedCounts(
  level: 'study' | 'series',
  hospitals: readonly string[] | null,
  parameters: Parameters,
): string {
  const uid = 'page.study_study_instance_uid';
  const copies = `FROM study o WHERE o.study_instance_uid = ${uid} AND ${inView('o', hospitals, parameters)}`;
  const series = `FROM study o JOIN series p ON p.study_id = o.study_id WHERE o.study_instance_uid = ${uid} AND ${inView('o', hospitals, parameters)}`;
  const instances = `FROM study o JOIN series p ON p.study_id = o.study_id JOIN instance q ON q.series_id = p.series_id WHERE o.study_instance_uid = ${uid} AND ${inView('o', hospitals, parameters)}`;
  const facts =
    level === 'study'
      ? `json_build_object(
           'series', (SELECT count(DISTINCT p.series_instance_uid) ${series}),
           'instances', (SELECT count(DISTINCT (p.series_instance_uid, q.sop_instance_uid)) ${instances}),
           'modalities', (SELECT array_agg(DISTINCT m ORDER BY m) FROM study o, unnest(o.modalities) AS m WHERE o.study_instance_uid = ${uid} AND ${inView('o', hospitals, parameters)}))`
      : `json_build_object('instances', (SELECT count(DISTINCT q.sop_instance_uid) ${instances} AND p.series_instance_uid = page.series_series_instance_uid))`;
  return `CASE WHEN (SELECT count(*) FROM (SELECT 1 ${copies} LIMIT 2) AS copies) > 1 THEN ${facts} END`;
}
