import type pg from 'pg';
import type { PersonKeys } from './personKeys.ts';

export const MATCH_KINDS = ['alike', 'dispute', 'ownNumber', 'twoNumbers', 'reused'] as const;
export type MatchKind = (typeof MATCH_KINDS)[number];
export const MATCH_STATES = ['open', 'confirmed', 'refused', 'withdrawn'] as const;
export type MatchState = (typeof MATCH_STATES)[number];

/** One side of a question. */
export interface MatchPatient {
  number: number;
  hospital: string;
  patientId: string;
  issuer: string;
  name: string;
  sex: string;
  birthDate: string;
  person: string | null;
}

export interface PersonMatch {
  id: number;
  kind: MatchKind;
  score: number;
  because: Record<string, string>;
  state: MatchState;
  createdAt: Date;
  decidedAt: Date | null;
  decidedBy: string;
  reason: string;
  one: MatchPatient;
  other: MatchPatient | null;
}

export interface MatchFilter {
  /** Of which both patients have to be; null: any. */
  hospitals: readonly string[] | null;
  state: MatchState;
  kinds: readonly MatchKind[];
  /** Only this one. */
  id: number | null;
  /** Behind this one. */
  after: { score: number; id: number } | null;
  limit: number;
}

const patientSql = (
  alias: string,
): string => `json_build_object('number', ${alias}.patient_number, 'hospital', ${alias}.hospital_code,
  'patientId', ${alias}.patient_id, 'issuer', ${alias}.issuer_of_patient_id, 'name', ${alias}.name, 'sex', ${alias}.sex,
  'birthDate', ${alias}.birth_date, 'person', (SELECT l.person_id FROM patient_link l WHERE l.hospital_code = ${alias}.hospital_code
     AND l.patient_id = ${alias}.patient_id AND l.issuer_of_patient_id = ${alias}.issuer_of_patient_id AND l.ended_at IS NULL))`;

/** Questions of the work-list of persons, what stands in the way of identifiers first. Who may not see both sides sees neither. */
export async function readMatches(pool: pg.Pool, filter: MatchFilter): Promise<PersonMatch[]> {
  const { rows } = await pool.query<PersonMatch>(
    `SELECT m.match_candidate_id AS id, m.kind, m.score, m.because, m.state, m.created_at AS "createdAt",
            m.decided_at AS "decidedAt", coalesce(nullif(m.decided_name, ''), m.decided_id) AS "decidedBy", m.reason,
            ${patientSql('a')} AS one, CASE WHEN b.patient_number IS NOT NULL THEN ${patientSql('b')} END AS other
       FROM match_candidate m JOIN patient a ON a.patient_number = m.one_patient
       LEFT JOIN patient b ON b.patient_number = m.other_patient
      WHERE ($6::bigint IS NOT NULL OR m.state = $2)
        AND ($1::text[] IS NULL OR a.hospital_code = ANY ($1) AND coalesce(b.hospital_code, a.hospital_code) = ANY ($1))
        AND (cardinality($3::text[]) = 0 OR m.kind = ANY ($3)) AND ($6::bigint IS NULL OR m.match_candidate_id = $6)
        AND ($4::real IS NULL OR (m.score, m.match_candidate_id) < ($4, $5::bigint))
      ORDER BY m.score DESC, m.match_candidate_id DESC LIMIT $7`,
    [
      filter.hospitals,
      filter.state,
      filter.kinds,
      filter.after?.score ?? null,
      filter.after?.id ?? null,
      filter.id,
      filter.limit,
    ],
  );
  return rows;
}

/** A study, as far as it helps to tell who somebody is. */
export interface PatientStudy {
  studyInstanceUid: string;
  studyDate: string;
  modalities: string[];
  description: string;
  name: string;
  sex: string;
  birthDate: string;
}

/** The newest studies of a patient, also those that are of somebody else by what they say. */
export async function readPatientStudies(
  pool: pg.Pool,
  { hospital, patientId, issuer }: Pick<MatchPatient, 'hospital' | 'patientId' | 'issuer'>,
  limit = 20,
): Promise<PatientStudy[]> {
  const { rows } = await pool.query<PatientStudy>(
    `SELECT study_instance_uid AS "studyInstanceUid", study_date AS "studyDate", modalities, study_description AS description,
            concat_ws('=', patient_name_alphabetic, patient_name_ideographic) AS name, patient_sex AS sex,
            patient_birth_date AS "birthDate"
       FROM study WHERE hospital_code = $1 AND patient_id = $2 AND issuer_of_patient_id = $3
      ORDER BY study_moment DESC, study_id DESC LIMIT $4`,
    [hospital, patientId, issuer, limit],
  );
  return rows;
}

export interface PersonPagePatient extends Omit<MatchPatient, 'person'> {
  how: string;
  since: Date;
  studies: number;
  /** Kinds of what it bears, never the values. */
  identifiers: { kind: string; source: string; since: string }[];
}

export interface PersonEvent {
  id: number;
  kind: string;
  at: Date;
  by: string;
  reason: string;
  cause: string;
  undoes: number | null;
  /** Decided by a person, and not undone. */
  undoable: boolean;
}

export interface PersonPage {
  id: string;
  patients: PersonPagePatient[];
  events: PersonEvent[];
}

/** A person as far as it is known in these hospitals; null: it is not. */
export async function readPerson(
  pool: pg.Pool,
  person: string,
  hospitals: readonly string[] | null,
): Promise<PersonPage | null> {
  const { rows: found } = await pool.query<{ id: string }>(
    'SELECT coalesce(merged_into, person_id) AS id FROM person WHERE person_id = $1',
    [person],
  );
  const id = found[0]?.id;
  if (id === undefined) return null;
  const { rows: patients } = await pool.query<PersonPagePatient>(
    `SELECT p.patient_number AS number, p.hospital_code AS hospital, p.patient_id AS "patientId", p.issuer_of_patient_id AS issuer,
            p.name, p.sex, p.birth_date AS "birthDate", l.how, l.created_at AS since,
            (SELECT count(*)::integer FROM person_study ps JOIN study s USING (study_id)
              WHERE ps.person_id = l.person_id AND s.hospital_code = p.hospital_code AND s.patient_id = p.patient_id
                AND s.issuer_of_patient_id = p.issuer_of_patient_id) AS studies,
            (SELECT coalesce(json_agg(json_build_object('kind', i.kind, 'source', i.source, 'since', i.created_at) ORDER BY i.kind), '[]')
               FROM patient_identifier i WHERE i.patient_number = p.patient_number AND i.ended_at IS NULL) AS identifiers
       FROM patient_link l JOIN patient p ON p.hospital_code = l.hospital_code AND p.patient_id = l.patient_id
                                         AND p.issuer_of_patient_id = l.issuer_of_patient_id
      WHERE l.person_id = $1 AND l.ended_at IS NULL AND ($2::text[] IS NULL OR l.hospital_code = ANY ($2))
      ORDER BY l.hospital_code, l.patient_id`,
    [id, hospitals],
  );
  if (patients.length === 0) return null;
  const { rows: events } = await pool.query<PersonEvent>(
    `SELECT e.person_event_id AS id, e.kind, e.created_at AS at, coalesce(nullif(e.author_name, ''), e.author_id) AS by, e.reason,
            coalesce(e.detail ->> 'cause', '') AS cause, e.undoes,
            e.kind IN ('merged', 'separated') AND NOT EXISTS (SELECT FROM person_event u WHERE u.undoes = e.person_event_id) AS undoable
       FROM person_event e WHERE e.person_id = $1 OR e.other_id = $1 ORDER BY e.person_event_id DESC LIMIT 100`,
    [id],
  );
  return { id, patients, events };
}

/** Persons of whom patients of these hospitals are found: by PatientID in a hospital. */
export async function findPersonsOf(
  pool: pg.Pool,
  hospital: string,
  patientId: string,
): Promise<{ person: string; patient: MatchPatient }[]> {
  const { rows } = await pool.query<{ patient: MatchPatient }>(
    `SELECT ${patientSql('p')} AS patient FROM patient p WHERE p.hospital_code = $1 AND p.patient_id = $2
      ORDER BY p.issuer_of_patient_id LIMIT 20`,
    [hospital, patientId],
  );
  return rows.flatMap(({ patient }) =>
    patient.person === null ? [] : [{ person: patient.person, patient }],
  );
}

export interface PersonKeyState {
  keyId: string;
  identifiers: number;
  /** The key is at hand: its digests match. */
  held: boolean;
  /** It writes. */
  current: boolean;
}

/**
 * Under which keys identifiers are kept. Those of an older key get the present one's digest when their number comes again; those
 * of a key that is not at hand match nothing until then.
 */
export async function personKeyStates(pool: pg.Pool, keys: PersonKeys): Promise<PersonKeyState[]> {
  const { rows } = await pool.query<{ keyId: string; identifiers: number }>(
    `SELECT key_id AS "keyId", count(*)::integer AS identifiers FROM patient_identifier WHERE ended_at IS NULL
      GROUP BY key_id ORDER BY key_id`,
  );
  const unused = [...keys.keyIds].filter((id) => !rows.some(({ keyId }) => keyId === id));
  return [...rows, ...unused.map((keyId) => ({ keyId, identifiers: 0 }))].map((row) => ({
    ...row,
    held: keys.keyIds.has(row.keyId),
    current: row.keyId === keys.currentId,
  }));
}
