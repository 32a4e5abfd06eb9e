import type { DicomJson } from '@hutong/dicom';
import type pg from 'pg';
import { SYSTEM_AUTHOR } from '../corrections/events.ts';
import { identifiersOfDataset } from './dicomIdentifiers.ts';
import type { PersonKeys } from './personKeys.ts';

/** A patient whose studies came or changed. */
export interface SeenPatient {
  hospital: string;
  patientId: string;
  issuer: string;
  /** Studies to look into for identifiers. */
  studies: readonly number[];
}

/** Patients with more studies are looked at one by one. */
const MAX_STUDIES = 500;

interface Fresh extends Omit<SeenPatient, 'studies'> {
  name: string;
  sex: string;
  birthDate: string;
  /** All of its studies. */
  studies: number[];
}

/**
 * Adds those patients about whom there is nothing to decide, many in one statement: the hospital has no patient of this
 * PatientID yet and merged none away under it, the studies all say the same, and hold no identifier. After an upgrade that is
 * almost everybody.
 *
 * @returns those that are left, to be looked at one by one
 */
export async function addNewPatients(
  client: pg.ClientBase,
  keys: PersonKeys,
  patients: readonly SeenPatient[],
): Promise<SeenPatient[]> {
  // One PatientID with the issuer and without may be one patient: that is looked at.
  const alike = Map.groupBy(patients, ({ hospital, patientId }) => `${hospital}\0${patientId}`);
  const single = [...alike.values()].flatMap((of) => (of.length === 1 ? of : []));
  const fresh = await readFresh(client, single);
  const identified = keys.usable ? await patientsWithIdentifiers(client, single) : new Set<string>();
  const added = await addAll(
    client,
    fresh.filter((one) => !identified.has(keyOf(one))),
  );
  return patients.filter((one) => !added.has(keyOf(one)));
}

type Whose = Pick<SeenPatient, 'hospital' | 'patientId' | 'issuer'>;

const keyOf = ({ hospital, patientId, issuer }: Whose): string => `${hospital}\0${patientId}\0${issuer}`;

const columnsOf = (patients: readonly Whose[]): string[][] => [
  patients.map(({ hospital }) => hospital),
  patients.map(({ patientId }) => patientId),
  patients.map(({ issuer }) => issuer),
];

async function readFresh(client: pg.ClientBase, patients: readonly Whose[]): Promise<Fresh[]> {
  const { rows } = await client.query<Fresh>(
    `SELECT a.hospital, a.patient AS "patientId", a.issuer, of.name, of.sex, of."birthDate", of.studies
  FROM unnest($1::text[], $2::text[], $3::text[]) AS a (hospital, patient, issuer)
 CROSS JOIN LATERAL (
   SELECT min(s.name) AS name, min(s.sex) AS sex, min(s.birth_date) AS "birthDate", json_agg(s.study_id) AS studies
     FROM (SELECT study_id, rtrim(concat_ws('=', patient_name_alphabetic, patient_name_ideographic, patient_name_phonetic), '=') AS name,
                  patient_sex AS sex, patient_birth_date AS birth_date
             FROM study WHERE hospital_code = a.hospital AND patient_id = a.patient AND issuer_of_patient_id = a.issuer
            LIMIT ${MAX_STUDIES + 1}) AS s
   HAVING count(*) BETWEEN 1 AND ${MAX_STUDIES} AND count(DISTINCT (s.name, s.sex, s.birth_date)) = 1) AS of
 -- Counted, so that each is one look into an index, however little is known of these tables.
 WHERE (SELECT count(*) FROM (SELECT FROM patient p WHERE p.hospital_code = a.hospital AND p.patient_id = a.patient LIMIT 1) AS known) = 0
   AND (SELECT count(*) FROM (SELECT FROM retired_patient r
                               WHERE r.hospital_code = a.hospital AND r.patient_id = a.patient LIMIT 1) AS gone) = 0`,
    columnsOf(patients),
  );
  return rows;
}

/** Those of whom a study to look into holds an identifier; one instance of a study says it for all. */
async function patientsWithIdentifiers(
  client: pg.ClientBase,
  patients: readonly SeenPatient[],
): Promise<Set<string>> {
  const owners = new Map(patients.flatMap((one) => one.studies.map((study) => [study, keyOf(one)])));
  const { rows } = await client.query<{ study: number; dataset: string }>(
    `SELECT s.study_id AS study, i.dataset FROM unnest($1::bigint[]) AS s (study_id),
            LATERAL (SELECT dataset FROM instance WHERE instance.study_id = s.study_id ORDER BY instance_id LIMIT 1) AS i`,
    [[...owners.keys()]],
  );
  const identified = rows.filter(
    ({ dataset }) => identifiersOfDataset(JSON.parse(dataset) as DicomJson).length > 0,
  );
  return new Set(identified.flatMap(({ study }) => owners.get(study) ?? []));
}

async function addAll(client: pg.ClientBase, patients: readonly Fresh[]): Promise<Set<string>> {
  if (patients.length === 0) return new Set();
  const { rows } = await client.query<Whose>(
    `WITH known AS (
       INSERT INTO patient (hospital_code, patient_id, issuer_of_patient_id, name, sex, birth_date, source)
       SELECT hospital, patient, issuer, name, CASE WHEN sex IN ('M', 'F', 'O') THEN sex ELSE '' END, birth_date, 'study'
         FROM unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[])
           AS of (hospital, patient, issuer, name, sex, birth_date)
        -- In one order, so that two such jobs do not wait for each other.
        ORDER BY hospital COLLATE "C", patient COLLATE "C", issuer COLLATE "C"
       ON CONFLICT DO NOTHING RETURNING hospital_code, patient_id, issuer_of_patient_id, home_person),
     -- What was said of these studies was said under another PatientID.
     together AS (DELETE FROM study_apart WHERE study_id = ANY ($7::bigint[]))
     INSERT INTO patient_link (hospital_code, patient_id, issuer_of_patient_id, person_id, how, author_kind, author_id, author_name)
     SELECT hospital_code, patient_id, issuer_of_patient_id, home_person, 'alone', $8, $9, $10 FROM known
     RETURNING hospital_code AS hospital, patient_id AS "patientId", issuer_of_patient_id AS issuer`,
    [
      ...columnsOf(patients),
      patients.map(({ name }) => name),
      patients.map(({ sex }) => sex),
      patients.map(({ birthDate }) => birthDate),
      patients.flatMap(({ studies }) => studies),
      SYSTEM_AUTHOR.kind,
      SYSTEM_AUTHOR.id,
      SYSTEM_AUTHOR.name,
    ],
  );
  return new Set(rows.map(keyOf));
}
