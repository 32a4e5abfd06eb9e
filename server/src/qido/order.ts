import type { Parameters } from '../dicomweb/statement.ts';
import type { Level } from './attributes.ts';

/** Columns that the results are ordered by: newest study first, inside of it by number. */
interface Order {
  /** Descending; none inside one study. */
  study: SortColumn[];
  /** Ascending. */
  below: SortColumn[];
}

interface SortColumn {
  /** In the tables of the search. */
  sql: string;
  /** In the rows of the page. */
  page: string;
  type: string;
}

/** What the results are ordered by beside their level. */
export interface OrderedBy {
  level: Level;
  /** The results are of one study. */
  oneStudy: boolean;
  /** The study may be of several hospitals, so that its series have several ids. */
  union: boolean;
}

/** A number that may be missing, then last. */
const numbered = (table: string, alias: string, number: string): SortColumn[] => [
  { sql: `(${alias}.${number} IS NULL)`, page: `(page.${table}_${number} IS NULL)`, type: 'boolean' },
  { sql: `coalesce(${alias}.${number}, 0)`, page: `coalesce(page.${table}_${number}, 0)`, type: 'integer' },
];

/** The id, which nothing else has. */
const identified = (table: string, alias: string): SortColumn[] => [
  { sql: `${alias}.${table}_id`, page: `page.${table}_id`, type: 'bigint' },
];

/** What tells series apart above their instances: of a study of several hospitals the UID, which all copies have. */
const seriesOf = ({ level, oneStudy, union }: OrderedBy): SortColumn[] =>
  level === 'instance' && oneStudy && union
    ? [{ sql: 'e.series_instance_uid', page: 'page.series_series_instance_uid', type: 'text' }]
    : identified('series', 'e');

function orderOf(by: OrderedBy): Order {
  const { level, oneStudy } = by;
  const study: SortColumn[] = [
    { sql: 's.study_date', page: 'page.study_study_date', type: 'text' },
    { sql: 's.study_id', page: 'page.study_id', type: 'bigint' },
  ];
  return {
    study: oneStudy && level !== 'study' ? [] : study,
    below: [
      ...(level === 'study' ? [] : [...numbered('series', 'e', 'series_number'), ...seriesOf(by)]),
      ...(level === 'instance'
        ? [...numbered('instance', 'i', 'instance_number'), ...identified('instance', 'i')]
        : []),
    ],
  };
}

/** ORDER BY of a search. */
export function orderBy(by: OrderedBy): string {
  const { level, oneStudy } = by;
  const study = oneStudy && level !== 'study' ? [] : ['s.study_date DESC', 's.study_id DESC'];
  const series = level === 'study' ? [] : ['e.series_number', ...seriesOf(by).map(({ sql }) => sql)];
  const instance = level === 'instance' ? ['i.instance_number', 'i.instance_id'] : [];
  return [...study, ...series, ...instance].join(', ');
}

/** SQL of the sort key of a row of the page, as text. */
export function sortKey(by: OrderedBy): string {
  const { study, below } = orderOf(by);
  return `ARRAY[${[...study, ...below].map(({ page }) => `${page}::text`).join(', ')}]`;
}

/** Condition that a row comes after the one with a sort key. */
export function comesAfter(by: OrderedBy, after: readonly string[], parameters: Parameters): string {
  const { study, below } = orderOf(by);
  const places = [...study, ...below].map(({ type }, i) => parameters.add(after[i], type));
  const row = (columns: readonly string[]): string => `(${columns.join(', ')})`;
  const [own, known] = [study.map(({ sql }) => sql), places.slice(0, study.length)];
  const behind = `${row(below.map(({ sql }) => sql))} > ${row(places.slice(study.length))}`;
  if (study.length === 0) return behind;
  if (below.length === 0) return `${row(own)} < ${row(known)}`;
  return `${row(own)} <= ${row(known)} AND (s.study_id <> ${known[1]} OR ${behind})`;
}
