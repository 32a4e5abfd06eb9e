/**
 * The worklist's filters: their form in the page's address, and the query they make of the API. The search text
 * may be a patient's name: it is never part of the address.
 */
import { formatDay } from '../format/format.ts';

export const VERDICTS = ['PASS', 'FAIL', 'REVIEW', 'PENDING', 'NOT_LISTED'] as const;
export type WorklistVerdict = (typeof VERDICTS)[number];

export const DATE_PRESETS = ['today', '3d', '7d', '30d'] as const;
export type DatePreset = (typeof DATE_PRESETS)[number];

export type DateFilter =
  | { kind: 'all' }
  | { kind: 'preset'; preset: DatePreset }
  /** Study dates, YYYY-MM-DD, both included; an empty side is open. */
  | { kind: 'range'; from: string; to: string };

export type SortOrder = 'studyDate' | 'receivedAt';

/** All that the address carries. */
export interface Filters {
  hospital: string[];
  item: string[];
  modality: string[];
  verdict: WorklistVerdict[];
  /** `any`, `none`, a label's text, or empty for no filter. */
  label: string;
  date: DateFilter;
  sort: SortOrder;
}

export const NO_FILTERS: Filters = {
  hospital: [],
  item: [],
  modality: [],
  verdict: [],
  label: '',
  date: { kind: 'all' },
  sort: 'studyDate',
};

const DAYS: Record<DatePreset, number> = { today: 1, '3d': 3, '7d': 7, '30d': 30 };

/** Whether a text is a day of the calendar, YYYY-MM-DD. */
function isDay(text: string): boolean {
  const at = /^\d{4}-\d\d-\d\d$/.test(text) ? Date.parse(`${text}T00:00:00Z`) : NaN;
  return !Number.isNaN(at) && new Date(at).toISOString().startsWith(text);
}
const oneOf = <T extends string>(known: readonly T[], text: string | null): T | undefined =>
  known.find((value) => value === text);

function dateFromParams(params: URLSearchParams): DateFilter {
  const preset = oneOf(DATE_PRESETS, params.get('date'));
  if (preset !== undefined) return { kind: 'preset', preset };
  const from = params.get('from') ?? '';
  const to = params.get('to') ?? '';
  const range = { from: isDay(from) ? from : '', to: isDay(to) ? to : '' };
  return range.from === '' && range.to === '' ? { kind: 'all' } : { kind: 'range', ...range };
}

/** Reads filters from an address; what is unknown or malformed there is ignored. */
export function filtersFromParams(params: URLSearchParams): Filters {
  const list = (name: string): string[] => [...new Set(params.getAll(name))].filter((value) => value !== '');
  return {
    hospital: list('hospital'),
    item: list('item'),
    modality: list('modality'),
    verdict: VERDICTS.filter((verdict) => params.getAll('verdict').includes(verdict)),
    label: params.get('label') ?? '',
    date: dateFromParams(params),
    sort: params.get('sort') === 'receivedAt' ? 'receivedAt' : 'studyDate',
  };
}

function appendShared(params: URLSearchParams, filters: Filters): void {
  for (const name of ['hospital', 'item', 'modality', 'verdict'] as const) {
    for (const value of filters[name]) params.append(name, value);
  }
  if (filters.label !== '') params.set('label', filters.label);
  if (filters.sort !== 'studyDate') params.set('sort', filters.sort);
}

/** The address of filters; default values are left out. */
export function paramsFromFilters(filters: Filters): URLSearchParams {
  const params = new URLSearchParams();
  appendShared(params, filters);
  if (filters.date.kind === 'preset') params.set('date', filters.date.preset);
  if (filters.date.kind === 'range') {
    if (filters.date.from !== '') params.set('from', filters.date.from);
    if (filters.date.to !== '') params.set('to', filters.date.to);
  }
  return params;
}

/** First and last study date of a date filter, YYYY-MM-DD; a preset counts today as its last day. */
export function dateBounds(date: DateFilter, today: Date): { from: string; to: string } {
  if (date.kind === 'all') return { from: '', to: '' };
  if (date.kind === 'range') return { from: date.from, to: date.to };
  const first = new Date(today.getFullYear(), today.getMonth(), today.getDate() - DAYS[date.preset] + 1);
  return { from: formatDay(first), to: formatDay(today) };
}

/** Query of `GET /api/worklist` for filters and a search text. */
export function worklistQuery(filters: Filters, search: string, today: Date): URLSearchParams {
  const params = new URLSearchParams();
  appendShared(params, filters);
  const text = search.trim();
  if (text !== '') params.set('q', text);
  const { from, to } = dateBounds(filters.date, today);
  if (from !== '') params.set('from', from);
  if (to !== '') params.set('to', to);
  return params;
}

/** How many filters are in force, the search text not counted. */
export function activeFilterCount(filters: Filters): number {
  const lists = [filters.hospital, filters.item, filters.modality, filters.verdict];
  return (
    lists.filter((list) => list.length > 0).length +
    (filters.label === '' ? 0 : 1) +
    (filters.date.kind === 'all' ? 0 : 1)
  );
}

/** Adds a value to a list, or takes it away when it is there. */
export function toggled<T extends string>(list: readonly T[], value: T): T[] {
  return list.includes(value) ? list.filter((each) => each !== value) : [...list, value];
}
