import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { compareFacts, contradict, type Facts, knownBirthDate, nameForms } from './resemblance.ts';
import { openWork, type WorkItem } from './settlePersons.ts';

/** Patients that are looked at in one transaction. */
const BATCH = 100;
/** More that look like one patient say that its name and birth date are of many. */
const MAX_ALIKE = 20;

interface Candidate extends Facts {
  number: number;
}

interface Looked extends Candidate {
  hospital: string;
}

/**
 * Looks for patients of other hospitals that resemble those that are new or changed, and puts the pairs on the work-list: the same
 * birth date and a name that is the same in characters or in pinyin, nothing against it, and not one person already. Nothing is
 * linked. Returns how many patients it looked at.
 *
 * A patient is found by keys of its birth date and forms of its name, over an index: never all with all.
 */
export async function findCandidates(index: pg.Pool): Promise<number> {
  return inTransaction(index, async (client) => {
    const { rows } = await client.query<Looked>(
      `SELECT patient_number AS number, hospital_code AS hospital, name, sex, birth_date AS "birthDate" FROM patient
        WHERE match_keys IS NULL
        ORDER BY patient_number LIMIT ${BATCH} FOR UPDATE SKIP LOCKED`,
    );
    if (rows.length === 0) return 0;
    const keys = new Map(rows.map((row) => [row.number, matchKeys(row)]));
    // An array of arrays that differ in length is no array of PostgreSQL.
    await client.query(
      `UPDATE patient p SET match_keys = ARRAY(SELECT jsonb_array_elements_text(of.keys))
         FROM unnest($1::bigint[], $2::jsonb[]) AS of (number, keys) WHERE p.patient_number = of.number`,
      [rows.map(({ number }) => number), [...keys.values()].map((of) => JSON.stringify(of))],
    );
    await withdrawUnlike(client, rows);
    const alike = await withSomebodyAlike(client, rows, keys);
    for (const patient of rows)
      if (alike.has(patient.number)) await lookFor(client, patient, keys.get(patient.number) ?? []);
    return rows.length;
  });
}

/** What those that resemble a patient are found by; none without a name and a birth date that says something. */
export function matchKeys(facts: Facts): string[] {
  const born = knownBirthDate(facts.birthDate);
  if (born === '') return [];
  return nameForms(facts.name)
    .filter((form) => form.length > 4 || form.startsWith('h:'))
    .map((form) => `${born} ${form}`);
}

/** Those whom anybody of another hospital resembles, in one statement: of most nobody does. */
async function withSomebodyAlike(
  client: pg.PoolClient,
  patients: readonly Looked[],
  keys: ReadonlyMap<number, string[]>,
): Promise<Set<number>> {
  const { rows } = await client.query<{ number: number }>(
    `SELECT me.number FROM unnest($1::bigint[], $2::text[], $3::jsonb[]) AS me (number, hospital, keys)
      -- Counted, and all of them, so that each is one look into the index: for the first alone the table would be read along.
      WHERE (SELECT count(*) FROM patient o
              WHERE o.match_keys && ARRAY(SELECT jsonb_array_elements_text(me.keys)) AND o.hospital_code <> me.hospital) > 0`,
    [
      patients.map(({ number }) => number),
      patients.map(({ hospital }) => hospital),
      patients.map(({ number }) => JSON.stringify(keys.get(number) ?? [])),
    ],
  );
  return new Set(rows.map(({ number }) => number));
}

async function lookFor(client: pg.PoolClient, patient: Candidate, keys: readonly string[]): Promise<void> {
  if (keys.length === 0) return;
  const { rows } = await client.query<Candidate>(
    `SELECT o.patient_number AS number, o.name, o.sex, o.birth_date AS "birthDate"
       FROM patient o, patient p
       LEFT JOIN patient_link pl ON pl.hospital_code = p.hospital_code AND pl.patient_id = p.patient_id
                                AND pl.issuer_of_patient_id = p.issuer_of_patient_id AND pl.ended_at IS NULL
      WHERE p.patient_number = $1 AND o.match_keys && $2::text[] AND o.hospital_code <> p.hospital_code
        AND NOT EXISTS (SELECT FROM patient_link ol WHERE ol.hospital_code = o.hospital_code AND ol.patient_id = o.patient_id
                           AND ol.issuer_of_patient_id = o.issuer_of_patient_id AND ol.ended_at IS NULL
                           AND ol.person_id = pl.person_id)
        -- Two that bear ID cards, and not the same, are two people.
        AND NOT EXISTS (SELECT FROM patient_identifier mine, patient_identifier theirs
                         WHERE mine.patient_number = p.patient_number AND theirs.patient_number = o.patient_number
                           AND mine.kind = 'idCard' AND theirs.kind = 'idCard' AND mine.ended_at IS NULL
                           AND theirs.ended_at IS NULL AND mine.key_id = theirs.key_id AND mine.digest <> theirs.digest)
      LIMIT ${MAX_ALIKE + 1}`,
    [patient.number, keys],
  );
  if (rows.length > MAX_ALIKE) return;
  const items = rows
    .filter((other) => !contradict(patient, other))
    .map((other): WorkItem => {
      const because = compareFacts(patient, other);
      return {
        kind: 'alike',
        one: Math.min(patient.number, other.number),
        other: Math.max(patient.number, other.number),
        because: { by: 'alike', ...because },
        score: scoreOf(because),
      };
    });
  if (items.length > 0) await openWork(client, items);
}

/** Between 0 and 1, for the order of the work-list alone. */
function scoreOf({ name, sex }: { name: string; sex: string }): number {
  return (name === 'same' ? 0.9 : 0.75) - (sex === 'same' ? 0 : 0.15);
}

/** Pairs that do not look alike any more ask nobody. */
async function withdrawUnlike(client: pg.PoolClient, patients: readonly Candidate[]): Promise<void> {
  await client.query(
    `UPDATE match_candidate m SET state = 'withdrawn', decided_at = now() FROM patient a, patient b
      WHERE m.state = 'open' AND m.kind = 'alike'
        AND (m.one_patient = ANY ($1::bigint[]) OR m.other_patient = ANY ($1::bigint[]))
        AND a.patient_number = m.one_patient AND b.patient_number = m.other_patient
        AND a.match_keys IS NOT NULL AND b.match_keys IS NOT NULL AND NOT a.match_keys && b.match_keys`,
    [patients.map(({ number }) => number)],
  );
}
