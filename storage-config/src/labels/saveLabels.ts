import { normaliseDate } from '@hutong/dicom';
import {
  decideLabels,
  type LabelCause,
  type LabelChange,
  labelChanges,
  type LabelledItem,
  type PresentLabel,
} from '@hutong/recognition';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import type { EffectiveVerdict } from '../decisions/saveVerdicts.ts';
import { readLabelFacts } from './labelGrounds.ts';

export interface LabelsToSave {
  studyId: number;
  hospitalCode: string;
  /** YYYY-MM-DD, or empty when the study has no valid date: then it gets no label. */
  studyDate: string;
  /** Every item of the study's result, with the verdict that holds. */
  items: readonly LabelledItem[];
  /** Its present revision is not judged yet: no label is given, but one may end. */
  pending?: boolean;
}

/** Who brings labels about, and by what. */
export interface Labelling {
  /** Recognition scope of hospitals that never joined one. */
  scope: string;
  /** What makes labels be looked at; a label that ends by something else says so. */
  cause: LabelCause;
  /** `engine` and its version, or a person; kept with each event. */
  author: string;
  authorKind?: string;
  authorId?: string;
}

/** A person or key as the author of label events. */
export function labelAuthor({
  kind,
  id,
  name,
}: Author): Pick<Labelling, 'author' | 'authorKind' | 'authorId'> {
  return { author: `${kind} ${name === '' ? id : name}`, authorKind: kind, authorId: id };
}

/** A study date of the index (YYYYMMDD) as labels look at it; empty for what is no day of the calendar. */
export function labelDate(date: string): string {
  return normaliseDate(date) === date ? date.replace(/^(....)(..)(..)$/, '$1-$2-$3') : '';
}

/** The verdicts that hold, as labels look at them. */
export function itemsToLabel(verdicts: readonly EffectiveVerdict[]): LabelledItem[] {
  return verdicts.map(({ result: { itemCode, itemName }, verdict, decided }) => ({
    itemCode,
    itemName,
    verdict,
    decided,
  }));
}

/**
 * Appends the label events that make studies' HR labels those their verdicts, their hospitals' qualifications and scopes, and
 * the policy call for. Belongs into the transaction of what changed, with the studies' rows locked: what was entered meanwhile
 * is read behind that lock, and whoever enters it has the studies looked at after it is there.
 *
 * @param studies each study once
 * @returns the studies that had events
 */
export async function saveLabels(
  client: pg.PoolClient,
  studies: readonly LabelsToSave[],
  labelling: Labelling,
): Promise<Set<number>> {
  const present = await presentLabels(
    client,
    studies.map(({ studyId }) => studyId),
  );
  const facts = await readLabelFacts(
    client,
    studies.map((study) => {
      const { uid, labels } = present.get(study.studyId) ?? { uid: '', labels: [] };
      const itemCodes = [...study.items, ...labels].map(({ itemCode }) => itemCode);
      return { ...study, studyInstanceUid: uid, itemCodes };
    }),
    labelling.scope,
  );
  const events = studies.flatMap(({ studyId, items, pending = false }) => {
    const grounds = facts.get(studyId);
    if (grounds === undefined) return [];
    const labels = present.get(studyId)?.labels ?? [];
    const changes = labelChanges(decideLabels(grounds, items, labels), labels, {
      cause: labelling.cause,
      judged: !pending,
      standing: new Set(grounds.evaluations.map(({ id }) => id)),
    });
    return changes.map((change) => ({ studyId, ...change }));
  });
  await addLabelEvents(client, events, labelling);
  return new Set(events.map(({ studyId }) => studyId));
}

/** Appends events; the newest of each label is what holds. */
export async function addLabelEvents(
  client: pg.PoolClient,
  events: readonly (LabelChange & { studyId: number })[],
  { author, authorKind = 'system', authorId = '' }: Pick<Labelling, 'author' | 'authorKind' | 'authorId'>,
): Promise<void> {
  if (events.length === 0) return;
  await client.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, qualification_id, cause,
                                 author, author_kind, author_id)
     SELECT given.*, $10, $11, $12
       FROM unnest($1::bigint[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::bigint[],
                   $9::text[]) AS given`,
    [
      events.map(({ studyId }) => studyId),
      events.map(({ itemCode }) => itemCode),
      events.map(({ scope }) => scope),
      events.map(({ text }) => text),
      events.map(({ state }) => state),
      events.map(({ reason }) => reason.zh),
      events.map(({ reason }) => reason.en),
      events.map(({ qualificationId }) => qualificationId),
      events.map(({ cause }) => cause),
      author,
      authorKind,
      authorId,
    ],
  );
}

interface Present {
  uid: string;
  labels: PresentLabel[];
}

/** The newest event of each label of studies, with the UIDs of the studies. */
export async function presentLabels(
  client: pg.Pool | pg.PoolClient,
  studyIds: readonly number[],
): Promise<Map<number, Present>> {
  const { rows } = await client.query<{ study: number; uid: string; labels: PresentLabel[] }>(
    `SELECT s.study_id AS study, s.study_instance_uid AS uid,
            (SELECT coalesce(json_agg(json_build_object('itemCode', l.item_code, 'scope', l.scope, 'state', l.state,
                                                        'qualificationId', l.qualification_id)), '[]')
               FROM hr_label l WHERE l.study_id = s.study_id) AS labels
       FROM study s WHERE s.study_id = ANY ($1::bigint[])`,
    [studyIds],
  );
  return new Map(rows.map(({ study, uid, labels }) => [study, { uid, labels }]));
}
