import { decideLabels, type LabelChange, type LabelObstacle, labelText } from '@hutong/recognition';
import type pg from 'pg';
import { noteChanges } from '../changes.ts';
import type { Author } from '../corrections/events.ts';
import { inTransaction } from '../database.ts';
import { readLabelFacts } from './labelGrounds.ts';
import { readStandingItems } from './relabelStudies.ts';
import { addLabelEvents, labelAuthor, presentLabels } from './saveLabels.ts';

/** Labels released in one request. */
export const MAX_RELEASED = 200;

/** A proposed label. */
export interface LabelToRelease {
  hospital: string;
  studyInstanceUid: string;
  itemCode: string;
  scope: string;
}

/**
 * - `released`: it is applied.
 * - `notProposed`: there is no such study, or no label of it waits.
 * - `pending`: the study changed and is judged again.
 * - `obstacle`: something stands in the way by now.
 */
export interface ReleaseOutcome extends LabelToRelease {
  outcome: 'released' | 'notProposed' | 'pending' | 'obstacle';
  obstacles: LabelObstacle[];
}

/**
 * Releases proposed labels, each of which must be allowed at this moment; with their entries of the change feed, in one
 * transaction. What cannot be released does not keep the others from it.
 *
 * @param hospitals whose labels the author may release; null: all. Those of others are as if they were not there.
 * @param scope recognition scope of hospitals that never joined one
 */
export async function releaseLabels(
  index: pg.Pool,
  asked: readonly LabelToRelease[],
  { author, hospitals }: { author: Author; hospitals: readonly string[] | null },
  scope: string,
): Promise<ReleaseOutcome[]> {
  return inTransaction(index, async (client) => {
    const mine = asked.filter(({ hospital }) => hospitals?.includes(hospital) ?? true);
    const ids = await lockStudies(client, mine);
    const studyIds = [...new Set(ids.values())];
    const present = await presentLabels(client, studyIds);
    const standing = await readStandingItems(client, studyIds);
    const facts = await readLabelFacts(
      client,
      standing.map((study) => ({
        ...study,
        studyInstanceUid: present.get(study.studyId)?.uid ?? '',
        itemCodes: study.items.map(({ itemCode }) => itemCode),
      })),
      scope,
    );
    const events = new Map<string, LabelChange & { studyId: number }>();
    const outcomes = asked.map((label): ReleaseOutcome => {
      const studyId = mine.includes(label) ? ids.get(keyOf(label)) : undefined;
      const found = (outcome: ReleaseOutcome['outcome'], obstacles: LabelObstacle[] = []) => ({
        ...label,
        outcome,
        obstacles,
      });
      const grounds = studyId === undefined ? undefined : facts.get(studyId);
      const isThis = (one: { itemCode: string; scope: string }): boolean =>
        one.itemCode === label.itemCode && one.scope === label.scope;
      const labels = present.get(studyId ?? 0)?.labels ?? [];
      if (studyId === undefined || grounds === undefined || labels.find(isThis)?.state !== 'proposed')
        return found('notProposed');
      const study = standing.find((one) => one.studyId === studyId);
      const decision = decideLabels(grounds, study?.items ?? [], labels).find(isThis);
      if (study?.pending !== false) return found('pending');
      if (decision === undefined || decision.obstacles.length > 0)
        return found('obstacle', decision?.obstacles ?? []);
      const { evaluation } = decision;
      events.set(`${studyId} ${label.itemCode} ${label.scope}`, {
        studyId,
        itemCode: label.itemCode,
        scope: label.scope,
        text: labelText(label.scope),
        state: 'applied',
        reason: {
          zh: `经人工核准发放；${evaluation?.evaluatedAt} 质量评价合格，有效至 ${evaluation?.validUntil}`,
          en: `released by a person; quality evaluation passed on ${evaluation?.evaluatedAt}, valid until ${evaluation?.validUntil}`,
        },
        cause: 'person',
        qualificationId: evaluation?.id ?? null,
      });
      return found('released');
    });
    await addLabelEvents(client, [...events.values()], labelAuthor(author));
    await noteChanges(
      client,
      [...new Set([...events.values()].map(({ studyId }) => studyId))].map(
        (studyId) => ({ action: 'labelled', studyId }) as const,
      ),
    );
    return outcomes;
  });
}

const keyOf = ({
  hospital,
  studyInstanceUid,
}: Pick<LabelToRelease, 'hospital' | 'studyInstanceUid'>): string => `${hospital} ${studyInstanceUid}`;

async function lockStudies(
  client: pg.PoolClient,
  labels: readonly LabelToRelease[],
): Promise<Map<string, number>> {
  const { rows } = await client.query<{ id: number; hospital: string; studyInstanceUid: string }>(
    `SELECT study_id AS id, hospital_code AS hospital, study_instance_uid AS "studyInstanceUid" FROM study
      WHERE (hospital_code, study_instance_uid) IN (SELECT * FROM unnest($1::text[], $2::text[]))
      ORDER BY study_id FOR NO KEY UPDATE`,
    [labels.map(({ hospital }) => hospital), labels.map(({ studyInstanceUid }) => studyInstanceUid)],
  );
  return new Map(rows.map(({ id, ...study }) => [keyOf(study), id]));
}
