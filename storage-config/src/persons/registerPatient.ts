import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { type GivenIdentifier, readIdentifiers } from './identifiers.ts';
import { type PersonKeys, PersonKeysMissing } from './personKeys.ts';
import { contradict, compareFacts, type Facts } from './resemblance.ts';
import { lockPersons, openWork, settlePersons } from './settlePersons.ts';
import { survivorOf } from './survivors.ts';
import { type PatientSource, saveClaims } from './saveClaims.ts';

/** A patient as its hospital knows it. */
export interface GivenPatient {
  hospital: string;
  patientId: string;
  issuer?: string;
  /** PatientName; component groups with `=` between them. */
  name: string;
  /** M, F, O or empty. */
  sex: string;
  /** YYYYMMDD or empty. */
  birthDate: string;
  /** Those that are named replace what this patient had of the same kind; kinds that are not named stay. */
  identifiers?: readonly GivenIdentifier[];
  author: Author;
}

export interface RegisteredPatient {
  personId: string;
  /** Questions that it put on the work-list of persons. */
  workItems: number;
}

interface PatientRow extends Facts {
  number: number;
  source: PatientSource;
  person: string | null;
}

/**
 * Makes a patient known, or known better, and says which person it is: patients that bear the same identifier are one, unless
 * they contradict each other. Identifiers are kept as keyed digests alone. To be called in a transaction, which is short.
 *
 * A patient that is known under another birth date, sex or name stands for somebody else from now on: what linked it before
 * ends, and the work-list asks.
 *
 * @throws IdentifierRefused one of the identifiers is not usable; nothing is written then
 * @throws PersonKeysMissing there are identifiers and no key
 */
export async function registerPatient(
  client: pg.ClientBase,
  keys: PersonKeys,
  given: GivenPatient,
): Promise<RegisteredPatient> {
  return savePatient(client, keys, given, 'registered');
}

/** The same, of what a study says: it fills in what is not known, and replaces nothing. */
export async function savePatient(
  client: pg.ClientBase,
  keys: PersonKeys,
  given: GivenPatient,
  source: PatientSource,
): Promise<RegisteredPatient> {
  const identifiers = readIdentifiers(given.identifiers ?? []);
  if (identifiers.length > 0 && !keys.usable) throw new PersonKeysMissing();
  const whose = await survivorOf(client, given.hospital, given.patientId, given.issuer ?? '');
  // What is said of a patient that was merged away is not said of the one that stays.
  const facts: Facts = whose.merged
    ? { name: '', sex: '', birthDate: '' }
    : { name: given.name, sex: given.sex, birthDate: given.birthDate };
  const known = await findPatient(client, whose);
  const wanted = known === null ? facts : mergedFacts(known, facts, source);
  const isSame =
    known !== null && sameFacts(known, wanted) && (known.source === 'registered' || source === 'study');
  if (known?.person != null && isSame && identifiers.length === 0)
    return { personId: known.person, workItems: 0 };
  if (known === null && identifiers.length === 0 && !(await hasSibling(client, whose)))
    return { personId: await addAlone(client, whose, facts, source, given.author), workItems: 0 };

  await lockPersons(client);
  const before = await findPatient(client, whose);
  const number = before?.number ?? (await insertPatient(client, whose, facts, source));
  const isOther = before !== null && contradict(before, wanted);
  if (before !== null && !isSame) await updatePatient(client, number, wanted, source);
  const seeds = new Set([number]);
  let workItems = 0;
  if (isOther) {
    for (const touched of await forgetLinks(client, number)) seeds.add(touched);
    workItems += await openWork(client, [
      { kind: 'reused', one: number, other: null, because: { by: source, ...compareFacts(before, wanted) } },
    ]);
  }
  const { author } = given;
  for (const touched of await saveClaims(client, keys, { number, identifiers, source, author }))
    seeds.add(touched);
  workItems += await settlePersons(
    client,
    [...seeds],
    author,
    identifiers.length > 0 ? 'identifier' : 'facts',
  );
  const after = await findPatient(client, whose);
  if (after?.person == null) throw new Error('the patient was not linked');
  return { personId: after.person, workItems };
}

interface Whose {
  hospital: string;
  patientId: string;
  issuer: string;
}

async function findPatient(
  client: pg.ClientBase,
  { hospital, patientId, issuer }: Whose,
): Promise<PatientRow | null> {
  const { rows } = await client.query<PatientRow>(
    `SELECT p.patient_number AS number, p.name, p.sex, p.birth_date AS "birthDate", p.source, l.person_id AS person
       FROM patient p LEFT JOIN patient_link l ON l.hospital_code = p.hospital_code AND l.patient_id = p.patient_id
                               AND l.issuer_of_patient_id = p.issuer_of_patient_id AND l.ended_at IS NULL
      WHERE p.hospital_code = $1 AND p.patient_id = $2 AND p.issuer_of_patient_id = $3`,
    [hospital, patientId, issuer],
  );
  return rows[0] ?? null;
}

/** What is not said stays; what a study says stands only where nothing is known. */
function mergedFacts(known: Facts, said: Facts, source: PatientSource): Facts {
  const of = (key: 'name' | 'sex' | 'birthDate'): string =>
    source === 'study' ? known[key] || said[key] : said[key] || known[key];
  return { name: of('name'), sex: of('sex'), birthDate: of('birthDate') };
}

const sameFacts = (one: Facts, other: Facts): boolean =>
  one.name === other.name && one.sex === other.sex && one.birthDate === other.birthDate;

async function hasSibling(client: pg.ClientBase, { hospital, patientId }: Whose): Promise<boolean> {
  const { rowCount } = await client.query(
    'SELECT FROM patient WHERE hospital_code = $1 AND patient_id = $2 LIMIT 1',
    [hospital, patientId],
  );
  return rowCount === 1;
}

/** A patient that nothing can link yet needs nobody to wait for. */
async function addAlone(
  client: pg.ClientBase,
  whose: Whose,
  facts: Facts,
  source: PatientSource,
  author: Author,
): Promise<string> {
  const { rows } = await client.query<{ person: string }>(
    `WITH known AS (
       INSERT INTO patient (hospital_code, patient_id, issuer_of_patient_id, name, sex, birth_date, source)
       VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT DO NOTHING RETURNING home_person)
     INSERT INTO patient_link (hospital_code, patient_id, issuer_of_patient_id, person_id, how, author_kind, author_id, author_name)
     SELECT $1, $2, $3, home_person, 'alone', $8, $9, $10 FROM known RETURNING person_id AS person`,
    [
      whose.hospital,
      whose.patientId,
      whose.issuer,
      facts.name,
      facts.sex,
      facts.birthDate,
      source,
      author.kind,
      author.id,
      author.name,
    ],
  );
  if (rows[0] !== undefined) return rows[0].person;
  // Another one added it at the same moment.
  const found = await findPatient(client, whose);
  if (found?.person == null) throw new Error('the patient was not linked');
  return found.person;
}

async function insertPatient(
  client: pg.ClientBase,
  { hospital, patientId, issuer }: Whose,
  facts: Facts,
  source: PatientSource,
): Promise<number> {
  const { rows } = await client.query<{ number: number }>(
    `INSERT INTO patient AS p (hospital_code, patient_id, issuer_of_patient_id, name, sex, birth_date, source)
     VALUES ($1, $2, $3, $4, $5, $6, $7)
     ON CONFLICT (hospital_code, patient_id, issuer_of_patient_id) DO UPDATE SET updated_at = now()
     RETURNING p.patient_number AS number`,
    [hospital, patientId, issuer, facts.name, facts.sex, facts.birthDate, source],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the patient was not added');
  return row.number;
}

async function updatePatient(
  client: pg.ClientBase,
  number: number,
  facts: Facts,
  source: PatientSource,
): Promise<void> {
  await client.query(
    `UPDATE patient SET name = $2, sex = $3, birth_date = $4, updated_at = now(), match_keys = NULL,
            source = CASE WHEN $5 = 'registered' THEN $5 ELSE source END
      WHERE patient_number = $1`,
    [number, facts.name, facts.sex, facts.birthDate, source],
  );
}

/** Ends what said who a patient is, for it is somebody else now. Returns patients that this concerns. */
async function forgetLinks(client: pg.ClientBase, number: number): Promise<number[]> {
  const { rows } = await client.query<{ number: number }>(
    `WITH ended AS (
       UPDATE patient_identifier SET ended_at = now() WHERE patient_number = $1 AND ended_at IS NULL RETURNING digest),
     forgotten AS (
       UPDATE match_candidate SET state = 'withdrawn', decided_at = now()
        WHERE (one_patient = $1 OR other_patient = $1) AND other_patient IS NOT NULL AND state <> 'withdrawn'
        RETURNING one_patient, other_patient)
     SELECT i.patient_number AS number FROM patient_identifier i JOIN ended USING (digest) WHERE i.ended_at IS NULL
     UNION SELECT one_patient FROM forgotten UNION SELECT other_patient FROM forgotten`,
    [number],
  );
  return rows.map((row) => row.number);
}
