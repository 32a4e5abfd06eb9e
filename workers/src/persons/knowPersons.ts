import {
  findCandidates,
  type HutongConfig,
  makePatientsKnown,
  type PersonKeys,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type Loop, pauseAfter, startLoop } from '../loop.ts';

/** While there is nothing to do, in milliseconds. */
const IDLE_MS = 2000;

/**
 * Makes patients of new studies known, and puts those that may be one person on the work-list. Links nobody by resemblance. After
 * an upgrade there are the patients of years to be made known: it takes the share of the time that judging again may take.
 */
export function startPersons(
  index: pg.Pool,
  keys: PersonKeys,
  { config, log }: { config: Pick<HutongConfig, 'reevaluationShare'>; log: Logger },
): Loop {
  return startLoop('persons', log, async () => {
    const start = performance.now();
    const seen = await makePatientsKnown(index, keys);
    const compared = await findCandidates(index);
    return seen + compared > 0 ? pauseAfter(performance.now() - start, config.reevaluationShare) : IDLE_MS;
  });
}
