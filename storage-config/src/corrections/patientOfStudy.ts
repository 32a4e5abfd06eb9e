import type pg from 'pg';

/** PatientID of a hospital's study as it is, or as it was before it was deleted; empty where nobody knows. */
export async function patientOfStudy(
  index: pg.Pool,
  hospital: string,
  studyInstanceUid: string,
): Promise<string> {
  const { rows } = await index.query<{ patient: string | null }>(
    `SELECT coalesce(
       (SELECT patient_id FROM study WHERE hospital_code = $1 AND study_instance_uid = $2),
       (SELECT (coalesce(instance_row, kept_aside_row) ->> 'dataset')::jsonb #>> '{00100020,Value,0}'
          FROM former_instance
         WHERE hospital_code = $1 AND study_instance_uid = $2 AND coalesce(instance_row, kept_aside_row) IS NOT NULL
         ORDER BY former_instance_id DESC LIMIT 1)) AS patient`,
    [hospital, studyInstanceUid],
  );
  return rows[0]?.patient ?? '';
}
