/** For tests: labelled studies of patients, without images. */
import { chineseDay } from '../registry/recognisingHospitals.ts';
import type { Pool } from 'pg';

export interface LabelledStudy {
  hospital: string;
  studyInstanceUid: string;
  patientId: string;
  issuerOfPatientId?: string;
  /** Days before today. */
  ageDays?: number;
  itemCode?: string;
  verdict?: 'PASS' | 'FAIL' | 'REVIEW';
  /** Scopes of applied labels. */
  scopes?: readonly string[];
  modalities?: readonly string[];
}

/** YYYYMMDD, so many days before today in China. */
export const studyDateBefore = (days: number): string =>
  new Date(Date.parse(chineseDay()) - days * 86_400_000).toISOString().slice(0, 10).replaceAll('-', '');

/** Puts a judged study with its labels into the index, and returns its number. */
export async function putLabelledStudy(
  pool: Pool,
  { ageDays = 3, itemCode = 'CT-01', verdict = 'PASS', scopes = ['龙南市'], ...study }: LabelledStudy,
): Promise<number> {
  const { rows } = await pool.query<{ id: number }>(
    `INSERT INTO study (hospital_code, study_instance_uid, patient_id, issuer_of_patient_id, study_date, modalities,
                        conformance_revision, judged_revision)
     VALUES ($1, $2, $3, $4, $5, $6, 1, 1) RETURNING study_id AS id`,
    [
      study.hospital,
      study.studyInstanceUid,
      study.patientId,
      study.issuerOfPatientId ?? '',
      studyDateBefore(ageDays),
      study.modalities ?? ['CT'],
    ],
  );
  const id = rows[0]?.id ?? 0;
  await pool.query(
    `INSERT INTO study_item (study_id, item_code, verdict, machine_verdict, hospital_code) VALUES ($1, $2, $3, $3, $4)`,
    [id, itemCode, verdict, study.hospital],
  );
  for (const scope of scopes) await labelStudy(pool, id, itemCode, scope, 'applied');
  return id;
}

export async function labelStudy(
  pool: Pool,
  study: number,
  itemCode: string,
  scope: string,
  state: 'proposed' | 'applied' | 'withdrawn',
): Promise<void> {
  await pool.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author)
     VALUES ($1, $2, $3, $3 || 'HR', $4, '测试', 'test', 'engine')`,
    [study, itemCode, scope, state],
  );
}

/** Links patients of hospitals to one new person. */
export async function linkPatients(
  pool: Pool,
  patients: readonly { hospital: string; patientId: string }[],
): Promise<string> {
  const { rows } = await pool.query<{ id: string }>(
    'INSERT INTO person DEFAULT VALUES RETURNING person_id AS id',
  );
  const person = rows[0]?.id ?? '';
  for (const { hospital, patientId } of patients)
    await pool.query(
      `INSERT INTO patient_link (hospital_code, patient_id, person_id, how, author_kind, author_id)
       VALUES ($1, $2, $3, 'confirmed', 'system', 'test')`,
      [hospital, patientId, person],
    );
  return person;
}
