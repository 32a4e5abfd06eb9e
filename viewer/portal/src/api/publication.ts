import { keepPreviousData, queryOptions } from '@tanstack/react-query';
import type { PublicationBody } from '@hutong/server/contract/publication';
import { getJson } from './http.ts';

const queryOf = (asOf: string): string => (asOf === '' ? '' : `?${new URLSearchParams({ asOf }).toString()}`);

/** What is published; for a day, or for today where that is empty. */
export const publicationQuery = (asOf: string) =>
  queryOptions({
    queryKey: ['publication', asOf],
    queryFn: ({ signal }) => getJson<PublicationBody>(`/api/publication${queryOf(asOf)}`, signal),
    placeholderData: keepPreviousData,
    staleTime: 60_000,
  });

export const publicationTableUrl = (asOf: string): string => `/api/publication/table${queryOf(asOf)}`;
