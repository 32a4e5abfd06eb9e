import { useCallback, useMemo } from 'react';
import { useLocation, useNavigate } from 'react-router';
import type { Copy } from '../api/corrections.ts';

function historyIn(state: unknown): Copy | null {
  if (typeof state !== 'object' || state === null || !('history' in state)) return null;
  const { history } = state;
  if (typeof history !== 'object' || history === null) return null;
  const { hospital, study } = history as Partial<Copy>;
  return typeof hospital === 'string' && typeof study === 'string' ? { hospital, study } : null;
}

/** Whose history is open; kept in the history entry, so that Back closes it and no address names a study. */
export function useOpenHistory(): { copy: Copy | null; show: (copy: Copy) => void; close: () => void } {
  const { state } = useLocation() as { state: unknown };
  const navigate = useNavigate();
  const copy = useMemo(() => historyIn(state), [state]);
  const show = useCallback(
    (history: Copy) => {
      void navigate({ search: location.search }, { state: { ...(state as object | null), history } });
    },
    [navigate, state],
  );
  const close = useCallback(() => {
    const rest = { ...(state as object | null), history: null };
    void navigate({ search: location.search }, { state: rest, replace: true });
  }, [navigate, state]);
  return { copy, show, close };
}
