/** Verdicts that people decide: the review list, decisions and their history. */
import {
  infiniteQueryOptions,
  keepPreviousData,
  queryOptions,
  type QueryClient,
} from '@tanstack/react-query';
import type {
  ConformanceHistoryBody,
  NewVerdictDecision,
  ReviewFacets,
  ReviewsPage,
  VerdictDecisionBody,
} from '@hutong/server/contract/conformance';
import { ApiError, getJson, queryOf, sendJson } from './http.ts';
import type { Copy } from './corrections.ts';

/** What narrows the review list. */
export interface ReviewFilters {
  hospital: string[];
  item: string[];
  modality: string[];
  /** Only those whose decision stood on evidence that changed. */
  stale: boolean;
}

const COUNT_EVERY_MS = 60_000;
const PAGE = '100';
const atConformance = ({ study }: Copy): string => `/api/studies/${encodeURIComponent(study)}/conformance`;

/** What waits for a person, the oldest first. */
export const reviewsQuery = (filters: ReviewFilters) =>
  infiniteQueryOptions({
    queryKey: ['reviews', 'list', filters],
    queryFn: ({ pageParam, signal }) => {
      const { hospital, item, modality, stale } = filters;
      const narrowed = { hospital, item, modality, stale: stale ? 'true' : null };
      return getJson<ReviewsPage>(
        `/api/reviews${queryOf({ ...narrowed, limit: PAGE, cursor: pageParam })}`,
        signal,
      );
    },
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
  });

export const reviewFacetsQuery = queryOptions({
  queryKey: ['reviews', 'facets'],
  queryFn: ({ signal }) => getJson<ReviewFacets>('/api/reviews/facets', signal),
  refetchInterval: COUNT_EVERY_MS,
  staleTime: 10_000,
});

/** Results and decisions of one hospital's copy of a study, newest first. */
export const conformanceHistoryQuery = (copy: Copy) =>
  queryOptions({
    queryKey: ['conformance-history', copy.hospital, copy.study],
    queryFn: ({ signal }) =>
      getJson<ConformanceHistoryBody>(
        `${atConformance(copy)}/history${queryOf({ hospital: copy.hospital })}`,
        signal,
      ),
  });

/** Decides on a verdict, or takes the decision back (`verdict: null`). */
export async function decideVerdict(copy: Copy, decision: NewVerdictDecision): Promise<void> {
  const path = `${atConformance(copy)}/decisions${queryOf({ hospital: copy.hospital })}`;
  await sendJson<VerdictDecisionBody>('POST', path, decision);
}

/** Whether a decision was refused because the result it was made on is no longer the present one. */
export const isEvidenceChanged = (error: unknown): boolean =>
  error instanceof ApiError && error.status === 409 && error.problem?.code === 'evidence-changed';

const TOUCHED = ['worklist', 'recent', 'conformance', 'conformance-history', 'reviews', 'labels'];

/** Has everything asked again that a decision on a verdict may have changed. */
export async function refreshAfterDecision(client: QueryClient): Promise<void> {
  await Promise.all(TOUCHED.map((name) => client.invalidateQueries({ queryKey: [name] })));
}
