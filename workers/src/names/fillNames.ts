import { fillNamePinyin, refreshNames } from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type Loop, startLoop } from '../loop.ts';

const PAUSE_MS = 60_000;

/**
 * Keeps names complete: reads those of older studies again after an upgrade that asks for it, and makes the pinyin of patients
 * that have none.
 */
export function startNames(index: pg.Pool, log: Logger): Loop {
  return startLoop('names', log, async () => {
    const refreshed = await refreshNames(index);
    if (refreshed > 0) log.info({ studies: refreshed }, 'read the names of older studies again');
    const filled = await fillNamePinyin(index);
    if (filled > 0) log.info({ filled }, 'made names findable in pinyin');
    return PAUSE_MS;
  });
}
