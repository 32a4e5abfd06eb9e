import type pg from 'pg';
import type { GivenReason } from './reasons.ts';

/**
 * - `deleted`, `recovered`: on request.
 * - `corrected`: another version was sent by a credential that may correct. `restored`: it sent one that corrects what was
 *   deleted.
 * - `accepted`, `discarded`: the decision about what was kept aside.
 * - `rejected`: a rejection note took effect. `dismissed`: a person decided against one. `unrejected`: it was deleted, so
 *   what it rejected is back.
 * - `removed`: objects were removed for good after the retention time.
 * - `held`, `released`: a legal hold began or ended, so that nothing is removed meanwhile.
 */
export const STUDY_EVENT_KINDS = [
  'deleted',
  'recovered',
  'corrected',
  'restored',
  'accepted',
  'discarded',
  'rejected',
  'dismissed',
  'unrejected',
  'removed',
  'held',
  'released',
] as const;
export type StudyEventKind = (typeof STUDY_EVENT_KINDS)[number];

/** Who did something: key id, subject, or `trial`; never a secret. */
export interface Author {
  kind: 'machine' | 'person' | 'trial' | 'system';
  id: string;
  name: string;
}

export const SYSTEM_AUTHOR: Author = { kind: 'system', id: 'hutong', name: 'Hutong' };

export interface NewStudyEvent {
  hospital: string;
  studyInstanceUid: string;
  seriesInstanceUid?: string | null;
  sopInstanceUid?: string | null;
  kind: StudyEventKind;
  reason: GivenReason;
  author: Author;
  /** What the kind adds; no values of a dataset but UIDs. */
  details?: Record<string, unknown>;
}

/** A recorded event. */
export interface StudyEvent extends Required<NewStudyEvent> {
  id: number;
  at: Date;
}

/** An event with how many instances it concerned. */
export interface MadeEvent extends StudyEvent {
  instances: number;
}

/**
 * Records an event, in the transaction of what it says. Numbers of one study rise in the order of commits as long as its
 * row is locked first.
 */
export async function recordEvent(client: pg.PoolClient, event: NewStudyEvent): Promise<StudyEvent> {
  const { author, reason, seriesInstanceUid = null, sopInstanceUid = null, details = {} } = event;
  const { rows } = await client.query<{ id: number; at: Date }>(
    `INSERT INTO study_event (hospital_code, study_instance_uid, series_instance_uid, sop_instance_uid, kind, reason_code,
                              reason_text, author_kind, author_id, author_name, details)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
     RETURNING study_event_id AS id, created_at AS at`,
    [
      event.hospital,
      event.studyInstanceUid,
      seriesInstanceUid,
      sopInstanceUid,
      event.kind,
      reason.code,
      reason.text,
      author.kind,
      author.id,
      author.name,
      JSON.stringify(details),
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the event was not recorded');
  return { ...event, seriesInstanceUid, sopInstanceUid, details, ...row };
}

/** Says how many instances an event concerned, in the transaction that recorded it. */
export async function countEvent(client: pg.PoolClient, id: number, instances: number): Promise<void> {
  await client.query('UPDATE study_event SET instances = $2 WHERE study_event_id = $1', [id, instances]);
}
