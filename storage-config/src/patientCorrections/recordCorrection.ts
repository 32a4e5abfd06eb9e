import type pg from 'pg';
import { noteChangeOf } from '../changes.ts';
import { type Correcting, type Corrections, inCorrection } from '../corrections/correction.ts';
import type { GivenReason } from '../corrections/reasons.ts';
import { type CorrectedValues, CORRECTABLE, correctionOf } from './correctedValues.ts';
import { type CorrectionRequest, type CorrectionValues, patientOf, type Standing } from './requests.ts';
import { settleRetired } from './retiredPatients.ts';

/** Studies that one request may concern. */
export const MAX_CORRECTED_STUDIES = 1000;

/** More studies than {@link MAX_CORRECTED_STUDIES} are concerned; nothing was changed. */
export class TooManyStudies extends Error {
  override name = 'TooManyStudies';
}

interface CorrectedStudy {
  study_id: number;
  study_instance_uid: string;
  number_of_instances: number;
}

/**
 * Records a correction and has the index show it at once: the study rows, the history, the change feed, and a job for each
 * study that writes its instances anew. Returns the correction's id; null when no study is concerned.
 *
 * @throws TooManyStudies, ObjectStoreUnavailable, ObjectStoreFull; then nothing was changed
 */
export async function recordPatientCorrection(
  index: pg.Pool,
  correcting: Correcting,
  hospital: string,
  request: CorrectionRequest,
  reason: GivenReason,
): Promise<number | null> {
  return inCorrection(index, correcting, async (client, corrections) => {
    await lockCorrections(client, hospital);
    const studies = await lockConcerned(client, hospital, request);
    if (studies.length === 0) return null;
    if (studies.length > MAX_CORRECTED_STUDIES) throw new TooManyStudies('too many studies');
    const values = await valuesOf(client, hospital, request);
    const correction = correctionOf(values);
    const id = await insertCorrection(client, corrections, hospital, request, reason, correction);
    const standing = await stand(client, id, hospital, studies, correction);
    await settleRetired(client, id, hospital, request, correction);
    const keywords = (Object.keys(values) as (keyof CorrectedValues)[]).map(
      (name) => CORRECTABLE[name].keyword,
    );
    for (const study of studies) {
      const studyInstanceUid = study.study_instance_uid;
      await corrections.make(
        client,
        {
          hospital,
          studyInstanceUid,
          kind: 'corrected',
          reason,
          // All of it, so that an index made of the bucket alone keeps the correction.
          details: {
            patientCorrection: id,
            attributes: keywords,
            request,
            values: correction,
            standing: standing.get(studyInstanceUid),
          },
        },
        () => Promise.resolve(study.number_of_instances),
      );
      await noteChangeOf(client, { hospital, studyInstanceUid }, { action: 'patientCorrected' });
    }
    return id;
  });
}

/** Lets one correction of patient data of a hospital be recorded, or undone, at a time. */
export async function lockCorrections(client: pg.PoolClient, hospital: string): Promise<void> {
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('patientCorrections'), hashtext($1))`, [
    hospital,
  ]);
}

const OF_PATIENT = 'patient_id = $2 AND ($3::text IS NULL OR issuer_of_patient_id = $3)';

async function lockConcerned(
  client: pg.PoolClient,
  hospital: string,
  request: CorrectionRequest,
): Promise<CorrectedStudy[]> {
  const patient = patientOf(request);
  const { rows } = await client.query<CorrectedStudy>(
    `SELECT study_id, study_instance_uid, number_of_instances FROM study
      WHERE hospital_code = $1 AND ${patient === null ? 'study_instance_uid = $2' : OF_PATIENT}
      ORDER BY study_instance_uid LIMIT ${MAX_CORRECTED_STUDIES + 1} FOR UPDATE`,
    patient === null
      ? [hospital, request.kind === 'studyAttributes' ? request.studyInstanceUid : '']
      : [hospital, patient.patientId, patient.issuerOfPatientId ?? null],
  );
  return rows;
}

/** What the studies get; for a merge what the newest study of the survivor has, as far as it was not given. */
async function valuesOf(
  client: pg.PoolClient,
  hospital: string,
  request: CorrectionRequest,
): Promise<CorrectedValues> {
  if (request.kind !== 'patientMerge') return request.values;
  const { into, values = {} } = request;
  const { rows } = await client.query<{
    issuer: string;
    alphabetic: string;
    ideographic: string;
    phonetic: string;
    birthDate: string;
    sex: string;
  }>(
    `SELECT issuer_of_patient_id AS issuer, patient_name_alphabetic AS alphabetic,
            patient_name_ideographic AS ideographic, patient_name_phonetic AS phonetic,
            patient_birth_date AS "birthDate", patient_sex AS sex
       FROM study WHERE hospital_code = $1 AND ${OF_PATIENT} ORDER BY last_stored_at DESC, study_id DESC LIMIT 1`,
    [hospital, into.patientId, into.issuerOfPatientId ?? null],
  );
  const [survivor] = rows;
  const issuer = into.issuerOfPatientId ?? survivor?.issuer;
  return {
    patientId: into.patientId,
    ...(issuer === undefined ? {} : { issuerOfPatientId: issuer }),
    ...(survivor === undefined
      ? {}
      : {
          patientName: {
            Alphabetic: survivor.alphabetic,
            Ideographic: survivor.ideographic,
            Phonetic: survivor.phonetic,
          },
          patientBirthDate: survivor.birthDate,
          patientSex: survivor.sex,
        }),
    ...values,
  };
}

async function insertCorrection(
  client: pg.PoolClient,
  { author }: Corrections,
  hospital: string,
  request: CorrectionRequest,
  reason: GivenReason,
  { columns, attributes }: CorrectionValues,
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO patient_correction (hospital_code, kind, request, reason_code, reason_text, author_kind, author_id,
                                     author_name, columns, attributes)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING patient_correction_id AS id`,
    [
      hospital,
      request.kind,
      JSON.stringify(request),
      reason.code,
      reason.text,
      author.kind,
      author.id,
      author.name,
      JSON.stringify(columns),
      JSON.stringify(attributes),
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the correction was not recorded');
  return row.id;
}

/**
 * Lets the values stand for the studies from now on; triggers of `study` write them into its rows and ask for the job.
 * Returns what stands then, by StudyInstanceUID.
 */
async function stand(
  client: pg.PoolClient,
  id: number,
  hospital: string,
  studies: readonly CorrectedStudy[],
  { attributes, columns }: CorrectionValues,
): Promise<Map<string, Standing>> {
  const uids = studies.map((study) => study.study_instance_uid);
  const { rows } = await client.query<Standing & { uid: string }>(
    `INSERT INTO study_correction AS c (hospital_code, study_instance_uid, columns, attributes, patient_correction_id)
     SELECT $1, uid, $3, $4, $5 FROM unnest($2::text[]) AS uid
     ON CONFLICT (hospital_code, study_instance_uid) DO UPDATE
        SET columns = c.columns || EXCLUDED.columns, attributes = c.attributes || EXCLUDED.attributes,
            restored = ARRAY(SELECT tag FROM unnest(c.restored) AS tag WHERE NOT EXCLUDED.attributes ? tag),
            restoring = c.restoring - ARRAY(SELECT jsonb_object_keys(EXCLUDED.columns)),
            revision = c.revision + 1, patient_correction_id = EXCLUDED.patient_correction_id
     RETURNING study_instance_uid AS uid, revision, columns, attributes, restored, restoring`,
    [hospital, uids, JSON.stringify(columns), JSON.stringify(attributes), id],
  );
  await client.query(
    `INSERT INTO patient_correction_study (patient_correction_id, hospital_code, study_instance_uid, revision, columns,
                                           attributes)
     SELECT $1, $2, uid, revision, $5, $6 FROM unnest($3::text[], $4::integer[]) AS given (uid, revision)`,
    [
      id,
      hospital,
      rows.map(({ uid }) => uid),
      rows.map(({ revision }) => revision),
      JSON.stringify(columns),
      JSON.stringify(attributes),
    ],
  );
  await client.query(
    `UPDATE study SET is_corrected = true, revision = revision + 1
      WHERE hospital_code = $1 AND study_instance_uid = ANY ($2::text[])`,
    [hospital, uids],
  );
  return new Map(rows.map(({ uid, ...standing }) => [uid, standing]));
}
