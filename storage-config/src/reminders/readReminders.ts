import type { RecognitionWord } from '@hutong/recognition';
import type pg from 'pg';
import type { PatientClass } from '../recognition/decision.ts';
import type { NoMatchReason, ReminderChannel } from './reminder.ts';

/** A match as it was answered, with what became of it. */
export interface RecordedMatch {
  position: number;
  hospital: string;
  studyInstanceUid: string;
  itemCode: string;
  studyDate: string;
  ageDays: number;
  /** Those that it named, without the ones that were withdrawn since. */
  labels: string[];
  word: RecognitionWord;
  rule: string;
  /** The study is there and a label of the item is in force on it now. */
  inForce: boolean;
  viewed: boolean;
  /** What was decided on it and holds; null: nothing. */
  decision: { kind: 'recognised' | 'examinedAgain'; reasonCode: string; decidedAt: string } | null;
}

/** A reminder that was given. */
export interface RecordedReminder {
  id: string;
  call: string;
  createdAt: Date;
  /** The same moment as text that is finer than a date: where a page of a list ends. */
  moment: string;
  hospital: string;
  department: string;
  practitioner: string;
  channel: ReminderChannel;
  callerKind: string;
  callerId: string;
  patientId: string;
  orderNumber: string;
  patientClass: PatientClass;
  examCode: string;
  examName: string;
  modality: string;
  itemCodes: string[];
  emptyBecause: NoMatchReason | '';
  milliseconds: number;
  matches: RecordedMatch[];
}

const RECORD = `r.reminder_id AS id, r.call_id AS call, r.created_at AS "createdAt", r.created_at::text AS moment,
  r.hospital_code AS hospital, r.department, r.practitioner, r.channel, r.caller_kind AS "callerKind", r.caller_id AS "callerId",
  r.patient_id AS "patientId", r.order_number AS "orderNumber", r.patient_class AS "patientClass", r.exam_code AS "examCode",
  r.exam_name AS "examName", r.modality, r.item_codes AS "itemCodes", r.empty_because AS "emptyBecause", r.milliseconds,
  coalesce((SELECT json_agg(json_build_object(
             'position', m.position, 'hospital', m.hospital_code, 'studyInstanceUid', m.study_instance_uid,
             'itemCode', m.item_code, 'studyDate', m.study_date, 'ageDays', m.age_days, 'word', m.word,
             'labels', ARRAY (SELECT text FROM unnest(m.labels) WITH ORDINALITY AS named (text, place)
                               WHERE text NOT IN (SELECT l.text FROM study s JOIN hr_label l ON l.study_id = s.study_id
                                                   WHERE s.hospital_code = m.hospital_code
                                                     AND s.study_instance_uid = m.study_instance_uid
                                                     AND l.item_code = m.item_code AND l.state <> 'applied') ORDER BY place),
             'rule', m.rule,
             'inForce', EXISTS (SELECT FROM study s JOIN hr_label l ON l.study_id = s.study_id AND l.item_code = m.item_code
                                 WHERE s.hospital_code = m.hospital_code AND s.study_instance_uid = m.study_instance_uid
                                   AND l.state = 'applied'),
             'viewed', EXISTS (SELECT FROM reminder_view v WHERE v.reminder_id = m.reminder_id AND v.position = m.position),
             'decision', (SELECT json_build_object('kind', d.kind, 'reasonCode', d.reason_code, 'decidedAt', d.decided_at)
                            FROM recognition_decision d
                           WHERE d.reminder_id = m.reminder_id AND d.reminder_position = m.position AND d.kind <> 'withdrawn'
                             AND NOT EXISTS (SELECT FROM recognition_decision later
                                              WHERE later.replaces = d.recognition_decision_id)
                           ORDER BY d.created_at DESC LIMIT 1)) ORDER BY m.position)
             FROM reminder_match m WHERE m.reminder_id = r.reminder_id), '[]') AS matches`;

export interface ReminderFilter {
  /** Hospitals that asked; null: all. */
  hospitals: readonly string[] | null;
  /** `matched`: those that named a study; `empty`: those that did not; null: all. */
  state: 'matched' | 'empty' | null;
  /** Moment and id of the last one of the page before. */
  after: readonly [moment: string, id: string] | null;
  limit: number;
}

/** Reminders that were given, the newest first. */
export async function listReminders(
  client: pg.Pool | pg.PoolClient,
  { hospitals, state, after, limit }: ReminderFilter,
): Promise<RecordedReminder[]> {
  const { rows } = await client.query<RecordedReminder>(
    `SELECT ${RECORD} FROM reminder r
      WHERE ($1::text[] IS NULL OR r.hospital_code = ANY ($1))
        AND ($2::text IS NULL OR (r.empty_because = '') = ($2 = 'matched'))
        AND ($3::timestamptz IS NULL OR (r.created_at, r.reminder_id) < ($3, $4::uuid))
      ORDER BY r.created_at DESC, r.reminder_id DESC LIMIT $5`,
    [hospitals, state, after?.[0] ?? null, after?.[1] ?? null, limit],
  );
  return rows;
}

/** The reminders of one call, in the order of its exams. */
export async function remindersOfCall(
  client: pg.Pool | pg.PoolClient,
  call: string,
): Promise<RecordedReminder[]> {
  const { rows } = await client.query<RecordedReminder>(
    `SELECT ${RECORD} FROM reminder r WHERE r.call_id = $1 ORDER BY r.created_at, r.empty_because <> '', r.exam_code, r.reminder_id`,
    [call],
  );
  return rows;
}

/** A reminder by its id; null: there is none of these hospitals (null: all). */
export async function reminderById(
  client: pg.Pool | pg.PoolClient,
  id: string,
  hospitals: readonly string[] | null,
): Promise<RecordedReminder | null> {
  const { rows } = await client.query<RecordedReminder>(
    `SELECT ${RECORD} FROM reminder r WHERE r.reminder_id = $1 AND ($2::text[] IS NULL OR r.hospital_code = ANY ($2))`,
    [id, hospitals],
  );
  return rows[0] ?? null;
}

/** Notes that somebody opens the pictures of a match; false: there is no such match of the call. */
export async function noteReminderView(
  client: pg.Pool | pg.PoolClient,
  { call, reminder, position }: { call: string; reminder: string; position: number },
  caller: { kind: string; id: string },
): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO reminder_view (reminder_id, position, caller_kind, caller_id)
     SELECT m.reminder_id, m.position, $4, $5
       FROM reminder_match m JOIN reminder r USING (reminder_id)
      WHERE r.call_id = $1 AND m.reminder_id = $2 AND m.position = $3`,
    [call, reminder, position, caller.kind, caller.id],
  );
  return rowCount === 1;
}
