import { useCallback, useEffect, useMemo, useState } from 'react';
import { keepPreviousData, useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import type { WorklistStudy } from '@hutong/server/contract';
import { getConformance, getWorklist } from '../api/queries.ts';
import { worklistQuery, type Filters } from './filters.ts';
import { judged, rowsOf, withNewer, type LoadedPage, type LoadedPages } from './pages.ts';
import { arrivals, studyKey } from './study.ts';

const PAGE = 100;
/** Newest received studies that one look at the server covers. */
const RECENT = 100;
const LOOK_EVERY_MS = 10_000;
const LOOK_WHILE_PENDING_MS = 4_000;
/** Waiting rows beyond the newest received that are asked for one by one in one look. */
const PENDING_AT_ONCE = 5;

/** Rows, count and news of the list under the filters in force; nothing is asked until `enabled`. */
export function useWorklist(filters: Filters, search: string, enabled: boolean) {
  const client = useQueryClient();
  const day = new Date().toDateString();
  const query = useMemo(() => worklistQuery(filters, search, new Date(day)), [filters, search, day]);
  const key = useMemo(() => ['worklist', query.toString()], [query]);
  /** Arrivals are looked for without the filters a study meets only once it is judged. */
  const arrivalQuery = useMemo(
    () => worklistQuery({ ...filters, item: [], verdict: [], label: '' }, search, new Date(day)),
    [filters, search, day],
  );

  const list = useInfiniteQuery({
    queryKey: key,
    queryFn: async ({ pageParam, signal }): Promise<LoadedPage> => {
      const [page, newest] = await Promise.all([
        getWorklist(query, { limit: PAGE, cursor: pageParam }, signal),
        pageParam === null
          ? getWorklist(arrivalQuery, { limit: 1, cursor: null, sort: 'receivedAt' }, signal)
          : null,
      ]);
      return { ...page, loadedUntil: newest?.studies[0]?.receivedAt ?? '' };
    },
    enabled,
    initialPageParam: null as string | null,
    getNextPageParam: (page) => page.next,
    placeholderData: keepPreviousData,
    staleTime: Infinity,
  });

  const pages = list.data?.pages;
  const rows = useMemo(() => rowsOf(pages ?? []), [pages]);
  const loadedUntil = pages?.[0]?.loadedUntil ?? '';
  const anyPending = rows.some((row) => row.status === 'pending');
  const ready = list.isSuccess && !list.isPlaceholderData;

  const recent = useQuery({
    queryKey: ['recent', arrivalQuery.toString()],
    queryFn: async ({ signal }) => {
      const page = await getWorklist(
        arrivalQuery,
        { limit: RECENT, cursor: null, sort: 'receivedAt' },
        signal,
      );
      const covered = new Set(page.studies.map(studyKey));
      const waiting = rows.filter((row) => row.status === 'pending' && !covered.has(studyKey(row)));
      const settled = await Promise.all(
        waiting.slice(0, PENDING_AT_ONCE).map(async (row): Promise<WorklistStudy> => {
          const result = await getConformance(row.hospital.code, row.studyInstanceUid, signal).catch(
            () => null,
          );
          return result === null ? row : judged(row, result);
        }),
      );
      return { newest: page.studies, settled };
    },
    enabled: ready,
    refetchInterval: anyPending ? LOOK_WHILE_PENDING_MS : LOOK_EVERY_MS,
    gcTime: 0,
  });

  const news = recent.data;
  useEffect(() => {
    if (news === undefined || !ready) return;
    client.setQueryData<LoadedPages>(key, (loaded) =>
      loaded === undefined ? loaded : withNewer(loaded, [...news.newest, ...news.settled]),
    );
  }, [client, key, news, ready]);

  const known = useMemo(() => new Set(rows.map(studyKey)), [rows]);
  const arrived = useMemo(
    () => (ready && news !== undefined ? arrivals(news.newest, known, loadedUntil, filters) : []),
    [ready, news, known, loadedUntil, filters],
  );

  /** What was known when the reader last asked for the arrivals: what is not among it is marked as new. */
  const [before, setBefore] = useState<{ known: ReadonlySet<string>; until: string } | null>(null);
  const fresh = useMemo(() => {
    const added = before === null ? [] : arrivals(rows, before.known, before.until, { verdict: [] });
    return new Set(added.map(studyKey));
  }, [before, rows]);
  const showArrived = useCallback(async () => {
    setBefore({ known, until: loadedUntil });
    // Only the first page is asked again: the rest loads when it is scrolled to.
    client.setQueryData<LoadedPages>(key, (loaded) =>
      loaded === undefined
        ? loaded
        : { pages: loaded.pages.slice(0, 1), pageParams: loaded.pageParams.slice(0, 1) },
    );
    await client.invalidateQueries({ queryKey: key });
    void client.invalidateQueries({ queryKey: ['facets'] });
  }, [client, key, known, loadedUntil]);

  // An empty list has nothing that could jump: it shows what arrives at once.
  const showAtOnce = arrived.length > 0 && rows.length === 0;
  useEffect(() => {
    if (showAtOnce) void showArrived();
  }, [showAtOnce, showArrived]);

  return {
    rows,
    total: list.data?.pages[0]?.total,
    loading: list.isPending,
    /** New filters are being searched while the rows of the old ones still stand. */
    changing: list.isPlaceholderData,
    error: list.error ?? recent.error,
    failed: list.isError && list.data === undefined,
    retry: () => {
      // Rows that stand are kept: only what failed is asked again.
      void (list.isFetchNextPageError ? list.fetchNextPage() : list.refetch());
      void recent.refetch();
    },
    hasMore: list.hasNextPage,
    loadMore: () => {
      const waits = list.isFetchingNextPage || list.isFetchNextPageError || list.isPlaceholderData;
      if (list.hasNextPage && !waits) void list.fetchNextPage();
    },
    arrived: showAtOnce ? 0 : arrived.length,
    fresh,
    showArrived: () => void showArrived(),
  };
}

export type Worklist = ReturnType<typeof useWorklist>;
