import type { Modification } from '@hutong/dicom';
import {
  claim,
  type CorrectedBatch,
  CORRECTING_SYSTEM,
  deferToOlder,
  endRestoring,
  type HutongConfig,
  inTransaction,
  type InstanceToCorrect,
  markDone,
  type ObjectStore,
  publishPatientCorrection,
  readPendingCorrection,
  saveCorrectedInstances,
  type StudyToCorrect,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import type { OutboxJob } from '../queues.ts';
import { RewriteFailure, rewriteObject } from './rewriteObject.ts';

export interface CorrectParts {
  index: pg.Pool;
  objects: ObjectStore;
  config: Pick<HutongConfig, 'quietSeconds'>;
  log: Logger;
}

/** Instances saved in one transaction, and transactions in one job: then the study takes its turn again. */
const BATCH = 50;
const BATCHES = 20;
const DEFER_SECONDS = 5;

/**
 * Writes the instances of a study anew with the attributes that corrections gave it, some at a time: an instance that is
 * done is not done again, so the job goes on where an earlier attempt ended. What can never be written anew is recorded
 * and keeps the attributes it has.
 */
export async function correctStudy(parts: CorrectParts, job: OutboxJob): Promise<void> {
  const { index } = parts;
  const { studyId } = job;
  if (studyId === null || (await deferToOlder(index, job.outboxId, DEFER_SECONDS))) return;
  let isFinished = false;
  for (let n = 0; n < BATCHES && !isFinished; n += 1) isFinished = await correctSome(parts, studyId);
  if (isFinished) await endRestoring(index, studyId);
  await inTransaction(index, async (client) => {
    if (!(await claim(client, job.outboxId))) return;
    await markDone(client, job.outboxId);
    if (!isFinished) await publishPatientCorrection(client, studyId, 0);
  });
}

/** Corrects a batch of instances. Returns whether nothing is left. */
async function correctSome(parts: CorrectParts, studyId: number): Promise<boolean> {
  const { index, objects, config, log } = parts;
  const pending = await readPendingCorrection(index, studyId, BATCH);
  if (pending === null || pending.instances.length === 0) return true;
  const { study, instances } = pending;
  const batch: CorrectedBatch = { written: [], unchanged: [], failed: [] };
  let unused: string[] | null = null;
  try {
    for (const instance of instances) await correctOne(objects, study, instance, batch);
    const correcting = { author: study.author, objects, quietSeconds: config.quietSeconds };
    unused = await saveCorrectedInstances(index, correcting, study, batch);
  } finally {
    // When nobody knows what was saved, what is no longer needed is left to the sweep of orphans.
    for (const key of unused ?? []) await objects.delete(key).catch(() => undefined);
  }
  const { written, unchanged, failed } = batch;
  const counts = { written: written.length, unchanged: unchanged.length, failed: failed.length };
  log.info({ studyId, correction: study.patientCorrectionId, ...counts }, 'instances corrected');
  return false;
}

async function correctOne(
  objects: ObjectStore,
  study: StudyToCorrect,
  instance: InstanceToCorrect,
  batch: CorrectedBatch,
): Promise<void> {
  const { hospital, studyInstanceUid, at } = study;
  const modification: Modification = { system: CORRECTING_SYSTEM, reason: 'CORRECT', source: hospital, at };
  try {
    const rows = await rewriteObject(objects, {
      instance,
      identity: { hospital, studyInstanceUid },
      wanted: study,
      modification,
      metadata: {
        hospital,
        'received-at': new Date().toISOString(),
        'patient-correction': String(study.patientCorrectionId),
      },
    });
    if (rows === null) batch.unchanged.push(instance);
    else batch.written.push({ objectKey: instance.objectKey, rows });
  } catch (error) {
    if (!(error instanceof RewriteFailure)) throw error;
    batch.failed.push({ sopInstanceUid: instance.sopInstanceUid, reason: error.message });
  }
}
