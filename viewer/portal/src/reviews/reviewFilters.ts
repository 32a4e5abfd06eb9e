/** The review list's filters in the page's address, and steps through its rows. Pure. */
import type { ReviewFilters } from '../api/reviews.ts';
import type { ReviewBody } from '@hutong/server/contract/conformance';

export const MODALITIES = ['DX', 'CR', 'MG', 'CT', 'MR'] as const;

const listOf = (params: URLSearchParams, name: string): string[] =>
  [...new Set(params.getAll(name))].filter((value) => value !== '');

/** Reads filters from an address. */
export function filtersFromAddress(params: URLSearchParams): ReviewFilters {
  return {
    hospital: listOf(params, 'hospital'),
    item: listOf(params, 'item'),
    modality: listOf(params, 'modality'),
    stale: params.get('stale') === 'true',
  };
}

/** The address of filters. */
export function addressOfFilters({ hospital, item, modality, stale }: ReviewFilters): URLSearchParams {
  const params = new URLSearchParams();
  for (const [name, values] of Object.entries({ hospital, item, modality })) {
    for (const value of values) params.append(name, value);
  }
  if (stale) params.set('stale', 'true');
  return params;
}

export const isNarrowed = ({ hospital, item, modality, stale }: ReviewFilters): boolean =>
  stale || hospital.length + item.length + modality.length > 0;

/** Identity of a row: a study of one hospital, and one item. */
export const reviewKey = ({
  hospital,
  studyInstanceUid,
  itemCode,
}: Pick<ReviewBody, 'hospital' | 'studyInstanceUid' | 'itemCode'>): string =>
  `${hospital.code}/${studyInstanceUid}/${itemCode}`;

/** The row to go on with once one is decided: the one behind it, at the end the one before it; null when it was the last. */
export function afterDecided<Row>(rows: readonly Row[], at: number): Row | null {
  return rows[at + 1] ?? rows[at - 1] ?? null;
}

/** The row `by` rows further, without leaving the list; the first when none is chosen. */
export function stepped(length: number, at: number, by: number): number {
  if (length === 0) return -1;
  return at === -1 ? 0 : Math.max(0, Math.min(length - 1, at + by));
}
