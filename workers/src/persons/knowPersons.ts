import { findCandidates, makePatientsKnown, type PersonKeys } from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type Loop, startLoop } from '../loop.ts';

const PAUSE_MS = 2000;

/** Makes patients of new studies known, and puts those that may be one person on the work-list. Links nobody by resemblance. */
export function startPersons(index: pg.Pool, keys: PersonKeys, log: Logger): Loop {
  return startLoop('persons', log, async () => {
    const seen = await makePatientsKnown(index, keys);
    const compared = await findCandidates(index);
    return seen + compared > 0 ? 0 : PAUSE_MS;
  });
}
