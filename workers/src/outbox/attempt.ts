import { beginAttempt, markFailed } from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { describeFailure, FAILURE_POLICY } from '../failure.ts';
import type { OutboxJob } from '../queues.ts';

/**
 * Runs one attempt at an outbox row's effect. A failure is recorded in the row, which is sent again later or given up;
 * an attempt that took the whole process down counts as well. `effect` must end the row in the transaction of what it
 * does. Rejects only when the index cannot be reached: then the sweeper sends the row again.
 */
export async function attempt(
  parts: { index: pg.Pool; log: Logger },
  job: OutboxJob,
  effect: () => Promise<void>,
): Promise<void> {
  const { index, log } = parts;
  const number = await beginAttempt(index, job.outboxId);
  if (number === null) return;
  let reason: string;
  if (number > FAILURE_POLICY.maxAttempts) {
    reason = 'no attempt came to an end';
  } else {
    try {
      await effect();
      return;
    } catch (error) {
      reason = describeFailure(error);
    }
  }
  const outcome = await markFailed(index, job.outboxId, reason, FAILURE_POLICY);
  const details = { outboxId: job.outboxId, studyId: job.studyId, attempt: number, reason, outcome };
  if (outcome === 'failed') log.error(details, 'given up: needs a look');
  else log.warn(details, 'failed; will be tried again');
}
