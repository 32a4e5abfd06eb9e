import { chooseCatalogue, evaluateStudy, examNamesOf } from '@hutong/conformance';
import {
  type CatalogueReader,
  cataloguesInForce,
  claim,
  type HutongConfig,
  inTransaction,
  lockCatalogues,
  markDone,
  ordersOfStudies,
  readExamMappings,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { OutboxJob } from '../queues.ts';
import { readStudy } from './readStudy.ts';
import { saveConformance, type SaveOutcome } from './saveConformance.ts';
import { readKept, summaryOf } from './studySummary.ts';

export interface JudgeParts {
  index: pg.Pool;
  config: Pick<HutongConfig, 'settledHours' | 'regionName' | 'regionCode'>;
  catalogues: CatalogueReader;
  log: Logger;
}

interface Judgement {
  outcome: SaveOutcome | 'noCatalogue';
  details: Record<string, unknown>;
}

/**
 * Judges a study at its current revision by the list in force in its hospital's region on its date, and saves the result,
 * labels and the end of the outbox row in one transaction. A study that changed meanwhile is left to the event of that
 * change. Doing it twice saves nothing twice.
 */
export async function judgeStudy(parts: JudgeParts, job: OutboxJob): Promise<void> {
  const { index, config, catalogues, log } = parts;
  const study = job.studyId === null ? null : await readStudy(index, job.studyId, config.settledHours);
  if (study === null) {
    await markDone(index, job.outboxId);
    return;
  }
  const begun = performance.now();
  const kept = await readKept(index, study.studyId);
  const summarized = await summaryOf(index, study.studyId, study.revision, kept);
  const order = (await ordersOfStudies(index, [study.studyId])).get(study.studyId) ?? null;
  const exams = examNamesOf(summarized.summary, order);
  const mappings = await readExamMappings(index, study.hospitalCode, exams);

  const { outcome, details } = await inTransaction(index, async (client): Promise<Judgement> => {
    // Before the study: who waits for this must not keep its stores waiting.
    await lockCatalogues(client, 'shared');
    const inForce = await cataloguesInForce(client);
    const choice = chooseCatalogue(inForce, study.region, study.day, config.regionCode);
    const catalogue = choice === null ? null : await catalogues.read(client, choice.id, choice.version);
    if (choice === null || catalogue === null) {
      // It stays pending until a list is put in force, which has it judged.
      if (await claim(client, job.outboxId)) await markDone(client, job.outboxId);
      return { outcome: 'noCatalogue', details: { region: study.region } };
    }
    const conformance = evaluateStudy(summarized.summary, catalogue, {
      settled: study.settled,
      examMapping: mappings,
      order,
    });
    const saved = await saveConformance(client, {
      outboxId: job.outboxId,
      study,
      conformance,
      choice: choice.reason,
      summarized,
      exams,
      mappings,
      scope: config.regionName,
    });
    return {
      outcome: saved,
      details: {
        catalogue: `${choice.id}@${choice.version}`,
        verdicts: conformance.results.map((result) => `${result.itemCode} ${result.verdict}`),
      },
    };
  });
  const milliseconds = Math.round(performance.now() - begun);
  const line = { studyId: study.studyId, revision: study.revision, outcome, milliseconds, ...details };
  if (outcome === 'noCatalogue') log.warn(line, 'no mutual-recognition list is in force for a study');
  else log.info(line, 'judged a study');
}
