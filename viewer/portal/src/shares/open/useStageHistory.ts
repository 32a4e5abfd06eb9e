import { useEffect, useState } from 'react';

/** What is on the stage; `series` null: the largest one. */
export interface OnStage {
  series: string | null;
}

interface Entry {
  share: string;
  onStage: boolean;
}

/** The share whose pictures opened by themselves in this tab already. */
const SEEN = 'hutong.share.seen';

function isSeen(alias: string): boolean {
  try {
    return sessionStorage.getItem(SEEN) === alias;
  } catch {
    return false;
  }
}

function see(alias: string): void {
  try {
    sessionStorage.setItem(SEEN, alias);
  } catch {
    // Then they open by themselves once more.
  }
}

const entryOf = (state: unknown): Partial<Entry> =>
  typeof state === 'object' && state !== null ? state : {};

/**
 * The stage as an entry of the history: the back button closes it, not the page. The address stays as it is.
 *
 * @param atOnce whether the stage opens by itself, the first time
 */
export function useStageHistory(
  alias: string,
  atOnce: boolean,
): { stage: OnStage | null; open: (series: string | null) => void; close: () => void } {
  const [stage, setStage] = useState<OnStage | null>(() => {
    const { share, onStage } = entryOf(history.state);
    // A reload stays where it was.
    if (share === alias) return onStage === true ? { series: null } : null;
    return atOnce && !isSeen(alias) ? { series: null } : null;
  });
  useEffect(() => {
    see(alias);
    if (entryOf(history.state).share !== alias) {
      history.replaceState({ share: alias, onStage: false } satisfies Entry, '');
      if (stage !== null) history.pushState({ share: alias, onStage: true } satisfies Entry, '');
    }
    const onPop = (event: PopStateEvent): void => {
      const { share, onStage } = entryOf(event.state);
      setStage(share === alias && onStage === true ? { series: null } : null);
    };
    addEventListener('popstate', onPop);
    return () => removeEventListener('popstate', onPop);
    // Only the first stage is pushed here.
  }, [alias]);
  return {
    stage,
    open: (series) => {
      history.pushState({ share: alias, onStage: true } satisfies Entry, '');
      setStage({ series });
    },
    close: () => {
      if (entryOf(history.state).onStage === true) history.back();
      else setStage(null);
    },
  };
}
