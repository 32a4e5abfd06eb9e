/** For tests: hospitals, persons, labelled studies and reminders, as the other parts would write them. */
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { createHospital } from '../registry/hospitals.ts';

export const REGION = '龙南市';
export const DOCTOR: Author = { kind: 'person', id: 'li', name: '李医生' };
export const OTHER_DOCTOR: Author = { kind: 'person', id: 'wang', name: '王医生' };

const there = <T>(row: T | undefined): T => {
  if (row === undefined) throw new Error('nothing was written');
  return row;
};

export async function addHospitals(pool: pg.Pool, codes: readonly string[]): Promise<void> {
  for (const code of codes)
    await createHospital(pool, { code, nameZh: `${code}医院`, nameEn: `Hospital ${code}` });
}

/** A person who is these patients. */
export async function addPerson(
  pool: pg.Pool,
  patients: readonly { hospital: string; patientId: string }[],
): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    'INSERT INTO person DEFAULT VALUES RETURNING person_id AS id',
  );
  const { id } = there(rows[0]);
  for (const { hospital, patientId } of patients)
    await pool.query(
      `INSERT INTO patient_link (hospital_code, patient_id, person_id, how, author_kind, author_id)
       VALUES ($1, $2, $3, 'identifier', 'system', 'test')`,
      [hospital, patientId, id],
    );
  return id;
}

export interface TestStudy {
  hospital?: string;
  uid?: string;
  patientId?: string;
  date?: string;
}

/** Adds the row of a study without instances; returns its number. */
export async function addDecidedStudy(
  pool: pg.Pool,
  { hospital = 'issuer', uid = '1.2.3', patientId = 'I-1', date = '20260310' }: TestStudy = {},
): Promise<number> {
  const { rows } = await pool.query<{ id: number }>(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, study_date, modalities, conformance_revision,
                        judged_revision)
     VALUES ($1, $2, $3, $4, '{CT}', 1, 1) RETURNING study_id AS id`,
    [hospital, uid, patientId, date],
  );
  return there(rows[0]).id;
}

/** Appends the event of a label. */
export async function addLabel(
  pool: pg.Pool,
  studyId: number,
  { state = 'applied', itemCode = 'CT-01', scope = REGION, at = new Date() } = {},
): Promise<void> {
  await pool.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author, created_at)
     VALUES ($1, $2, $3, $3 || 'HR', $4, '', '', 'test', $5)`,
    [studyId, itemCode, scope, state, at],
  );
}

export interface TestReminder {
  hospital?: string;
  patientId?: string;
  person?: string | null;
  orderNumber?: string;
  minutesAgo?: number;
  matches?: readonly {
    hospital?: string;
    uid?: string;
    itemCode?: string;
    word?: string;
    labels?: string[];
  }[];
}

/** A reminder that was given; returns its id. */
export async function addReminder(
  pool: pg.Pool,
  {
    hospital = 'decider',
    patientId = 'D-1',
    person = null,
    orderNumber = '',
    minutesAgo = 5,
    matches = [{}],
  }: TestReminder = {},
): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    `INSERT INTO reminder (created_at, hospital_code, department, practitioner, channel, caller_kind, caller_id, patient_id, person_id,
                           order_number, exam_name, item_codes, milliseconds)
     VALUES (now() - make_interval(mins => $1), $2, '神经内科', '赵主任', 'json', 'machine', 'his', $3, $4, $5, '头颅CT', '{CT-01}', 3)
     RETURNING reminder_id AS id`,
    [minutesAgo, hospital, patientId, person, orderNumber],
  );
  const { id } = there(rows[0]);
  for (const [position, match] of matches.entries())
    await pool.query(
      `INSERT INTO reminder_match (reminder_id, position, hospital_code, study_instance_uid, item_code, study_date, age_days, labels, word)
       VALUES ($1, $2, $3, $4, $5, '20260310', 3, $6, $7)`,
      [
        id,
        position,
        match.hospital ?? 'issuer',
        match.uid ?? '1.2.3',
        match.itemCode ?? 'CT-01',
        match.labels ?? [`${REGION}HR`],
        match.word ?? 'MUST_RECOGNISE',
      ],
    );
  return id;
}
