import { useCallback, useEffect, useState } from 'react';
import { useLocation } from 'react-router';
import { filtersFromParams, NO_FILTERS, paramsFromFilters, type Filters } from './filters.ts';

/** Where the search text waits for a reload of this tab; it may be a name, so the address never holds it. */
const SEARCH = 'hutong.worklist.search';
/** Where the viewer's way back finds the filters; they hold no patient's data. */
const QUERY = 'hutong.worklist.query';
const SEARCH_DELAY_MS = 250;

function storedSearch(): string {
  try {
    return sessionStorage.getItem(SEARCH) ?? '';
  } catch {
    return '';
  }
}

function keep(name: string, text: string): void {
  try {
    sessionStorage.setItem(name, text);
  } catch {
    // Without storage the text lasts as long as the page.
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

const fromAddress = (): Filters => filtersFromParams(new URLSearchParams(location.search));
const addressOf = (filters: Filters): string => paramsFromFilters(filters).toString();

/** Filters mirrored in the address, search text in this tab's memory. */
export function useFilters(): FilterState {
  // The state leads and the address follows: a router navigates later than two quick keys are pressed.
  const [filters, setFilters] = useState(fromAddress);
  const { key: entry } = useLocation();
  useEffect(() => {
    setFilters((now) => (addressOf(now) === addressOf(fromAddress()) ? now : fromAddress()));
  }, [entry]);
  useEffect(() => {
    const query = addressOf(filters);
    keep(QUERY, query);
    if (query === addressOf(fromAddress())) return;
    history.replaceState(
      history.state,
      '',
      query === '' ? location.pathname : `${location.pathname}?${query}`,
    );
  }, [filters]);

  const [typed, setTyped] = useState(storedSearch);
  const [search, setSearch] = useState(typed);

  useEffect(() => {
    const timer = setTimeout(() => {
      setSearch(typed.trim());
      keep(SEARCH, typed);
    }, SEARCH_DELAY_MS);
    return () => clearTimeout(timer);
  }, [typed]);

  const change = useCallback((part: Partial<Filters>) => {
    setFilters((now) => ({ ...now, ...part }));
  }, []);
  const clear = useCallback(() => {
    setTyped('');
    setSearch('');
    setFilters((now) => ({ ...NO_FILTERS, sort: now.sort }));
  }, []);
  return { filters, typed, search, change, type: setTyped, clear };
}
