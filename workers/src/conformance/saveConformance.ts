import type { StudyConformance } from '@hutong/conformance';
import { claim, markDone, noteChanges, publishStudySettled } from '@hutong/storage-config';
import type pg from 'pg';
import type { StudyToJudge } from './readStudy.ts';
import { saveLabels } from './saveLabels.ts';

export interface ConformanceToSave {
  outboxId: number;
  study: StudyToJudge;
  conformance: StudyConformance;
  /** Recognition scope whose HR label is given. */
  scope: string;
}

/**
 * - `saved`: a new result stands.
 * - `known`: this very result stood already; labels were brought up to date.
 * - `superseded`: the study changed since it was read; the event of that change does the work.
 * - `duplicate`: another delivery of the same outbox row was quicker.
 */
export type SaveOutcome = 'saved' | 'known' | 'superseded' | 'duplicate';

/** Saves result, verdicts, labels, their entries of the change feed, the next evaluation and the end of the outbox row. Belongs into one transaction. */
export async function saveConformance(client: pg.PoolClient, input: ConformanceToSave): Promise<SaveOutcome> {
  const { outboxId, study, conformance } = input;
  // Held to the end: no store can raise the revision, no other result be saved for the study meanwhile.
  const { rows } = await client.query<{ conformance_revision: number }>(
    'SELECT conformance_revision FROM study WHERE study_id = $1 FOR NO KEY UPDATE',
    [study.studyId],
  );
  if (!(await claim(client, outboxId))) return 'duplicate';
  await markDone(client, outboxId);
  if (rows[0]?.conformance_revision !== study.revision) return 'superseded';

  const isNew = await insertResult(client, study, conformance);
  if (isNew) await replaceVerdicts(client, study.studyId, conformance);
  const labelEvents = await saveLabels(client, study, conformance, input.scope);
  const { studyId } = study;
  await noteChanges(client, [
    ...(isNew ? [{ action: 'judged', studyId } as const] : []),
    ...(labelEvents > 0 ? [{ action: 'labelled', studyId } as const] : []),
  ]);
  if (!study.settled) await publishStudySettled(client, study.studyId, study.secondsUntilSettled);
  return isNew ? 'saved' : 'known';
}

async function insertResult(
  client: pg.PoolClient,
  study: StudyToJudge,
  conformance: StudyConformance,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO conformance_result
       (study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT DO NOTHING`,
    [
      study.studyId,
      study.revision,
      conformance.catalogue.id,
      conformance.catalogue.version,
      conformance.engineVersion,
      study.settled,
      JSON.stringify(conformance, storableText),
    ],
  );
  return rowCount === 1;
}

/** PostgreSQL's jsonb holds neither NUL nor half a surrogate pair; text from a hostile header may have both. */
function storableText(_key: string, value: unknown): unknown {
  return typeof value === 'string' ? value.replaceAll('\0', '').toWellFormed() : value;
}

async function replaceVerdicts(
  client: pg.PoolClient,
  studyId: number,
  { results }: StudyConformance,
): Promise<void> {
  await client.query('DELETE FROM study_item WHERE study_id = $1', [studyId]);
  await client.query(
    `INSERT INTO study_item (study_id, item_code, verdict)
     SELECT $1, code, verdict FROM unnest($2::text[], $3::text[]) AS item (code, verdict)`,
    [studyId, results.map((result) => result.itemCode), results.map((result) => result.verdict)],
  );
}
