import { beginEngineReevaluation, inTransaction, type HutongConfig } from '@hutong/storage-config';
import type pg from 'pg';
import type { JudgeParts } from '../conformance/judgeStudy.ts';
import { type Loop, pauseAfter, startLoop } from '../loop.ts';
import { reevaluateStep } from './reevaluateStep.ts';

/** While there is nothing to do. */
const IDLE_MS = 2000;
/** Highest share of the time while new studies wait to be judged. */
const SHARE_WHILE_BUSY = 10;

export interface ReevaluationParts extends JudgeParts {
  config: JudgeParts['config'] & Pick<HutongConfig, 'reevaluationShare'>;
}

/**
 * Judges stored studies again where it was asked for, beside everything else and a share of the time only. Begins by itself
 * with what was judged by other rules than those of this program.
 */
export function startReevaluation(parts: ReevaluationParts): Loop {
  const { index, config, log } = parts;
  let isBegun = false;
  return startLoop('reevaluation', log, async () => {
    if (!isBegun) {
      const begun = await inTransaction(index, beginEngineReevaluation);
      if (begun !== null) log.info({ studies: begun.total }, 'judging again by the rules of this version');
      isBegun = true;
    }
    const start = performance.now();
    const outcome = await reevaluateStep(parts);
    if (outcome !== 'worked') return IDLE_MS;
    const share = (await freshStudiesWait(index))
      ? Math.min(SHARE_WHILE_BUSY, config.reevaluationShare)
      : config.reevaluationShare;
    return pauseAfter(performance.now() - start, share);
  });
}

async function freshStudiesWait(index: pg.Pool): Promise<boolean> {
  const { rows } = await index.query<{ wait: boolean }>(
    `SELECT EXISTS (SELECT FROM outbox WHERE sent_at IS NULL AND done_at IS NULL AND available_at <= now()
                                         AND topic IN ('study.changed', 'study.settled'))
            OR EXISTS (SELECT FROM outbox WHERE sent_at IS NOT NULL AND done_at IS NULL
                                            AND topic IN ('study.changed', 'study.settled')) AS wait`,
  );
  return rows[0]?.wait === true;
}
