/** The portal's questions to the server, as TanStack queries. */
import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { SessionInfo, WorklistFacets, WorklistPage } from '@hutong/server/contract';
import type { StudyConformanceBody } from '@hutong/server/contract/conformance';
import { getJson } from './http.ts';

export const sessionQuery = queryOptions({
  queryKey: ['session'],
  queryFn: ({ signal }) => getJson<SessionInfo>('/api/session', signal),
  staleTime: 60_000,
});

export const facetsQuery = queryOptions({
  queryKey: ['facets'],
  queryFn: ({ signal }) => getJson<WorklistFacets>('/api/worklist/facets', signal),
  staleTime: 60_000,
});

/**
 * The conformance result of one hospital's copy of a study; asked again every few seconds while it is pending, and
 * when the row's own state (`seen`) changes.
 */
export const conformanceQuery = (hospital: string, studyInstanceUid: string, seen: string) =>
  queryOptions({
    queryKey: ['conformance', hospital, studyInstanceUid, seen],
    queryFn: ({ signal }) => getConformance(hospital, studyInstanceUid, signal),
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) => (state.data?.status === 'pending' ? 4_000 : false),
  });

/** `GET /api/studies/{uid}/conformance` of the copy of one hospital. */
export function getConformance(
  hospital: string,
  studyInstanceUid: string,
  signal?: AbortSignal,
): Promise<StudyConformanceBody> {
  const query = new URLSearchParams({ hospital }).toString();
  return getJson(`/api/studies/${encodeURIComponent(studyInstanceUid)}/conformance?${query}`, signal);
}

/** One page of `GET /api/worklist`. */
export function getWorklist(
  query: URLSearchParams,
  page: { limit: number; cursor: string | null; sort?: 'receivedAt' },
  signal?: AbortSignal,
): Promise<WorklistPage> {
  const params = new URLSearchParams(query);
  params.set('limit', String(page.limit));
  if (page.cursor !== null) params.set('cursor', page.cursor);
  if (page.sort !== undefined) params.set('sort', page.sort);
  return getJson(`/api/worklist?${params.toString()}`, signal);
}
