import { useCallback, useEffect, useMemo, useState } from 'react';
import { useSearchParams } from 'react-router';
import { filtersFromParams, NO_FILTERS, paramsFromFilters, type Filters } from './filters.ts';

/** Where the search text waits for a reload of this tab; it may be a name, so the address never holds it. */
const SEARCH = 'hutong.worklist.search';
const SEARCH_DELAY_MS = 250;

function storedSearch(): string {
  try {
    return sessionStorage.getItem(SEARCH) ?? '';
  } catch {
    return '';
  }
}

export interface FilterState {
  filters: Filters;
  /** What stands in the search box. */
  typed: string;
  /** What is searched: the typed text once the typing rests. */
  search: string;
  change: (part: Partial<Filters>) => void;
  type: (text: string) => void;
  /** Takes all filters and the search text away. */
  clear: () => void;
}

/** Filters in the address, search text in this tab's memory. */
export function useFilters(): FilterState {
  const [params, setParams] = useSearchParams();
  const address = params.toString();
  const filters = useMemo(() => filtersFromParams(new URLSearchParams(address)), [address]);
  const [typed, setTyped] = useState(storedSearch);
  const [search, setSearch] = useState(typed);

  useEffect(() => {
    const timer = setTimeout(() => {
      setSearch(typed.trim());
      try {
        sessionStorage.setItem(SEARCH, typed);
      } catch {
        // Without storage the text lasts as long as the page.
      }
    }, SEARCH_DELAY_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  const change = useCallback(
    (part: Partial<Filters>) => {
      setParams((now) => paramsFromFilters({ ...filtersFromParams(now), ...part }), { replace: true });
    },
    [setParams],
  );
  const clear = useCallback(() => {
    setTyped('');
    setSearch('');
    change({ ...NO_FILTERS, sort: filters.sort });
  }, [change, filters.sort]);
  return { filters, typed, search, change, type: setTyped, clear };
}
