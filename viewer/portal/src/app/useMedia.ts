import { useSyncExternalStore } from 'react';

/** What held on the screen last. */
const onScreen = new Map<string, boolean>();

/** While a page is printed its width is the paper's: what is on the screen is not laid out anew for that, and stays. */
function matches(query: string): boolean {
  const known = onScreen.get(query);
  if (known !== undefined && matchMedia('print').matches) return known;
  const now = matchMedia(query).matches;
  onScreen.set(query, now);
  return now;
}

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matches(query),
  );
}

/** A phone's width: cards instead of rows, controls at the thumb. */
export const PHONE = '(max-width: 719px)';
/** Not every link of who has many fits into the header. */
export const NARROW = '(max-width: 1179px)';
/** Wide enough for the details to stand beside the list. */
export const WIDE = '(min-width: 1180px)';
