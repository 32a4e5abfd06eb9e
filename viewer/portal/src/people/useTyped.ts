import { useEffect, useState } from 'react';

const DELAY_MS = 250;

/** A text that is typed, and what it was when the typing paused. */
export function useTyped(): { typed: string; setTyped: (text: string) => void; settled: string } {
  const [typed, setTyped] = useState('');
  const [settled, setSettled] = useState('');
  useEffect(() => {
    const timer = setTimeout(() => setSettled(typed.trim()), DELAY_MS);
    return () => clearTimeout(timer);
  }, [typed]);
  return { typed, setTyped, settled };
}
