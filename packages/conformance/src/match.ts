import { say } from './bilingual.ts';
import type { ClassifiedSeries } from './classify.ts';
import { nameOf } from './judgement.ts';
import type { Bilingual } from './types.ts';

export type Fit = 'yes' | 'maybe' | 'no';

export interface Match {
  fit: Fit;
  /** Why not, or why it cannot be told. */
  why: Bilingual | null;
}

export const YES: Match = { fit: 'yes', why: null };

export function no(zh: string, en: string): Match {
  return { fit: 'no', why: say(zh, en) };
}

function maybe(zh: string, en: string): Match {
  return { fit: 'maybe', why: say(zh, en) };
}

/** A doubt about a named series. */
export function doubt(
  series: ClassifiedSeries,
  zh: (name: string) => string,
  en: (name: string) => string,
): Match {
  const name = nameOf(series);
  return maybe(zh(`“${name.zh}”`), en(`"${name.en}"`));
}
