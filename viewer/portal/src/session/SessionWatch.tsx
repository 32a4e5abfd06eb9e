import { lazy, Suspense, useEffect, useState } from 'react';
import { useQueryClient } from '@tanstack/react-query';
import type { SessionInfo } from '@hutong/server/contract';
import { getJson } from '../api/http.ts';
import { sessionQuery } from '../api/queries.ts';
import { hasUnseenUse } from './activity.ts';

const IdleWarning = lazy(() => import('./IdleWarning.tsx'));

const LOOK_MS = 5000;
/** So long before the end somebody is warned; of short sessions a quarter. */
const WARN_MS = 120_000;
/** Work that asks the server for nothing is told to it so often. */
const TELL_MS = 240_000;

/**
 * Watches over the idle end of the session: tells the server of work that needs nothing of it, warns before the end, and
 * shows the sign-in when it has come. Other tabs are asked about through the server, which knows them all.
 */
export function SessionWatch({ session }: { session: SessionInfo }) {
  const queries = useQueryClient();
  const [endsAt, setEndsAt] = useState<number | null>(null);
  const { idleEndsAt } = session;

  useEffect(() => {
    if (idleEndsAt === null) return undefined;
    let known = Date.parse(idleEndsAt);
    let asking = false;
    const margin = Math.min(WARN_MS, (known - Date.now()) / 4);
    const look = async (): Promise<void> => {
      if (asking) return;
      asking = true;
      try {
        if (hasUnseenUse(Math.min(TELL_MS, margin)))
          await queries.refetchQueries({ queryKey: sessionQuery.queryKey });
        if (known - Date.now() > margin) return;
        // Another tab may have been used: the server says when the end is now.
        const { idleEndsAt: now } = await getJson<SessionInfo>('/api/session');
        known = now === null ? Infinity : Date.parse(now);
        setEndsAt(known - Date.now() > margin ? null : known);
      } catch {
        // What is over shows as it does for every question.
        await queries.refetchQueries({ queryKey: sessionQuery.queryKey });
      } finally {
        asking = false;
      }
    };
    const timer = setInterval(() => void look(), Math.min(LOOK_MS, Math.max(500, margin / 5)));
    return () => clearInterval(timer);
  }, [idleEndsAt, queries]);

  if (endsAt === null) return null;
  return (
    <Suspense fallback={null}>
      <IdleWarning endsAt={endsAt} onStay={() => setEndsAt(null)} />
    </Suspense>
  );
}
