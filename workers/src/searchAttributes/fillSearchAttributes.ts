import { fillSearchAttributes, noteFillFailure } from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { describeFailure } from '../failure.ts';
import { type Loop, startLoop } from '../loop.ts';

/** While there is nothing to do; and between batches, so that stores and searches come first. */
const IDLE_MS = 5000;
const WAITING_MS = 1000;
const BREATH_MS = 20;

/** Reads the values of attributes that were made searchable from what was stored before. */
export function startSearchAttributes(index: pg.Pool, log: Logger): Loop {
  return startLoop('search attributes', log, async () => {
    try {
      const step = await fillSearchAttributes(index);
      return step === 'idle' ? IDLE_MS : step === 'waiting' ? WAITING_MS : BREATH_MS;
    } catch (error) {
      await noteFillFailure(index, describeFailure(error)).catch(() => undefined);
      throw error;
    }
  });
}
