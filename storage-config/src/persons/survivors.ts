import type pg from 'pg';

/** A patient, after the merges that its hospital recorded. */
export interface Survivor {
  hospital: string;
  patientId: string;
  issuer: string;
  /** The one that was named was merged into this one. */
  merged: boolean;
}

/** SQL: the patient that PatientID $2 of issuer $3 at hospital $1 was merged into, if it was. */
export const survivorStatement = `SELECT columns ->> 'patient_id' AS "patientId", columns ->> 'issuer_of_patient_id' AS issuer
  FROM retired_patient
 WHERE hospital_code = $1 AND patient_id = $2 AND (issuer_of_patient_id IS NULL OR issuer_of_patient_id = $3)
   AND columns ->> 'patient_id' <> ''
 ORDER BY issuer_of_patient_id NULLS LAST LIMIT 1`;

/** The patient that one stands for: itself, or the one that it was merged into (`retired_patient`). */
export async function survivorOf(
  client: pg.ClientBase | pg.Pool,
  hospital: string,
  patientId: string,
  issuer: string,
): Promise<Survivor> {
  const { rows } = await client.query<{ patientId: string; issuer: string | null }>(survivorStatement, [
    hospital,
    patientId,
    issuer,
  ]);
  const [into] = rows;
  return into === undefined
    ? { hospital, patientId, issuer, merged: false }
    : { hospital, patientId: into.patientId, issuer: into.issuer ?? issuer, merged: true };
}
