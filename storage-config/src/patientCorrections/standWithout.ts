import type { DicomJson } from '@hutong/dicom';
import type pg from 'pg';
import { GIVES_ATTRIBUTES } from '../corrections/refreshStudy.ts';
import { studyRow } from '../indexing/indexRows.ts';
import { type CorrectedColumns, CORRECTABLE } from './correctedValues.ts';
import { outstandingChanges } from './outstandingChanges.ts';
import type { CorrectionValues, Standing } from './requests.ts';

export interface StudyOfCorrection {
  hospital: string;
  studyInstanceUid: string;
  /** null when it was deleted. */
  studyId: number | null;
}

/** A merge that a study comes under because of the patient it was received with. */
export interface Redirected extends CorrectionValues {
  patientCorrection: number;
}

/**
 * Lets the attributes of a locked study be those of its corrections without one that is recorded as undone; those that none
 * gives any more go back to what was received. A study that goes back to a patient which another merge retired is that
 * merge's from now on. The row of the study itself is left to the caller.
 */
export async function standWithout(
  client: pg.PoolClient,
  id: number,
  study: StudyOfCorrection,
): Promise<{ standing: Standing; redirected: Redirected | null }> {
  const { hospital, studyInstanceUid } = study;
  const place = [hospital, studyInstanceUid];
  const { rows: gifts } = await client.query<CorrectionValues & { isUndone: boolean }>(
    `SELECT x.columns, x.attributes, u.patient_correction_id IS NOT NULL AS "isUndone"
       FROM patient_correction_study x LEFT JOIN patient_correction_undo u USING (patient_correction_id)
      WHERE x.hospital_code = $1 AND x.study_instance_uid = $2 ORDER BY x.revision`,
    place,
  );
  const stand = gifts.filter(({ isUndone }) => !isUndone);
  let values = together(stand);
  const gone = gifts.flatMap(({ attributes }) => Object.keys(attributes));
  const restoredBy = ({ attributes }: CorrectionValues): string[] =>
    [...new Set(gone)].filter((tag) => attributes[tag] === undefined);
  const received = await receivedColumns(client, study, restoredBy(values));
  const redirected = await redirection(client, hospital, { ...received, ...values.columns });
  if (redirected !== null) values = together([redirected, ...stand]);
  const restored = restoredBy(values);
  const restoring = Object.fromEntries(
    Object.entries(received).filter(([column]) => !(column in values.columns)),
  );
  const { rows } = await client.query<Standing>(
    `UPDATE study_correction
        SET columns = $3, attributes = $4, restored = $5, restoring = $6, revision = revision + 1, patient_correction_id = $7
      WHERE hospital_code = $1 AND study_instance_uid = $2
      RETURNING columns, attributes, restored, restoring, revision`,
    [
      ...place,
      JSON.stringify(values.columns),
      JSON.stringify(values.attributes),
      restored,
      JSON.stringify(restoring),
      id,
    ],
  );
  const [standing] = rows;
  if (standing === undefined) throw new Error('the study has no corrections');
  await noteUndone(client, id, study, standing.revision, redirected);
  return { standing, redirected };
}

/** Says that a study is without a correction since a revision, and of which other merge it is instead. */
export async function noteUndone(
  client: pg.PoolClient,
  id: number,
  { hospital, studyInstanceUid }: Omit<StudyOfCorrection, 'studyId'>,
  revision: number,
  redirected: Redirected | null,
): Promise<void> {
  await client.query(
    `UPDATE patient_correction_study SET undo_revision = $4
      WHERE patient_correction_id = $1 AND hospital_code = $2 AND study_instance_uid = $3`,
    [id, hospital, studyInstanceUid, revision],
  );
  if (redirected === null) return;
  await client.query(
    `INSERT INTO patient_correction_study (patient_correction_id, hospital_code, study_instance_uid, revision, columns,
                                           attributes)
     VALUES ($1, $2, $3, $4, $5, $6)
     ON CONFLICT (patient_correction_id, study_instance_uid) DO UPDATE
        SET revision = EXCLUDED.revision, columns = EXCLUDED.columns, attributes = EXCLUDED.attributes`,
    [
      redirected.patientCorrection,
      hospital,
      studyInstanceUid,
      revision,
      JSON.stringify(redirected.columns),
      JSON.stringify(redirected.attributes),
    ],
  );
}

function together(corrections: readonly CorrectionValues[]): CorrectionValues {
  let values: CorrectionValues = { attributes: {}, columns: {} };
  for (const { attributes, columns } of corrections)
    values = {
      attributes: { ...values.attributes, ...attributes },
      columns: { ...values.columns, ...columns },
    };
  return values;
}

/** Columns of the study for some tags, by what the instance was received with that gives the study its attributes. */
async function receivedColumns(
  client: pg.PoolClient,
  { hospital, studyId, studyInstanceUid }: StudyOfCorrection,
  restored: readonly string[],
): Promise<CorrectedColumns> {
  const { rows } = await client.query<{ dataset: string }>(
    `SELECT dataset FROM instance WHERE study_id = $1 ORDER BY ${GIVES_ATTRIBUTES} LIMIT 1`,
    [studyId],
  );
  if (rows[0] === undefined) return {};
  const dataset = JSON.parse(rows[0].dataset) as DicomJson;
  const changes = outstandingChanges(dataset, { attributes: {}, restored }, hospital);
  const back = Object.entries({ ...dataset, ...changes }).flatMap(([tag, attribute]) =>
    attribute === null ? [] : [[tag, attribute] as const],
  );
  const row = studyRow(Object.fromEntries(back), studyInstanceUid);
  const correctable = Object.values(CORRECTABLE).filter(({ tag }) => restored.includes(tag));
  return Object.fromEntries(
    correctable.flatMap(({ columns }) => columns.map((column) => [column, row[column]])),
  );
}

/** The merge that retired a patient; null where none did. */
async function redirection(
  client: pg.PoolClient,
  hospital: string,
  { patient_id: patientId = '', issuer_of_patient_id: issuer }: CorrectedColumns,
): Promise<Redirected | null> {
  if (patientId === '') return null;
  const { rows } = await client.query<Redirected>(
    `SELECT patient_correction_id AS "patientCorrection", columns, attributes FROM retired_patient
      WHERE hospital_code = $1 AND patient_id = $2
        AND (issuer_of_patient_id IS NULL OR issuer_of_patient_id = $3)
      ORDER BY issuer_of_patient_id NULLS LAST LIMIT 1`,
    [hospital, patientId, issuer ?? ''],
  );
  return rows[0] ?? null;
}
