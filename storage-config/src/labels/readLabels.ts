import type { Bilingual, LabelState } from '@hutong/conformance';
import { decideLabel, decideLabels, type LabelDecision, type LabelledItem } from '@hutong/recognition';
import type pg from 'pg';
import { readLabelFacts } from './labelGrounds.ts';
import { readStandingItems } from './relabelStudies.ts';
import { presentLabels } from './saveLabels.ts';

/** Events of a study's labels that one answer lists. */
export const MAX_LABEL_EVENTS = 200;

/** What was done to a label of a study. */
export interface LabelEvent {
  itemCode: string;
  scope: string;
  text: string;
  state: LabelState;
  cause: string;
  reason: Bilingual;
  author: string;
  at: Date;
  /** The evaluation it rests on; null of what was withdrawn, and of events from before evaluations were kept. */
  qualification: { id: number; evaluatedAt: string; validUntil: string } | null;
}

const EVENT = `l.item_code AS "itemCode", l.scope, l.text, l.state, l.cause,
  json_build_object('zh', l.reason_zh, 'en', l.reason_en) AS reason, l.author, l.created_at AS at,
  (SELECT json_build_object('id', q.qualification_id, 'evaluatedAt', q.evaluated_at, 'validUntil', q.valid_until)
     FROM qualification q WHERE q.qualification_id = l.qualification_id) AS qualification`;

type Queryable = pg.Pool | pg.PoolClient;

/** All that was done to a study's labels, the newest first. */
export async function labelHistory(client: Queryable, studyId: number): Promise<LabelEvent[]> {
  const { rows } = await client.query<LabelEvent>(
    `SELECT ${EVENT} FROM hr_label_event l WHERE l.study_id = $1 ORDER BY l.hr_label_event_id DESC LIMIT ${MAX_LABEL_EVENTS}`,
    [studyId],
  );
  return rows;
}

/** A label that a study carries or could carry, and all that stands in the way of it. */
export interface StudyLabel {
  decision: LabelDecision;
  /** The newest event; null: there never was one. */
  event: LabelEvent | null;
}

export interface StudyLabels {
  /** YYYY-MM-DD, or empty. */
  studyDate: string;
  /** The present revision is not judged yet. */
  pending: boolean;
  notListed: { text: Bilingual } | null;
  items: LabelledItem[];
  labels: StudyLabel[];
}

/**
 * The labels of a study, and why it carries no others: for each of its items and each scope.
 *
 * @param scope recognition scope of hospitals that never joined one
 * @returns null: the study is gone
 */
export async function readStudyLabels(
  client: Queryable,
  studyId: number,
  scope: string,
): Promise<StudyLabels | null> {
  const [study] = await readStandingItems(client, [studyId]);
  const present = (await presentLabels(client, [studyId])).get(studyId);
  if (study === undefined || present === undefined) return null;
  const { items, studyDate, pending = false } = study;
  const itemCodes = [...items, ...present.labels].map(({ itemCode }) => itemCode);
  const facts = (
    await readLabelFacts(client, [{ ...study, studyInstanceUid: present.uid, itemCodes }], scope)
  ).get(studyId);
  if (facts === undefined) return null;
  const decisions = decideLabels(facts, items, present.labels);
  const without = items.filter(({ itemCode }) => !decisions.some((one) => one.itemCode === itemCode));
  const { rows: events } = await client.query<LabelEvent>(
    `SELECT ${EVENT} FROM hr_label l WHERE l.study_id = $1`,
    [studyId],
  );
  const { rows: results } = await client.query<{ notListed: { text: Bilingual } | null }>(
    `SELECT nullif(r.summary -> 'notListed', 'null') AS "notListed"
       FROM conformance_result r JOIN study s ON s.study_id = r.study_id AND s.conformance_revision = r.revision
      WHERE r.study_id = $1 ORDER BY r.conformance_result_id DESC LIMIT 1`,
    [studyId],
  );
  return {
    studyDate,
    pending,
    notListed: results[0]?.notListed ?? null,
    items: [...items],
    labels: [
      ...decisions,
      // The hospital took part in no scope on that day.
      ...without.map((item) => decideLabel(facts, item.itemCode, item, scope)),
    ].map((decision) => ({
      decision,
      event:
        events.find(({ itemCode, scope: at }) => itemCode === decision.itemCode && at === decision.scope) ??
        null,
    })),
  };
}
