import { useSyncExternalStore } from 'react';

/** Whether a media query holds now. */
export function useMedia(query: string): boolean {
  return useSyncExternalStore(
    (changed) => {
      const list = matchMedia(query);
      list.addEventListener('change', changed);
      return () => list.removeEventListener('change', changed);
    },
    () => matchMedia(query).matches,
  );
}

/** A phone's width: cards instead of rows, controls at the thumb. */
export const PHONE = '(max-width: 719px)';
/** Wide enough for the details to stand beside the list. */
export const WIDE = '(min-width: 1180px)';
