import type { RecognitionWord } from '@hutong/recognition';
import type pg from 'pg';
import type { PatientClass } from './decision.ts';
import { findOnReminder } from './decidedStudy.ts';

/** A match of a reminder as the page of that reminder shows it. */
export interface RemindedMatch {
  position: number;
  hospital: string;
  studyInstanceUid: string;
  itemCode: string;
  studyDate: string;
  ageDays: number | null;
  /** Those that it named, without the ones that were withdrawn since. */
  labels: string[];
  word: RecognitionWord;
  /** Name of the rule of the policy that said so. */
  rule: string;
  /** A label of the item is in force on the study now. */
  inForce: boolean;
  viewed: boolean;
}

/** One reminder with the patient as the hospital that asked knows it. */
export interface RemindedOrder {
  id: string;
  createdAt: Date;
  hospital: string;
  department: string;
  practitioner: string;
  patientId: string;
  patientName: string;
  patientSex: string;
  /** YYYYMMDD or empty. */
  patientBirthDate: string;
  orderNumber: string;
  patientClass: PatientClass;
  examCode: string;
  examName: string;
  modality: string;
  itemCodes: string[];
  matches: RemindedMatch[];
}

/** A reminder that one of these hospitals (null: any) was given; null: there is none. */
export async function readReminder(
  client: pg.Pool | pg.PoolClient,
  id: string,
  hospitals: readonly string[] | null,
): Promise<RemindedOrder | null> {
  const { rows } = await client.query<RemindedOrder>(
    `SELECT r.reminder_id AS id, r.created_at AS "createdAt", r.hospital_code AS hospital, r.department, r.practitioner,
            r.patient_id AS "patientId", coalesce(p.name, '') AS "patientName", coalesce(p.sex, '') AS "patientSex",
            coalesce(p.birth_date, '') AS "patientBirthDate", r.order_number AS "orderNumber",
            r.patient_class AS "patientClass", r.exam_code AS "examCode", r.exam_name AS "examName", r.modality,
            r.item_codes AS "itemCodes",
            coalesce((SELECT json_agg(json_build_object(
                       'position', m.position, 'hospital', m.hospital_code, 'studyInstanceUid', m.study_instance_uid,
                       'itemCode', m.item_code, 'studyDate', m.study_date, 'ageDays', m.age_days,
                       'labels', ARRAY (SELECT text FROM unnest(m.labels) WITH ORDINALITY AS named (text, place)
                                         WHERE text NOT IN (SELECT l.text FROM study s JOIN hr_label l USING (study_id)
                                                             WHERE s.hospital_code = m.hospital_code
                                                               AND s.study_instance_uid = m.study_instance_uid
                                                               AND l.item_code = m.item_code AND l.state <> 'applied')
                                         ORDER BY place),
                       'word', m.word, 'rule', m.rule,
                       'inForce', EXISTS (SELECT FROM study s JOIN hr_label l USING (study_id)
                                           WHERE s.hospital_code = m.hospital_code
                                             AND s.study_instance_uid = m.study_instance_uid
                                             AND l.item_code = m.item_code AND l.state = 'applied'),
                       'viewed', EXISTS (SELECT FROM reminder_view v
                                          WHERE v.reminder_id = m.reminder_id AND v.position = m.position))
                       ORDER BY m.position)
                       FROM reminder_match m WHERE m.reminder_id = r.reminder_id), '[]') AS matches
       FROM reminder r
       LEFT JOIN patient p ON p.hospital_code = r.hospital_code AND p.patient_id = r.patient_id
                          AND p.issuer_of_patient_id = r.issuer_of_patient_id
      WHERE r.reminder_id = $1 AND ($2::text[] IS NULL OR r.hospital_code = ANY ($2))`,
    [id, hospitals],
  );
  return rows[0] ?? null;
}

/** The hospital that was given a reminder, among these (null: any); null: there is none. */
export async function reminderHospital(
  client: pg.Pool | pg.PoolClient,
  id: string,
  hospitals: readonly string[] | null,
): Promise<string | null> {
  const { rows } = await client.query<{ hospital: string }>(
    `SELECT hospital_code AS hospital FROM reminder
      WHERE reminder_id = $1 AND ($2::text[] IS NULL OR hospital_code = ANY ($2))`,
    [id, hospitals],
  );
  return rows[0]?.hospital ?? null;
}

export interface MatchToOpen {
  hospital: string;
  studyInstanceUid: string;
  /** By what is known now it is of another patient than the one that was asked for. */
  isOtherPatient: boolean;
  /** An HR label of the item is in force on it. */
  labelled: boolean;
}

/** What a match of a reminder of this hospital leads to; null: there is none, or the study is gone. */
export async function matchToOpen(
  client: pg.Pool | pg.PoolClient,
  hospital: string,
  on: { reminder: string; position: number },
): Promise<MatchToOpen | null> {
  const found = await findOnReminder(client, hospital, on);
  if (!('study' in found) || found.study.studyId === null) return null;
  const { studyId, issuingHospital, studyInstanceUid, itemCode, isOtherPatient } = found.study;
  const { rows } = await client.query(
    `SELECT FROM hr_label WHERE study_id = $1 AND item_code = $2 AND state = 'applied' LIMIT 1`,
    [studyId, itemCode],
  );
  return { hospital: issuingHospital, studyInstanceUid, isOtherPatient, labelled: rows.length > 0 };
}

/** Notes that somebody opens the pictures of a match. */
export async function noteMatchView(
  client: pg.Pool | pg.PoolClient,
  { reminder, position }: { reminder: string; position: number },
  caller: { kind: string; id: string },
): Promise<void> {
  await client.query(
    'INSERT INTO reminder_view (reminder_id, position, caller_kind, caller_id) VALUES ($1, $2, $3, $4)',
    [reminder, position, caller.kind, caller.id],
  );
}

/** Items of a study with a label in force, with the texts of their labels; empty: there is none, or no such study in view. */
export async function labelledItems(
  client: pg.Pool | pg.PoolClient,
  study: { hospital: string; studyInstanceUid: string },
): Promise<{ code: string; labels: string[] }[]> {
  const { rows } = await client.query<{ code: string; labels: string[] }>(
    `SELECT l.item_code AS code, array_agg(DISTINCT l.text ORDER BY l.text) AS labels
       FROM study s JOIN hr_label l USING (study_id)
      WHERE s.hospital_code = $1 AND s.study_instance_uid = $2 AND l.state = 'applied'
      GROUP BY l.item_code ORDER BY l.item_code`,
    [study.hospital, study.studyInstanceUid],
  );
  return rows;
}
