import type pg from 'pg';
import { type GivenIdentifier, readIdentifiers } from './identifiers.ts';
import type { PersonKeys } from './personKeys.ts';
import { survivorStatement } from './survivors.ts';

type Queryable = pg.Pool | pg.ClientBase;

/** A patient of a person. */
export interface PersonPatient {
  hospital: string;
  patientId: string;
  issuer: string;
  name: string;
  sex: string;
  birthDate: string;
  /** What it is linked by. */
  how: 'identifier' | 'confirmed' | 'alone';
}

/**
 * The person that a patient of a hospital is; null: it is not known yet. Without an issuer the patient may be known with one, if
 * it is one alone.
 */
export async function personOfPatient(
  client: Queryable,
  hospital: string,
  patientId: string,
  issuer = '',
): Promise<string | null> {
  const { rows } = await client.query<{ asked: string; person: string; issuer: string }>({
    name: 'person-of-patient',
    text: `SELECT coalesce(into_issuer, $3) AS asked, l.person_id AS person, l.issuer_of_patient_id AS issuer
  FROM (SELECT) AS one
  LEFT JOIN LATERAL (${survivorStatement}) AS survivor (into_patient, into_issuer) ON true
  JOIN patient_link l ON l.hospital_code = $1 AND l.patient_id = coalesce(into_patient, $2) AND l.ended_at IS NULL`,
    values: [hospital, patientId, issuer],
  });
  const exact = rows.find((row) => row.issuer === row.asked);
  if (exact !== undefined) return exact.person;
  const candidates = rows.filter((row) => row.asked === '' || row.issuer === '');
  const persons = new Set(candidates.map(({ person }) => person));
  return persons.size === 1 && rows.length === 1 ? ([...persons][0] ?? null) : null;
}

/**
 * The person that bears these identifiers; null: nobody is known by them, they name several, or they cannot say who somebody is
 * because patients that contradict each other bear them.
 *
 * @throws IdentifierRefused, PersonKeysMissing
 */
export async function personByIdentifiers(
  client: Queryable,
  keys: PersonKeys,
  identifiers: readonly GivenIdentifier[],
): Promise<string | null> {
  const read = readIdentifiers(identifiers);
  if (read.length === 0) return null;
  const digests = read.flatMap((one) => keys.digests(one).map(({ digest }) => digest));
  const { rows } = await client.query<{ number: number; person: string; how: string }>(
    `SELECT DISTINCT p.patient_number AS number, l.person_id AS person, l.how
       FROM patient_identifier i JOIN patient p USING (patient_number)
       JOIN patient_link l ON l.hospital_code = p.hospital_code AND l.patient_id = p.patient_id
                          AND l.issuer_of_patient_id = p.issuer_of_patient_id AND l.ended_at IS NULL
      WHERE i.digest = ANY ($1::bytea[]) AND i.ended_at IS NULL
        AND (p.birth_date = '' OR i.says_birth_date IN ('', p.birth_date))
        AND (p.sex NOT IN ('M', 'F') OR i.says_sex IN ('', p.sex))
        AND NOT EXISTS (SELECT FROM patient_identifier two WHERE two.patient_number = i.patient_number
                           AND two.kind = 'idCard' AND i.kind = 'idCard' AND two.digest <> i.digest AND two.ended_at IS NULL)
      LIMIT 201`,
    [digests],
  );
  const persons = new Set(rows.map(({ person }) => person));
  // Those that contradict each other are several persons, each alone.
  return persons.size === 1 ? ([...persons][0] ?? null) : null;
}

/** Patients of a person, those of before its mergers included. */
export async function patientsOfPerson(client: Queryable, personId: string): Promise<PersonPatient[]> {
  const { rows } = await client.query<PersonPatient>(
    `SELECT l.hospital_code AS hospital, l.patient_id AS "patientId", l.issuer_of_patient_id AS issuer, coalesce(p.name, '') AS name,
            coalesce(p.sex, '') AS sex, coalesce(p.birth_date, '') AS "birthDate", l.how
       FROM patient_link l LEFT JOIN patient p ON p.hospital_code = l.hospital_code AND p.patient_id = l.patient_id
                                AND p.issuer_of_patient_id = l.issuer_of_patient_id
      WHERE l.person_id = $1 AND l.ended_at IS NULL ORDER BY l.hospital_code, l.patient_id, l.issuer_of_patient_id`,
    [personId],
  );
  return rows;
}

/** The person that another was merged into, or itself; null: there is none. */
export async function currentPerson(client: Queryable, personId: string): Promise<string | null> {
  const { rows } = await client.query<{ person: string }>(
    'SELECT coalesce(merged_into, person_id) AS person FROM person WHERE person_id = $1',
    [personId],
  );
  return rows[0]?.person ?? null;
}
