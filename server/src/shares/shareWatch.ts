import { endedShares } from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { AnswerWatch } from '../auth/answerWatch.ts';
import { loggableError } from '../problem.ts';

/** Cuts off answers of a share that ends while they are sent. */
export class ShareWatch extends AnswerWatch {
  constructor(index: Pool, log: Logger) {
    super(
      (ids) => endedShares(index, ids),
      (error) => {
        log.warn({ error: loggableError(error) }, 'shares cannot be asked for; their answers are cut off');
      },
    );
  }
}
