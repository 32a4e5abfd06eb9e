import type {
  CatalogueChoiceReason,
  ExamMappingEntry,
  ExamName,
  StudyConformance,
} from '@hutong/conformance';
import {
  claim,
  markDone,
  noteChanges,
  publishStudyChanged,
  publishStudySettled,
  recordExamNames,
  saveLabels,
  saveVerdicts,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { StudyToJudge } from './readStudy.ts';
import { recordResult } from './recordResult.ts';
import { keepSummary, type Summarized } from './studySummary.ts';

/** A study that was judged, and what it was judged from. */
export interface JudgedStudy {
  study: StudyToJudge;
  conformance: StudyConformance;
  choice: CatalogueChoiceReason;
  summarized: Summarized;
  /** null: those that are recorded stand, for the summary does. */
  exams: readonly ExamName[] | null;
  mappings: readonly ExamMappingEntry[];
}

export interface ConformanceToSave extends JudgedStudy {
  outboxId: number;
  /** Recognition scope whose HR label is given. */
  scope: string;
}

/**
 * - `saved`: a new result stands.
 * - `known`: what it says stood already; verdicts and labels were brought up to date.
 * - `superseded`: the study changed since it was read; the event of that change does the work.
 * - `duplicate`: another delivery of the same outbox row was quicker.
 */
export type SaveOutcome = 'saved' | 'known' | 'superseded' | 'duplicate';

/** Saves result, verdicts, labels, their entries of the change feed, the next evaluation and the end of the outbox row. Belongs into one transaction. */
export async function saveConformance(client: pg.PoolClient, input: ConformanceToSave): Promise<SaveOutcome> {
  const { outboxId, study } = input;
  const current = await lockStudy(client, study.studyId);
  if (!(await claim(client, outboxId))) return 'duplicate';
  await markDone(client, outboxId);
  if (current !== study.revision) return 'superseded';
  const { isNew } = await saveJudged(client, input, input.scope);
  if (!study.settled) await publishStudySettled(client, study.studyId, study.secondsUntilSettled);
  return isNew ? 'saved' : 'known';
}

/**
 * Locks a study to the end of the transaction: no store can raise the revision, no other result be saved for it meanwhile.
 * Returns its revision; null when it was deleted.
 */
export async function lockStudy(client: pg.PoolClient, studyId: number): Promise<number | null> {
  const { rows } = await client.query<{ conformance_revision: number }>(
    'SELECT conformance_revision FROM study WHERE study_id = $1 FOR NO KEY UPDATE',
    [studyId],
  );
  return rows[0]?.conformance_revision ?? null;
}

/** Saves what was found of a study that is locked and still at the revision it was judged at. */
export async function saveJudged(
  client: pg.PoolClient,
  judged: JudgedStudy,
  scope: string,
): Promise<{ isNew: boolean; changed: boolean }> {
  const { study, conformance, choice, summarized, exams, mappings } = judged;
  const { studyId, hospitalCode, studyDate, revision, settled } = study;
  const isNew = await recordResult(client, { studyId, revision, settled, conformance, choice });
  await keepSummary(client, studyId, revision, summarized);
  const { verdicts, changed } = await saveVerdicts(client, studyId, conformance);
  const author = `engine ${conformance.engineVersion}`;
  const labelEvents = await saveLabels(client, {
    studyId,
    hospitalCode,
    studyDate,
    verdicts,
    scope,
    author,
  });
  await noteChanges(client, [
    ...(isNew || changed ? [{ action: 'judged', studyId } as const] : []),
    ...(labelEvents > 0 ? [{ action: 'labelled', studyId } as const] : []),
  ]);
  // A mapping that was made meanwhile could not know of this study.
  if (exams !== null && !(await recordExamNames(client, studyId, hospitalCode, exams, mappings)))
    await publishStudyChanged(client, studyId, 0);
  return { isNew, changed: changed || labelEvents > 0 };
}
