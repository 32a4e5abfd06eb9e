import { results, value, equal, type JsonDataset } from '../check.ts';
import { searchStudies, type SearchData } from '../material/searchStudies.ts';
import type { Request } from '../http.ts';
import { row, type Level, type Row } from '../row.ts';

export const JSON_TYPE = 'application/dicom+json';
export const ask = (path: string): Request => ({ path, headers: { accept: JSON_TYPE } });
export const encode = encodeURIComponent;

export const TAG = {
  study: '0020000D',
  series: '0020000E',
  instance: '00080018',
} as const;

/** Letters of the studies found, in order of the alphabet. */
export function letters(found: readonly JsonDataset[], data: SearchData): string {
  const uids = new Set(found.map((dataset) => value(dataset, TAG.study)));
  return (['A', 'B', 'C', 'D', 'E'] as const).filter((letter) => uids.has(data[letter].study)).join('');
}

export interface MatchPlan {
  id: string;
  section?: string;
  level?: Level;
  statement: string;
  query: string | ((data: SearchData) => string);
  /** Studies that are found. */
  found: string;
  resource?: 'studies' | 'series' | 'instances';
  /** Whether the scope of the run is added; it is not when the query holds a PatientID of its own. */
  scoped?: boolean;
}

const queryOf = ({ query, scoped }: MatchPlan, data: SearchData): string =>
  [typeof query === 'string' ? query : query(data), ...(scoped === false ? [] : [data.scope])].join('&');

export function matchRow(plan: MatchPlan): Row {
  return row({
    id: plan.id,
    section: plan.section ?? '10.6.1.2',
    level: plan.level ?? 'required',
    statement: plan.statement,
    given: searchStudies,
    request: (data) => ask(`/${plan.resource ?? 'studies'}?${queryOf(plan, data)}`),
    expect: (answer, data) => equal(letters(results(answer), data), plan.found, 'studies found'),
  });
}
