import { useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import { App } from 'antd';

/** Does something with a share: once at a time, with what was said afterwards, and the lists read anew. */
export function useShareAction(): {
  busy: boolean;
  error: Error | null;
  run: (action: () => Promise<string>) => Promise<void>;
} {
  const client = useQueryClient();
  const { message } = App.useApp();
  const [busy, setBusy] = useState(false);
  const [error, setError] = useState<Error | null>(null);
  const run = async (action: () => Promise<string>): Promise<void> => {
    if (busy) return;
    setBusy(true);
    setError(null);
    try {
      const done = await action();
      if (done !== '') void message.success(done);
    } catch (failure) {
      setError(failure instanceof Error ? failure : new Error(String(failure)));
    } finally {
      setBusy(false);
      void client.invalidateQueries({ queryKey: ['shares'] });
    }
  };
  return { busy, error, run };
}
