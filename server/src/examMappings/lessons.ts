import { readNamedMappings } from '@hutong/storage-config';
import type { Pool } from 'pg';
import { learn, type Lessons } from './suggest.ts';

/** How long what people mapped is believed, in milliseconds. */
const BELIEVED_MS = 10_000;
/** Mappings that are learned from, the newest. */
const MOST_LEARNED = 20_000;

/** What people of all hospitals mapped so far, read at most every few seconds. */
export function lessonsSource(index: Pool): () => Promise<Lessons> {
  let known: { lessons: Promise<Lessons>; until: number } | undefined;
  return () => {
    if (known === undefined || known.until < performance.now()) {
      const lessons = readNamedMappings(index, null, MOST_LEARNED).then(learn);
      known = { lessons, until: performance.now() + BELIEVED_MS };
      lessons.catch(() => {
        known = undefined;
      });
    }
    return known.lessons;
  };
}
