import { useState } from 'react';

export interface Act {
  busy: boolean;
  error: Error | null;
  /** Does something once at a time; what failed is kept to be shown. True when it was done. */
  run: (work: () => Promise<unknown>) => Promise<boolean>;
  forget: () => void;
}

/** The state of something that a button does. */
export function useAct(): Act {
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const run = async (work: () => Promise<unknown>): Promise<boolean> => {
    if (busy) return false;
    setBusy(true);
    setError(null);
    try {
      await work();
      return true;
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
      return false;
    } finally {
      setBusy(false);
    }
  };
  return { busy, error, run, forget: () => setError(null) };
}
