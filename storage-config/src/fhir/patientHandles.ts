import type { Pool } from 'pg';

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/** A patient as its hospital knows it. */
export interface LocalPatient {
  hospital: string;
  patientId: string;
  issuer: string;
}

export const patientKey = ({ hospital, patientId, issuer }: LocalPatient): string =>
  JSON.stringify([hospital, patientId, issuer]);

/**
 * Ids of patients as FHIR resources, by {@link patientKey}. They are random, for addresses are written to logs and a digest
 * of a PatientID is soon guessed; who has none yet gets one. Patients without a PatientID have none.
 */
export async function patientIdsOf(
  index: Pool,
  patients: readonly LocalPatient[],
): Promise<Map<string, string>> {
  const wanted = new Map(
    patients.filter(({ patientId }) => patientId !== '').map((one) => [patientKey(one), one]),
  );
  const found = new Map<string, string>();
  if (wanted.size === 0) return found;
  const columns = [...wanted.values()];
  const values = [
    columns.map(({ hospital }) => hospital),
    columns.map(({ patientId }) => patientId),
    columns.map(({ issuer }) => issuer),
  ];
  const read = async (): Promise<void> => {
    const { rows } = await index.query<LocalPatient & { id: string }>({
      name: 'patient-handles',
      text: READ,
      values,
    });
    for (const row of rows) found.set(patientKey(row), row.id);
  };
  await read();
  if (found.size < wanted.size) {
    await index.query(MAKE, values);
    await read();
  }
  return found;
}

const READ = `SELECT h.patient_handle_id AS id, h.hospital_code AS hospital, h.patient_id AS "patientId",
       h.issuer_of_patient_id AS issuer
  FROM unnest($1::text[], $2::text[], $3::text[]) AS asked (hospital, patient_id, issuer)
  JOIN patient_handle h ON h.hospital_code = asked.hospital AND h.patient_id = asked.patient_id
   AND h.issuer_of_patient_id = asked.issuer`;

const MAKE = `INSERT INTO patient_handle (hospital_code, patient_id, issuer_of_patient_id)
SELECT * FROM unnest($1::text[], $2::text[], $3::text[]) ON CONFLICT DO NOTHING`;

/** The patients that ids are of; whether a caller may know of them is for the caller to ask. Unknown ids are left out. */
export async function patientsOfIds(
  index: Pool,
  ids: readonly string[],
): Promise<(LocalPatient & { id: string })[]> {
  const known = ids.filter((id) => UUID.test(id));
  if (known.length === 0) return [];
  const { rows } = await index.query<LocalPatient & { id: string }>({
    name: 'patients-of-handles',
    text: `SELECT patient_handle_id AS id, hospital_code AS hospital, patient_id AS "patientId",
                  issuer_of_patient_id AS issuer
             FROM patient_handle WHERE patient_handle_id = ANY ($1::uuid[])`,
    values: [known],
  });
  return rows;
}
