/** Orders and reports of hospital systems. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import type {
  InboxPage,
  OrderQuery,
  OrdersPage,
  ReportVersions,
  StudyReports,
  TurnaroundAnswer,
} from '@hutong/server/contract/orders';
import { getJson, postJson, queryOf, sendJson } from './http.ts';

export interface Copy {
  hospital: string;
  study: string;
}

/** Reports of one hospital's copy of a study. Asking is on record as a look at them. */
export const reportsQuery = ({ hospital, study }: Copy) =>
  queryOptions({
    queryKey: ['reports', hospital, study],
    queryFn: ({ signal }) =>
      getJson<StudyReports>(`/api/studies/${study}/reports${queryOf({ hospital })}`, signal),
    staleTime: 60_000,
  });

export const reportVersionsQuery = ({ hospital, study }: Copy, report: string) =>
  queryOptions({
    queryKey: ['reports', hospital, study, report],
    queryFn: ({ signal }) =>
      getJson<ReportVersions>(
        `/api/studies/${study}/reports/${report}/versions${queryOf({ hospital })}`,
        signal,
      ),
  });

/** What a search answers; it always has a body. */
async function search<Body>(path: string, body: object): Promise<Body> {
  const found = await sendJson<Body>('POST', path, body);
  if (found === null) throw new Error('a search without an answer');
  return found;
}

export type OrderFilters = Pick<OrderQuery, 'q' | 'images'>;

export const ordersQuery = (filters: OrderFilters) =>
  infiniteQueryOptions({
    queryKey: ['orders', filters],
    queryFn: ({ pageParam }) => search<OrdersPage>('/api/orders/search', { ...filters, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });

export const allInbox = ['inbox'] as const;

export const inboxQuery = (state: 'failed' | null) =>
  infiniteQueryOptions({
    queryKey: [...allInbox, state],
    queryFn: ({ pageParam }) => search<InboxPage>('/api/orders/inbox', { state, cursor: pageParam }),
    initialPageParam: null as string | null,
    getNextPageParam: ({ next }) => next,
    refetchInterval: 30_000,
  });

export const seeFile = (id: number): Promise<void> => postJson(`/api/orders/inbox/${id}/seen`, {});

export const turnaroundQuery = (days: number) =>
  queryOptions({
    queryKey: ['turnaround', days],
    queryFn: () => {
      const until = new Date();
      const from = new Date(until.getTime() - days * 86_400_000);
      return search<TurnaroundAnswer>('/api/reports/turnaround', {
        from: from.toISOString(),
        until: until.toISOString(),
      });
    },
  });
