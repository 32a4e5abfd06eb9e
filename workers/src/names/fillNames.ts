import { fillNamePinyin } from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type Loop, startLoop } from '../loop.ts';

const PAUSE_MS = 60_000;

/** Keeps the pinyin of patient names complete: after an upgrade, and where a name was changed without it. */
export function startNames(index: pg.Pool, log: Logger): Loop {
  return startLoop('names', log, async () => {
    const filled = await fillNamePinyin(index);
    if (filled > 0) log.info({ filled }, 'made names findable in pinyin');
    return PAUSE_MS;
  });
}
