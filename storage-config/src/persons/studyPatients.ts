import type { DicomJson } from '@hutong/dicom';
import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { SYSTEM_AUTHOR } from '../corrections/events.ts';
import { addNewPatients, type SeenPatient } from './addNewPatients.ts';
import { identifiersOfDataset } from './dicomIdentifiers.ts';
import type { PersonKeys } from './personKeys.ts';
import { savePatient } from './registerPatient.ts';
import type { PatientSource } from './saveClaims.ts';
import { compareFacts, contradict, type Facts } from './resemblance.ts';
import { lockPersons, openWork, settlePersons } from './settlePersons.ts';

/** Patients that are looked at in one transaction. */
export const PATIENTS_AT_ONCE = 200;
/** Studies of one patient that are compared with it; the newest. */
const MAX_STUDIES = 500;

type Seen = Omit<SeenPatient, 'studies'>;

interface StudyFacts extends Facts {
  study_id: number;
}

/**
 * Makes patients known whose studies came or changed: their facts and the identifiers that their studies hold, and says which
 * studies under their PatientID are of somebody else. The newest come first: they do not wait for those of years. Returns how
 * many it saw; 0: there is nothing to do. May run in several processes at once, and be ended at any time.
 */
export async function makePatientsKnown(index: pg.Pool, keys: PersonKeys): Promise<number> {
  return inTransaction(index, async (client) => {
    const { rows } = await client.query<Seen & { study: number | null }>(
      `DELETE FROM patient_seen WHERE patient_seen_id IN (
         SELECT patient_seen_id FROM patient_seen ORDER BY patient_seen_id DESC LIMIT ${PATIENTS_AT_ONCE} FOR UPDATE SKIP LOCKED)
       RETURNING hospital_code AS hospital, patient_id AS "patientId", issuer_of_patient_id AS issuer, study_id AS study`,
    );
    const patients = Map.groupBy(
      rows.filter(({ patientId }) => patientId !== ''),
      ({ hospital, patientId, issuer }) => `${hospital}\0${patientId}\0${issuer}`,
    );
    const seen = [...patients.values()].flatMap(([patient, ...again]): SeenPatient[] => {
      if (patient === undefined) return [];
      const studies = [patient, ...again].flatMap(({ study }) => study ?? []);
      return [{ ...patient, studies }];
    });
    const left = await addNewPatients(client, keys, seen);
    // In one order, so that two such jobs do not wait for each other.
    const keyOf = ({ hospital, patientId, issuer }: SeenPatient) => `${hospital}\0${patientId}\0${issuer}`;
    for (const patient of left.toSorted((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1)))
      await seePatient(client, keys, patient);
    return rows.length;
  });
}

async function seePatient(client: pg.PoolClient, keys: PersonKeys, patient: SeenPatient): Promise<void> {
  const { hospital, patientId, issuer, studies } = patient;
  const { rows: said } = await client.query<StudyFacts>(
    `SELECT study_id, concat_ws('=', patient_name_alphabetic, patient_name_ideographic, patient_name_phonetic) AS name,
            patient_sex AS sex, patient_birth_date AS "birthDate"
       FROM study WHERE hospital_code = $1 AND patient_id = $2 AND issuer_of_patient_id = $3
      ORDER BY study_id DESC LIMIT ${MAX_STUDIES}`,
    [hospital, patientId, issuer],
  );
  const [newest] = said;
  if (newest === undefined) {
    await leaveWithoutStudies(client, patient);
    return;
  }
  await followCorrection(client, patient, said);
  // A study that is of somebody else says nothing of this patient.
  const known = (await knownFacts(client, patient)) ?? newest;
  const own = said.filter((one) => studies.includes(one.study_id) && !contradict(known, one));
  const identifiers = keys.usable
    ? await identifiersOfStudies(
        client,
        own.map(({ study_id }) => study_id),
      )
    : [];
  await savePatient(
    client,
    keys,
    {
      hospital,
      patientId,
      issuer,
      name: newest.name.replace(/=+$/, ''),
      sex: ['M', 'F', 'O'].includes(newest.sex) ? newest.sex : '',
      birthDate: newest.birthDate,
      identifiers,
      author: SYSTEM_AUTHOR,
    },
    'study',
  );
  await setApart(client, patient, said);
}

interface KnownFacts extends Facts {
  number: number;
  source: PatientSource;
}

async function knownFacts(
  client: pg.PoolClient,
  { hospital, patientId, issuer }: Seen,
): Promise<KnownFacts | null> {
  const { rows } = await client.query<KnownFacts>(
    `SELECT patient_number AS number, name, sex, birth_date AS "birthDate", source FROM patient
      WHERE hospital_code = $1 AND patient_id = $2 AND issuer_of_patient_id = $3`,
    [hospital, patientId, issuer],
  );
  return rows[0] ?? null;
}

/** What all studies agree on, in spite of what is known of the patient from earlier ones, was corrected in them. */
async function followCorrection(
  client: pg.PoolClient,
  patient: Seen,
  said: readonly StudyFacts[],
): Promise<void> {
  const [newest] = said;
  if (newest === undefined || said.some((one) => contradict(one, newest))) return;
  const known = await knownFacts(client, patient);
  if (known?.source !== 'study' || !contradict(known, newest)) return;
  await lockPersons(client);
  await client.query(
    `UPDATE patient SET name = $2, sex = $3, birth_date = $4, match_keys = NULL, updated_at = now() WHERE patient_number = $1`,
    [
      known.number,
      newest.name.replace(/=+$/, ''),
      ['M', 'F', 'O'].includes(newest.sex) ? newest.sex : '',
      newest.birthDate,
    ],
  );
  await settlePersons(client, [known.number], SYSTEM_AUTHOR, 'facts');
}

/** Identifiers that the studies hold beside the PatientID; one instance of a study says it for all. */
async function identifiersOfStudies(client: pg.PoolClient, studies: readonly number[]) {
  const { rows } = await client.query<{ dataset: string }>(
    `SELECT i.dataset FROM unnest($1::bigint[]) AS s (study_id),
            LATERAL (SELECT dataset FROM instance WHERE instance.study_id = s.study_id ORDER BY instance_id LIMIT 1) AS i`,
    [studies],
  );
  return rows.flatMap(({ dataset }) => identifiersOfDataset(JSON.parse(dataset) as DicomJson));
}

/**
 * Studies under the PatientID that contradict what the patient is known by: a PatientID that was used twice. They count as nobody's
 * until a person says otherwise.
 */
async function setApart(
  client: pg.PoolClient,
  { hospital, patientId, issuer }: Seen,
  said: readonly StudyFacts[],
): Promise<void> {
  const { rows } = await client.query<Facts & { number: number; trusted: boolean }>(
    `SELECT p.patient_number AS number, p.name, p.sex, p.birth_date AS "birthDate",
            EXISTS (SELECT FROM match_candidate m WHERE m.kind = 'reused' AND m.one_patient = p.patient_number
                       AND m.state = 'confirmed') AS trusted
       FROM patient p WHERE p.hospital_code = $1 AND p.patient_id = $2 AND p.issuer_of_patient_id = $3`,
    [hospital, patientId, issuer],
  );
  const [known] = rows;
  if (known === undefined) return;
  const apart = said
    .map((study) => ({ study, compared: compareFacts(known, study) }))
    .filter(({ study }) => contradict(known, study));
  const byName = known.trusted ? [] : apart.filter(({ compared }) => compared.name === 'different');
  await client.query(
    `WITH gone AS (
       DELETE FROM study_apart WHERE study_id = ANY ($1::bigint[]) AND study_id <> ALL ($2::bigint[]))
     INSERT INTO study_apart (study_id, because)
     SELECT study_id, because FROM unnest($2::bigint[], $3::jsonb[]) AS of (study_id, because) ON CONFLICT DO NOTHING`,
    [
      said.map(({ study_id }) => study_id),
      byName.map(({ study }) => study.study_id),
      byName.map(({ compared }) => JSON.stringify(compared)),
    ],
  );
  const [first] = apart;
  if (first === undefined) {
    await client.query(
      `UPDATE match_candidate SET state = 'withdrawn', decided_at = now()
        WHERE kind = 'reused' AND one_patient = $1 AND state = 'open' AND because ->> 'by' = 'study'`,
      [known.number],
    );
  } else {
    await openWork(client, [
      { kind: 'reused', one: known.number, other: null, because: { by: 'study', ...first.compared } },
    ]);
  }
}

/**
 * A patient whose studies all went elsewhere, by a correction, bears nothing any more that its studies said; where it was merged
 * into another of its hospital, what was linked to it goes to that other.
 */
async function leaveWithoutStudies(
  client: pg.PoolClient,
  { hospital, patientId, issuer }: Seen,
): Promise<void> {
  const { rows } = await client.query<{ number: number; into: number | null }>(
    `SELECT p.patient_number AS number,
            (SELECT s.patient_number FROM retired_patient r
               JOIN patient s ON s.hospital_code = r.hospital_code AND s.patient_id = r.columns ->> 'patient_id'
                             AND s.issuer_of_patient_id = coalesce(r.columns ->> 'issuer_of_patient_id', p.issuer_of_patient_id)
              WHERE r.hospital_code = p.hospital_code AND r.patient_id = p.patient_id
                AND (r.issuer_of_patient_id IS NULL OR r.issuer_of_patient_id = p.issuer_of_patient_id)
              ORDER BY r.issuer_of_patient_id NULLS LAST LIMIT 1) AS into
       FROM patient p WHERE p.hospital_code = $1 AND p.patient_id = $2 AND p.issuer_of_patient_id = $3`,
    [hospital, patientId, issuer],
  );
  const [patient] = rows;
  if (patient === undefined || patient.into === null || patient.into === patient.number) return;
  await lockPersons(client);
  await client.query(
    `WITH moved AS (
       UPDATE patient_identifier SET ended_at = now() WHERE patient_number = $1 AND ended_at IS NULL RETURNING *)
     INSERT INTO patient_identifier (patient_number, kind, issuer, key_id, digest, tails, says_birth_date, says_sex, source,
                                     author_kind, author_id)
     SELECT $2, kind, issuer, key_id, digest, tails, says_birth_date, says_sex, source, author_kind, author_id FROM moved
     ON CONFLICT (patient_number, kind, issuer, digest) WHERE ended_at IS NULL DO NOTHING`,
    [patient.number, patient.into],
  );
  // What people said of the one that is gone, they said of nobody.
  const { rows: words } = await client.query<{ one: number; other: number }>(
    `UPDATE match_candidate SET state = 'withdrawn', decided_at = now()
      WHERE (one_patient = $1 OR other_patient = $1) AND state IN ('open', 'confirmed', 'refused')
      RETURNING one_patient AS one, coalesce(other_patient, one_patient) AS other`,
    [patient.number],
  );
  const seeds = new Set([patient.number, patient.into, ...words.flatMap(({ one, other }) => [one, other])]);
  await settlePersons(client, [...seeds], SYSTEM_AUTHOR, 'facts');
}
