import { useEffect, useState } from 'react';

/** Has what says "minutes ago" said anew from time to time. */
export function useTick(everyMs: number): void {
  const [, setNow] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => setNow((now) => now + 1), everyMs);
    return () => clearInterval(timer);
  }, [everyMs]);
}
