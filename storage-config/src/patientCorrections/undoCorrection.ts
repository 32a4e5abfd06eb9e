import type { DicomJson } from '@hutong/dicom';
import type pg from 'pg';
import { noteChangeOf } from '../changes.ts';
import { type Correcting, type Corrections, inCorrection } from '../corrections/correction.ts';
import type { Author } from '../corrections/events.ts';
import type { GivenReason } from '../corrections/reasons.ts';
import { CORRECTABLE } from './correctedValues.ts';
import { lockCorrections } from './recordCorrection.ts';
import { type CorrectionRequest, type CorrectionValues, patientOf } from './requests.ts';
import { retireAnew } from './retiredPatients.ts';
import { standWithout } from './standWithout.ts';

/** Other corrections rest on the one that was to be undone; nothing was changed. */
export class LaterCorrections extends Error {
  override name = 'LaterCorrections';
  readonly corrections: readonly number[];

  /** @param corrections their ids, the newest first */
  constructor(corrections: readonly number[]) {
    super('later corrections rest on it');
    this.corrections = corrections;
  }
}

interface Recorded extends CorrectionValues {
  id: number;
  hospital: string;
  request: CorrectionRequest;
  undone: boolean;
}

/**
 * Undoes a correction: its studies have what they had without it, in the index at once and in their instances after the job
 * of each study, and what arrives later for a patient that it merged stays that patient's. Values of later corrections of a
 * study stay. Returns whether it was undone now; false when it had been, null when no hospital of these has such a
 * correction.
 *
 * @param hospitals that the caller may correct; null for all
 * @throws LaterCorrections when studies were found by the patient that it gave them, and corrected again; those are to be
 *   undone first. ObjectStoreUnavailable, ObjectStoreFull; then nothing was changed
 */
export async function undoPatientCorrection(
  index: pg.Pool,
  correcting: Correcting,
  id: number,
  hospitals: readonly string[] | null,
  reason: GivenReason,
): Promise<boolean | null> {
  return inCorrection(index, correcting, async (client, corrections) => {
    const { rows } = await client.query<{ hospital: string }>(
      `SELECT hospital_code AS hospital FROM patient_correction
        WHERE patient_correction_id = $1 AND ($2::text[] IS NULL OR hospital_code = ANY ($2))`,
      [id, hospitals],
    );
    if (rows[0] === undefined) return null;
    await lockCorrections(client, rows[0].hospital);
    const correction = await readCorrection(client, id);
    if (correction.undone) return false;
    const later = await restingOn(client, correction);
    if (later.length > 0) throw new LaterCorrections(later);
    await insertUndo(client, id, corrections.author, reason);
    // Before its studies are looked for: what arrives for a patient it retired is in the index by then, or is not corrected.
    if (correction.request.kind !== 'studyAttributes')
      await retireAnew(client, correction.hospital, correction.request);
    for (const study of await lockStudies(client, id)) {
      await undoInStudy(client, corrections, correction, study, reason);
    }
    return true;
  });
}

async function readCorrection(client: pg.PoolClient, id: number): Promise<Recorded> {
  const { rows } = await client.query<Recorded>(
    `SELECT patient_correction_id AS id, hospital_code AS hospital, request, columns, attributes,
            EXISTS (SELECT FROM patient_correction_undo u WHERE u.patient_correction_id = p.patient_correction_id) AS undone
       FROM patient_correction p WHERE patient_correction_id = $1`,
    [id],
  );
  if (rows[0] === undefined) throw new Error('the correction is gone');
  return rows[0];
}

/**
 * Corrections of patients that reached studies by the identity which this one gave them. Without it they would not have
 * been of these studies, so what they gave cannot stay.
 */
async function restingOn(
  client: pg.PoolClient,
  { id, hospital, request, columns }: Recorded,
): Promise<number[]> {
  const { patient_id: patientId, issuer_of_patient_id: issuer } = columns;
  if (patientId === undefined && issuer === undefined) return [];
  const { rows } = await client.query<{ id: number; request: CorrectionRequest; shared: boolean }>(
    `SELECT p.patient_correction_id AS id, p.request,
            EXISTS (SELECT FROM patient_correction_study x
                      JOIN patient_correction_study y USING (hospital_code, study_instance_uid)
                     WHERE x.patient_correction_id = $2 AND y.patient_correction_id = p.patient_correction_id) AS shared
       FROM patient_correction p
      WHERE p.hospital_code = $1 AND p.patient_correction_id > $2 AND p.kind <> 'studyAttributes'
        AND NOT EXISTS (SELECT FROM patient_correction_undo u WHERE u.patient_correction_id = p.patient_correction_id)
      ORDER BY 1 DESC`,
    [hospital, id],
  );
  const isFoundBy = (later: CorrectionRequest): boolean => {
    const patient = patientOf(later);
    return (
      patient !== null &&
      (patientId === undefined || patient.patientId === patientId) &&
      (issuer === undefined ||
        patient.issuerOfPatientId === undefined ||
        patient.issuerOfPatientId === issuer)
    );
  };
  return rows
    .filter((later) => isFoundBy(later.request) && (later.shared || request.kind === 'patientMerge'))
    .map((later) => later.id);
}

/** Records that a correction was undone. Returns whether it had not been. */
export async function insertUndo(
  client: pg.PoolClient,
  id: number,
  author: Author,
  reason: { code: string; text: string },
  at: Date | null = null,
): Promise<boolean> {
  const { rowCount } = await client.query(
    `INSERT INTO patient_correction_undo (patient_correction_id, reason_code, reason_text, author_kind, author_id,
                                          author_name, created_at)
     VALUES ($1, $2, $3, $4, $5, $6, coalesce($7, now())) ON CONFLICT DO NOTHING`,
    [id, reason.code, reason.text, author.kind, author.id, author.name, at],
  );
  return rowCount === 1;
}

interface UndoneStudy {
  uid: string;
  /** What the correction gave it. */
  attributes: DicomJson;
  /** null when it was deleted meanwhile. */
  studyId: number | null;
  instances: number;
}

async function lockStudies(client: pg.PoolClient, id: number): Promise<UndoneStudy[]> {
  await client.query(
    `SELECT FROM study s JOIN patient_correction_study x USING (hospital_code, study_instance_uid)
      WHERE x.patient_correction_id = $1 ORDER BY s.study_instance_uid FOR UPDATE OF s`,
    [id],
  );
  const { rows } = await client.query<UndoneStudy>(
    `SELECT x.study_instance_uid AS uid, x.attributes, s.study_id AS "studyId",
            coalesce(s.number_of_instances, 0) AS instances
       FROM patient_correction_study x LEFT JOIN study s USING (hospital_code, study_instance_uid)
      WHERE x.patient_correction_id = $1 ORDER BY 1`,
    [id],
  );
  return rows;
}

const KEYWORDS = new Map(Object.values(CORRECTABLE).map(({ tag, keyword }) => [tag, keyword]));

async function undoInStudy(
  client: pg.PoolClient,
  corrections: Corrections,
  { id, hospital, request }: Recorded,
  { uid: studyInstanceUid, attributes, studyId, instances }: UndoneStudy,
  reason: GivenReason,
): Promise<void> {
  const { standing, redirected } = await standWithout(client, id, { hospital, studyInstanceUid, studyId });
  // Triggers write what stands now into the row, and ask for the job.
  await client.query('UPDATE study SET is_corrected = true, revision = revision + 1 WHERE study_id = $1', [
    studyId,
  ]);
  await corrections.make(
    client,
    {
      hospital,
      studyInstanceUid,
      kind: 'corrected',
      reason,
      // All of it, so that an index made of the bucket alone has it undone too.
      details: {
        patientCorrection: id,
        undo: true,
        attributes: Object.keys(attributes).map((tag) => KEYWORDS.get(tag) ?? tag),
        request,
        standing,
        redirected,
      },
    },
    () => Promise.resolve(instances),
  );
  await noteChangeOf(client, { hospital, studyInstanceUid }, { action: 'patientCorrected' });
}
