import {
  type CatalogueChoiceReason,
  ENGINE_VERSION,
  type ExamMappingEntry,
  type ExamName,
  type StudyConformance,
} from '@hutong/conformance';
import {
  claim,
  itemsToLabel,
  markDone,
  noteChanges,
  publishStudySettled,
  publishToBeJudged,
  recordExamNames,
  saveLabels,
  saveVerdicts,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { StudyToJudge } from './readStudy.ts';
import { type NewResult, type PresentResult, readPresent, recordResults } from './recordResult.ts';
import { keepSummaries, type Summarized } from './studySummary.ts';

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
  /** Recognition scope of hospitals that never joined one. */
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
  const present = await readPresent(client, [study.studyId]);
  const saved = await saveJudged(client, [input], present, input.scope);
  if (!study.settled) await publishStudySettled(client, study.studyId, study.secondsUntilSettled);
  return saved.get(study.studyId)?.isNew === true ? 'saved' : 'known';
}

/**
 * Locks a study to the end of the transaction: no store can raise the revision, no other result be saved for it meanwhile.
 * Returns its revision; null when it was deleted.
 */
async function lockStudy(client: pg.PoolClient, studyId: number): Promise<number | null> {
  const { rows } = await client.query<{ conformance_revision: number }>(
    'SELECT conformance_revision FROM study WHERE study_id = $1 FOR NO KEY UPDATE',
    [studyId],
  );
  return rows[0]?.conformance_revision ?? null;
}

/**
 * Saves what was found of studies that are locked and still at the revisions they were judged at.
 *
 * @param judged each study once
 * @param present what stood for them, read since they were locked
 * @returns by study: whether a result was added, and whether verdicts or labels became others
 */
export async function saveJudged(
  client: pg.PoolClient,
  judged: readonly JudgedStudy[],
  present: ReadonlyMap<number, PresentResult>,
  scope: string,
): Promise<Map<number, { isNew: boolean; changed: boolean }>> {
  const results = judged.map(resultOf);
  const added = await recordResults(client, results, present);
  await keepSummaries(
    client,
    judged.map(({ study, summarized }) => ({ ...study, summarized })),
  );
  const verdicts = await saveVerdicts(client, results);
  const labelled = await saveLabels(
    client,
    judged.map(({ study }) => ({
      ...study,
      items: itemsToLabel(verdicts.get(study.studyId)?.verdicts ?? []),
    })),
    { scope, cause: 'verdict', author: `engine ${ENGINE_VERSION}` },
  );
  const outcomes = new Map(
    results.map(({ studyId }) => {
      const isOther = verdicts.get(studyId)?.changed === true;
      return [studyId, { isNew: added.has(studyId), isOther, changed: isOther || labelled.has(studyId) }];
    }),
  );
  await noteChanges(
    client,
    [...outcomes].flatMap(([studyId, { isNew, isOther }]) => [
      ...(isNew || isOther ? [{ action: 'judged', studyId } as const] : []),
      ...(labelled.has(studyId) ? [{ action: 'labelled', studyId } as const] : []),
    ]),
  );
  const named = judged.flatMap(({ study: { studyId, hospitalCode: hospital }, exams, mappings }) =>
    exams === null ? [] : [{ studyId, hospital, names: exams, used: mappings }],
  );
  // A mapping that was made meanwhile could not know of these.
  await publishToBeJudged(client, await recordExamNames(client, named));
  return outcomes;
}

/** The result of a judged study, as it is recorded. */
export function resultOf({ study, conformance, choice }: JudgedStudy): NewResult {
  const { studyId, revision, settled } = study;
  return { studyId, revision, settled, conformance, choice };
}
