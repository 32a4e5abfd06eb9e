import type pg from 'pg';
import { type CorrectionRequest, type CorrectionValues, patientOf } from './requests.ts';

/** What arrives later for a patient that was merged goes to the survivor, by its values of today. */
export async function settleRetired(
  client: pg.PoolClient,
  id: number,
  hospital: string,
  request: CorrectionRequest,
  { attributes, columns }: CorrectionValues,
): Promise<void> {
  const patient = patientOf(request);
  if (patient === null) return;
  await client.query(
    `UPDATE retired_patient SET columns = columns || $4, attributes = attributes || $5, patient_correction_id = $6
      WHERE hospital_code = $1 AND columns ->> 'patient_id' = $2
        AND ($3::text IS NULL OR columns ->> 'issuer_of_patient_id' = $3)`,
    [
      hospital,
      patient.patientId,
      patient.issuerOfPatientId ?? null,
      JSON.stringify(columns),
      JSON.stringify(attributes),
      id,
    ],
  );
  if (request.kind !== 'patientMerge') return;
  const { from, into } = request;
  // The survivor is no retired patient, whatever was merged before.
  await client.query(
    `DELETE FROM retired_patient
      WHERE hospital_code = $1
        AND ((patient_id = $2 AND (issuer_of_patient_id IS NULL OR $3::text IS NULL OR issuer_of_patient_id = $3))
          OR (patient_id = $4 AND issuer_of_patient_id IS NOT DISTINCT FROM $5))`,
    [
      hospital,
      into.patientId,
      into.issuerOfPatientId ?? null,
      from.patientId,
      from.issuerOfPatientId ?? null,
    ],
  );
  // Of one ID with several issuers only the issuer changes; then the bare ID is not retired.
  if (from.patientId === into.patientId && from.issuerOfPatientId === undefined) return;
  await client.query(
    `INSERT INTO retired_patient (hospital_code, patient_id, issuer_of_patient_id, columns, attributes, patient_correction_id)
     VALUES ($1, $2, $3, $4, $5, $6)`,
    [
      hospital,
      from.patientId,
      from.issuerOfPatientId ?? null,
      JSON.stringify(columns),
      JSON.stringify(attributes),
      id,
    ],
  );
}

interface RecordedCorrection extends CorrectionValues {
  id: number;
  request: CorrectionRequest;
}

/**
 * Retires anew, by the corrections that stand, the patients that one that was undone has to do with: those that its request
 * names, and whoever was merged with them.
 */
export async function retireAnew(
  client: pg.PoolClient,
  hospital: string,
  undone: CorrectionRequest,
): Promise<void> {
  const { rows } = await client.query<RecordedCorrection>(
    `SELECT patient_correction_id AS id, request, columns, attributes FROM patient_correction p
      WHERE hospital_code = $1 AND kind <> 'studyAttributes'
        AND NOT EXISTS (SELECT FROM patient_correction_undo u WHERE u.patient_correction_id = p.patient_correction_id)
      ORDER BY 1`,
    [hospital],
  );
  const patients = new Set(patientsOf(undone));
  let concerned = -1;
  while (concerned < patients.size) {
    concerned = patients.size;
    for (const { request } of rows) {
      const named = patientsOf(request);
      if (named.some((patient) => patients.has(patient))) for (const patient of named) patients.add(patient);
    }
  }
  await client.query(
    `DELETE FROM retired_patient
      WHERE hospital_code = $1 AND (patient_id = ANY ($2::text[]) OR columns ->> 'patient_id' = ANY ($2))`,
    [hospital, [...patients]],
  );
  for (const { id, request, ...values } of rows) {
    if (patientsOf(request).some((patient) => patients.has(patient)))
      await settleRetired(client, id, hospital, request, values);
  }
}

/** PatientIDs that a request names, of whatever issuer. */
function patientsOf(request: CorrectionRequest): string[] {
  const patient = patientOf(request);
  if (patient === null) return [];
  return request.kind === 'patientMerge' ? [patient.patientId, request.into.patientId] : [patient.patientId];
}
