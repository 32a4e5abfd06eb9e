import { patientResource } from '@hutong/storage-config';
import type { Patient } from 'fhir/r4.js';
import type { Pool } from 'pg';
import type { ServerParts, View } from '../context.ts';
import { inView, Parameters, runStatement } from '../dicomweb/statement.ts';
import { type LocalPatient, patientIdsOf, patientKey } from '../fhirResources/patientIds.ts';
import type { Token } from '../fhirResources/searchParameters.ts';
import { patientsByCard } from './identified.ts';
import { anyOf, patientIdCondition, patientsCondition } from './conditions.ts';

interface PatientRow extends Record<string, unknown> {
  hospital_code: string;
  patient_id: string;
  issuer_of_patient_id: string;
  alphabetic: string;
  ideographic: string;
  sex: string;
  birth_date: string;
  updated_at: Date;
}

export const localPatientOf = (row: PatientRow): LocalPatient => ({
  hospital: row.hospital_code,
  patientId: row.patient_id,
  issuer: row.issuer_of_patient_id,
});

/** Most patients that a search by identifier answers. */
export const MOST_PATIENTS = 100;

/**
 * Patients of studies in view, as the newest of these studies says who they are. Who has no study that the caller may read is
 * answered as absent, whatever hospitals know.
 */
async function patientsWhere(
  index: Pool,
  view: View,
  condition: (parameters: Parameters) => string,
): Promise<PatientRow[]> {
  const parameters = new Parameters();
  const where = condition(parameters);
  const text = `SELECT DISTINCT ON (s.hospital_code, s.patient_id, s.issuer_of_patient_id)
       s.hospital_code, s.patient_id, s.issuer_of_patient_id, s.patient_name_alphabetic AS alphabetic,
       s.patient_name_ideographic AS ideographic, s.patient_sex AS sex, s.patient_birth_date AS birth_date,
       s.last_stored_at AS updated_at
  FROM study s
 WHERE ${where} AND s.patient_id <> '' AND ${inView('s', view, parameters)}
 ORDER BY s.hospital_code, s.patient_id, s.issuer_of_patient_id, s.study_moment DESC, s.study_id DESC
 LIMIT ${MOST_PATIENTS + 1}`;
  return runStatement<PatientRow>(index, text, parameters.values);
}

export const patientsByKeys = (
  index: Pool,
  view: View,
  patients: readonly LocalPatient[],
): Promise<PatientRow[]> =>
  patientsWhere(index, view, (parameters) => patientsCondition(patients, parameters));

/**
 * By PatientIDs and, where `cards` are taken, by their numbers. Studies are not found by cards: a hospital may have given a
 * PatientID twice, and a study of somebody else would be found with the person's.
 */
export async function patientsByIdentifiers(
  parts: Pick<ServerParts, 'index' | 'personKeys'>,
  view: View,
  tokens: readonly Token[],
  { cards }: { cards: boolean },
): Promise<PatientRow[]> {
  const ofCards = cards ? await Promise.all(tokens.map((token) => patientsByCard(parts, token))) : [];
  return patientsWhere(parts.index, view, (parameters) =>
    anyOf(
      tokens.map((token, at) => {
        const ofCard = ofCards[at] ?? null;
        return ofCard === null
          ? patientIdCondition(token, parameters)
          : patientsCondition(ofCard, parameters);
      }),
    ),
  );
}

const factsOf = (row: PatientRow) => ({
  alphabetic: row.alphabetic,
  ideographic: row.ideographic,
  sex: row.sex,
  birthDate: row.birth_date,
  updatedAt: row.updated_at,
});

/** Rows as resources, each linked with the others that are the same person, where both are in view. */
export async function patientResources(
  index: Pool,
  view: View,
  rows: readonly PatientRow[],
): Promise<Patient[]> {
  const others = await otherPatients(index, view, rows.map(localPatientOf));
  const ids = await patientIdsOf(index, [...rows.map(localPatientOf), ...[...others.values()].flat()]);
  return rows.flatMap((row) => {
    const key = patientKey(localPatientOf(row));
    const id = ids.get(key);
    if (id === undefined) return [];
    const links = (others.get(key) ?? []).flatMap((one) => ids.get(patientKey(one)) ?? []);
    return [patientResource({ ...localPatientOf(row), ...factsOf(row) }, id, links)];
  });
}

/** The other patients of the persons that these are, by {@link patientKey}: those with a study in view. */
async function otherPatients(
  index: Pool,
  view: View,
  patients: readonly LocalPatient[],
): Promise<Map<string, LocalPatient[]>> {
  const found = new Map<string, LocalPatient[]>();
  if (patients.length === 0) return found;
  const parameters = new Parameters();
  const column = (values: string[]): string => parameters.add(values, 'text[]');
  const rows = await runStatement<{ own: LocalPatient; other: LocalPatient }>(
    index,
    `SELECT json_build_object('hospital', own.hospital_code, 'patientId', own.patient_id,
                              'issuer', own.issuer_of_patient_id) AS own,
            json_build_object('hospital', other.hospital_code, 'patientId', other.patient_id,
                              'issuer', other.issuer_of_patient_id) AS other
       FROM unnest(${column(patients.map(({ hospital }) => hospital))}, ${column(patients.map(({ patientId }) => patientId))},
                   ${column(patients.map(({ issuer }) => issuer))}) AS asked (hospital_code, patient_id, issuer_of_patient_id)
       JOIN patient_link own USING (hospital_code, patient_id, issuer_of_patient_id)
       JOIN patient_link other ON other.person_id = own.person_id AND other.patient_link_id <> own.patient_link_id
      WHERE own.ended_at IS NULL AND other.ended_at IS NULL
        AND EXISTS (SELECT FROM study s
                     WHERE s.patient_id = other.patient_id AND s.hospital_code = other.hospital_code
                       AND s.issuer_of_patient_id = other.issuer_of_patient_id AND ${inView('s', view, parameters)})
      ORDER BY other.hospital_code, other.patient_id
      LIMIT 1000`,
    parameters.values,
  );
  for (const { own, other } of rows)
    found.set(patientKey(own), [...(found.get(patientKey(own)) ?? []), other]);
  return found;
}
