import { type Catalogue, evaluateStudy, summarizeStudy } from '@hutong/conformance';
import { type HutongConfig, inTransaction, markDone } from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { OutboxJob } from '../queues.ts';
import { readDatasets, readStudy } from './readStudy.ts';
import { saveConformance } from './saveConformance.ts';

export interface JudgeParts {
  index: pg.Pool;
  config: Pick<HutongConfig, 'settledHours' | 'regionName'>;
  catalogue: Catalogue;
  log: Logger;
}

/**
 * Judges a study at its current revision and saves the result, labels and the end of the outbox row in one transaction. A
 * study that changed meanwhile is left to the event of that change. Doing it twice saves nothing twice.
 */
export async function judgeStudy(parts: JudgeParts, job: OutboxJob): Promise<void> {
  const { index, config, catalogue, log } = parts;
  const study = job.studyId === null ? null : await readStudy(index, job.studyId, config.settledHours);
  if (study === null) {
    await markDone(index, job.outboxId);
    return;
  }
  const begun = performance.now();
  const summary = summarizeStudy(await readDatasets(index, study.studyId));
  const conformance = evaluateStudy(summary, catalogue, { settled: study.settled });
  const outcome = await inTransaction(index, (client) =>
    saveConformance(client, { study, conformance, outboxId: job.outboxId, scope: config.regionName }),
  );
  log.info(
    {
      studyId: study.studyId,
      revision: study.revision,
      outcome,
      milliseconds: Math.round(performance.now() - begun),
      verdicts: conformance.results.map((result) => `${result.itemCode} ${result.verdict}`),
    },
    'judged a study',
  );
}
