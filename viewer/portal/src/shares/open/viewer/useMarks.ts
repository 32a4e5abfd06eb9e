import { useState } from 'react';
import { SHORTEST_RULER_PX, type Ruler } from './ruler.ts';
import type { Probe } from './Rulers.tsx';

const MOST_RULERS = 8;

interface Marks {
  rulers: Ruler[];
  /** The one that is being drawn. */
  open: Ruler | null;
  probe: Probe | null;
}
const NONE: Marks = { rulers: [], open: null, probe: null };

/** What was measured on each picture of a series. Nothing of it is kept. */
export function useMarks(key: string) {
  const [all, setAll] = useState<Readonly<Record<string, Marks>>>({});
  const now = all[key] ?? NONE;
  const set = (next: Marks): void => setAll((before) => ({ ...before, [key]: next }));
  return {
    rulers: now.open === null ? now.rulers : [...now.rulers, now.open],
    probe: now.probe,
    /** A stroke of so many pixels of the screen: a length, or where it is short, the value at its place. */
    stroke: (ruler: Ruler, pixels: number, isOver: boolean, value: string): void => {
      const isLong = pixels >= SHORTEST_RULER_PX;
      if (!isOver) set({ ...now, open: isLong ? ruler : null });
      else if (isLong) set({ ...now, open: null, rulers: [...now.rulers, ruler].slice(-MOST_RULERS) });
      else set({ ...now, open: null, probe: value === '' ? null : { at: ruler.to, text: value } });
    },
    clear: (): void => setAll({}),
  };
}
