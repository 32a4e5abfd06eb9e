import { type RecognitionWord, wordForLabels } from '@hutong/recognition';
import type pg from 'pg';
import { personOfPatient } from '../persons/findPersons.ts';
import { chineseDay, recognisingHospitals } from '../registry/recognisingHospitals.ts';
import { readRecognitionPolicy } from '../reminders/recognitionPolicy.ts';
import type { PatientClass } from './decision.ts';
import type { Decider, OnReminder, OnStudy, RefusedDecision } from './request.ts';

/** The study that is decided on, with what is known beside it. */
export interface FoundStudy {
  /** null: the study is gone. */
  studyId: number | null;
  issuingHospital: string;
  studyInstanceUid: string;
  studyDate: string;
  itemCode: string;
  /** What the matrix said in the reminder; null: there was none. */
  word: RecognitionWord | '' | null;
  /** Texts of the labels that it said it of. */
  remindedLabels: string[];
  /** The patient that it would be recognised for is known to be somebody else than the study's. */
  isOtherPatient: boolean;
  reminder: string | null;
  position: number | null;
  remindedAt: Date | null;
  department: string;
  practitioner: string;
  orderNumber: string;
  patientId: string;
  issuerOfPatientId: string;
  patientClass: PatientClass;
  person: string | null;
}

export type Asked = { study: FoundStudy } | RefusedDecision;

/** SQL of the person that a patient is now; NULL where nobody said. Merged persons count as the one they became. */
export const personSql = (hospital: string, patientId: string, issuer: string): string =>
  `(SELECT coalesce(p.merged_into, p.person_id) FROM patient_link l JOIN person p USING (person_id)
     WHERE l.hospital_code = ${hospital} AND l.patient_id = ${patientId} AND l.issuer_of_patient_id = ${issuer}
       AND l.ended_at IS NULL)`;

/** SQL of the person that `study s` is of; NULL where nobody said, or where it contradicts what its patient is known by. */
export const STUDY_PERSON = '(SELECT ps.person_id FROM person_study ps WHERE ps.study_id = s.study_id)';

const presentPersonSql = (person: string): string =>
  `(SELECT coalesce(p.merged_into, p.person_id) FROM person p WHERE p.person_id = ${person})`;

interface ReminderRow extends Omit<FoundStudy, 'isOtherPatient'> {
  studyPerson: string | null;
}

/** A match of a reminder that this hospital was given. */
export async function findOnReminder(
  client: pg.Pool | pg.PoolClient,
  hospital: string,
  { reminder, position }: OnReminder,
): Promise<Asked> {
  const { rows } = await client.query<ReminderRow>(
    `SELECT s.study_id AS "studyId", m.hospital_code AS "issuingHospital", m.study_instance_uid AS "studyInstanceUid",
            m.study_date AS "studyDate", m.item_code AS "itemCode", m.word, m.labels AS "remindedLabels",
            r.reminder_id AS reminder, m.position,
            r.created_at AS "remindedAt", r.department, r.practitioner, r.order_number AS "orderNumber",
            r.patient_id AS "patientId", r.issuer_of_patient_id AS "issuerOfPatientId",
            coalesce(nullif(r.patient_class, ''), (SELECT o.patient_class FROM exam_order o
              WHERE o.hospital_code = r.hospital_code AND o.order_number = r.order_number), '') AS "patientClass",
            ${presentPersonSql('r.person_id')} AS person,
            ${STUDY_PERSON} AS "studyPerson"
       FROM reminder r JOIN reminder_match m USING (reminder_id)
       LEFT JOIN study s ON s.hospital_code = m.hospital_code AND s.study_instance_uid = m.study_instance_uid
      WHERE r.reminder_id = $1 AND r.hospital_code = $2 AND m.position = $3`,
    [reminder, hospital, position],
  );
  const [row] = rows;
  if (row === undefined) return { outcome: 'absent' };
  const { studyPerson, ...study } = row;
  const isOtherPatient =
    (study.person !== null && studyPerson !== study.person) ||
    (await isSomebodyElse(client, hospital, study, studyPerson));
  return { study: { ...study, isOtherPatient } };
}

/**
 * The patient of the deciding hospital is known to be another person than the study's: the two may have been separated after the
 * reminder, and either of them may have stayed with the person it was given for.
 */
export async function isSomebodyElse(
  client: pg.Pool | pg.PoolClient,
  hospital: string,
  { patientId, issuerOfPatientId }: Pick<FoundStudy, 'patientId' | 'issuerOfPatientId'>,
  studyPerson: string | null,
): Promise<boolean> {
  if (patientId === '') return false;
  const person = await personOfPatient(client, hospital, patientId, issuerOfPatientId);
  return person !== null && person !== studyPerson;
}

/** How long somebody who opened the pictures from a reminder decides on that reminder, in hours. */
const REMINDED_HOURS = 24;

/**
 * A study that the caller may open. Whoever opened its pictures from a reminder of this hospital lately decides on that
 * reminder, wherever the decision is made.
 */
export async function findOnStudy(
  client: pg.PoolClient,
  { hospital, author }: Pick<Decider, 'hospital' | 'author'>,
  on: OnStudy,
): Promise<Asked> {
  const { rows } = await client.query<{
    studyId: number;
    studyDate: string;
    person: string | null;
    /** Of the one whose number the study bears. */
    patientPerson: string | null;
    items: string[] | null;
  }>(
    `SELECT s.study_id AS "studyId", s.study_date AS "studyDate",
            ${STUDY_PERSON} AS person,
            ${personSql('s.hospital_code', 's.patient_id', 's.issuer_of_patient_id')} AS "patientPerson",
            (SELECT array_agg(DISTINCT h.item_code ORDER BY h.item_code) FROM hr_label h
              WHERE h.study_id = s.study_id AND h.state = 'applied') AS items
       FROM study s
      WHERE s.hospital_code = $1 AND s.study_instance_uid = $2
        AND ($3::text[] IS NULL OR s.hospital_code = ANY ($3) OR s.study_id = ANY ($4::bigint[]))`,
    [on.hospital, on.studyInstanceUid, on.view.hospitals, on.view.studyIds],
  );
  const [row] = rows;
  if (row === undefined) return { outcome: 'absent' };
  if (on.hospital === hospital) return { outcome: 'ownStudy' };
  const items = row.items ?? [];
  const itemCode = on.itemCode ?? items[0];
  if (itemCode === undefined) return { outcome: 'notLabelled' };
  if (on.itemCode === null && items.length > 1) return { outcome: 'itemNeeded', itemCodes: items };
  const opened = await openedFromReminder(client, hospital, author.id, { ...on, itemCode });
  if (opened !== null) return findOnReminder(client, hospital, opened);
  const patient =
    on.patientId === ''
      ? await patientOf(client, hospital, row.person)
      : { patientId: on.patientId, issuerOfPatientId: on.issuerOfPatientId };
  return {
    study: {
      studyId: row.studyId,
      issuingHospital: on.hospital,
      studyInstanceUid: on.studyInstanceUid,
      studyDate: row.studyDate,
      itemCode,
      word: null,
      remindedLabels: [],
      isOtherPatient: row.patientPerson !== null && (await isSomebodyElse(client, hospital, on, row.person)),
      reminder: null,
      position: null,
      remindedAt: null,
      department: '',
      practitioner: '',
      orderNumber: on.orderNumber,
      ...patient,
      patientClass: on.patientClass,
      person: row.person,
    },
  };
}

async function openedFromReminder(
  client: pg.PoolClient,
  hospital: string,
  author: string,
  study: { hospital: string; studyInstanceUid: string; itemCode: string },
): Promise<OnReminder | null> {
  const { rows } = await client.query<OnReminder>(
    `SELECT m.reminder_id AS reminder, m.position
       FROM reminder_match m JOIN reminder r USING (reminder_id)
       JOIN reminder_view v ON v.reminder_id = m.reminder_id AND v.position = m.position
      WHERE m.hospital_code = $3 AND m.study_instance_uid = $4 AND m.item_code = $5 AND r.hospital_code = $1
        AND v.caller_id = $2 AND v.viewed_at > now() - make_interval(hours => $6)
      ORDER BY v.viewed_at DESC LIMIT 1`,
    [hospital, author, study.hospital, study.studyInstanceUid, study.itemCode, REMINDED_HOURS],
  );
  return rows[0] ?? null;
}

/** The one patient that a person is at a hospital; empty where there are several, or none is known. */
async function patientOf(
  client: pg.PoolClient,
  hospital: string,
  person: string | null,
): Promise<{ patientId: string; issuerOfPatientId: string }> {
  const { rows } = await client.query<{ patientId: string; issuerOfPatientId: string }>(
    `SELECT l.patient_id AS "patientId", l.issuer_of_patient_id AS "issuerOfPatientId"
       FROM patient_link l WHERE l.person_id = $1 AND l.hospital_code = $2 AND l.ended_at IS NULL LIMIT 2`,
    [person, hospital],
  );
  const [one, another] = rows;
  return one !== undefined && another === undefined ? one : { patientId: '', issuerOfPatientId: '' };
}

export interface LabelsThen {
  /** Texts of the labels on the item that were in force. */
  applied: string[];
  scopes: string[];
  /** A label had been in force before. */
  wasLabelled: boolean;
}

/** Labels of an item of a study at a moment; null: now. */
export async function labelsAt(
  client: pg.PoolClient,
  { studyId, itemCode }: Pick<FoundStudy, 'studyId' | 'itemCode'>,
  at: Date | null,
): Promise<LabelsThen> {
  const { rows } = await client.query<{ text: string; scope: string; state: string; was: boolean }>(
    `SELECT DISTINCT ON (scope) scope, text, state, bool_or(state = 'applied') OVER () AS was
       FROM hr_label_event
      WHERE study_id = $1 AND item_code = $2
        AND ($3::timestamptz IS NULL OR created_at < $3::timestamptz + interval '1 millisecond')
      ORDER BY scope, hr_label_event_id DESC`,
    [studyId, itemCode, at],
  );
  const applied = rows.filter(({ state }) => state === 'applied');
  return {
    applied: [...new Set(applied.map(({ text }) => text))],
    scopes: applied.map(({ scope }) => scope),
    wasLabelled: rows.some(({ was }) => was),
  };
}

/** What the matrix says of the labels of a study for a hospital; empty where there is none. */
export async function wordAt(
  client: pg.PoolClient,
  { issuingHospital, itemCode, studyDate }: Pick<FoundStudy, 'issuingHospital' | 'itemCode' | 'studyDate'>,
  viewing: string,
  { scopes, at, regionName }: { scopes: readonly string[]; at: Date; regionName: string },
): Promise<RecognitionWord | ''> {
  const hospitals = await recognisingHospitals(client, regionName, chineseDay(at));
  const [one, other] = [hospitals.get(issuingHospital), hospitals.get(viewing)];
  if (one === undefined || other === undefined) return '';
  const { policy } = await readRecognitionPolicy(client);
  return wordForLabels(policy, scopes, one, other, { itemCode, ageDays: ageOf(studyDate, at) })?.word ?? '';
}

/** Days from a study date (YYYYMMDD) to a moment; null where the date is none. */
function ageOf(studyDate: string, at: Date): number | null {
  const day = Date.parse(studyDate.replace(/^(\d{4})(\d{2})(\d{2})$/, '$1-$2-$3'));
  return Number.isNaN(day) ? null : Math.max(0, Math.floor((Date.parse(chineseDay(at)) - day) / 86_400_000));
}
