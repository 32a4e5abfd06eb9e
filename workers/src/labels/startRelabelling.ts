import { type HutongConfig, relabellingStep } from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { type Loop, startLoop } from '../loop.ts';

/** While there is nothing to do, in milliseconds. */
const IDLE_MS = 1000;
/** Between steps, in milliseconds: stores and new verdicts go on beside it. */
const PAUSE_MS = 20;

/** Looks at the labels of studies anew where something they depend on was entered, taken back or lifted. */
export function startRelabelling({
  index,
  config,
  log,
}: {
  index: pg.Pool;
  config: Pick<HutongConfig, 'regionName'>;
  log: Logger;
}): Loop {
  return startLoop('relabelling', log, async () =>
    (await relabellingStep(index, config.regionName)) === 'worked' ? PAUSE_MS : IDLE_MS,
  );
}
