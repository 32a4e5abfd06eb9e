import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { type Neighbour, type Neighbourhood, readNeighbourhood } from './neighbourhood.ts';
import type { Group } from './partition.ts';
import { compareFacts } from './resemblance.ts';

/** Why links change: an identifier came or went, a person decided, what is known of a patient changed. */
export type SettleCause = 'identifier' | 'person' | 'facts';

/** Held while who is who changes, so that one such change sees all of the others. */
const PERSONS_LOCK = 0x4855_5045;

/** Lets changes of who is who come one after the other; until the end of the transaction. */
export async function lockPersons(client: pg.ClientBase): Promise<void> {
  await client.query('SELECT pg_advisory_xact_lock($1)', [PERSONS_LOCK]);
}

/**
 * Brings links and work-list in line with what is known of these patients and of all that may be one with them. Belongs behind
 * {@link lockPersons}. Returns how many work items it opened.
 *
 * @param seeds numbers of patients whose facts, identifiers or words changed, with those that bore their identifiers
 */
export async function settlePersons(
  client: pg.ClientBase,
  seeds: readonly number[],
  author: Author,
  cause: SettleCause,
): Promise<number> {
  if (seeds.length === 0) return 0;
  const found = await readNeighbourhood(client, seeds);
  for (const group of found.partition.groups) await settleGroup(client, group, found, author, cause);
  return settleWork(client, found);
}

async function settleGroup(
  client: pg.ClientBase,
  { members }: Group,
  { neighbours }: Neighbourhood,
  author: Author,
  cause: SettleCause,
): Promise<void> {
  const patients = [...members.keys()]
    .flatMap((key) => neighbours.get(Number(key)) ?? [])
    .toSorted((a, b) => a.number - b.number);
  const [first] = patients;
  if (first === undefined) return;
  const person = first.home;
  const moved = patients.filter(
    (patient) => patient.person !== person || patient.how !== members.get(patient.key),
  );
  if (moved.length === 0) return;
  await client.query(
    'UPDATE person SET merged_into = NULL WHERE person_id = $1 AND merged_into IS NOT NULL',
    [person],
  );
  await client.query(
    `UPDATE person SET merged_into = $1 WHERE person_id = ANY ($2::uuid[]) AND person_id <> $1
        AND merged_into IS DISTINCT FROM $1`,
    [person, patients.map(({ home }) => home)],
  );
  await moveLinks(client, person, moved, members, author, cause);
  await noteMoves(client, person, moved, author, cause);
}

async function moveLinks(
  client: pg.ClientBase,
  person: string,
  moved: readonly Neighbour[],
  members: Group['members'],
  author: Author,
  cause: SettleCause,
): Promise<void> {
  const whose = [
    moved.map(({ hospital }) => hospital),
    moved.map(({ patientId }) => patientId),
    moved.map(({ issuer }) => issuer),
  ];
  await client.query(
    `UPDATE patient_link l SET ended_at = now(), ended_by = $4, ended_reason = $5
       FROM unnest($1::text[], $2::text[], $3::text[]) AS of (hospital, patient, issuer)
      WHERE l.hospital_code = of.hospital AND l.patient_id = of.patient AND l.issuer_of_patient_id = of.issuer
        AND l.ended_at IS NULL`,
    [...whose, author.id, cause],
  );
  await client.query(
    `INSERT INTO patient_link (hospital_code, patient_id, issuer_of_patient_id, person_id, how, author_kind, author_id, author_name)
     SELECT hospital, patient, issuer, $5, how, $6, $7, $8
       FROM unnest($1::text[], $2::text[], $3::text[], $4::text[]) AS of (hospital, patient, issuer, how)`,
    [...whose, moved.map(({ key }) => members.get(key)), person, author.kind, author.id, author.name],
  );
}

/** One event for each person that patients came from. */
async function noteMoves(
  client: pg.ClientBase,
  person: string,
  moved: readonly Neighbour[],
  author: Author,
  cause: SettleCause,
): Promise<void> {
  const from = Map.groupBy(
    moved.filter((patient) => patient.person !== null && patient.person !== person),
    (patient) => patient.person,
  );
  for (const [former, patients] of from) {
    const goesHome = patients.every(({ home }) => home === person);
    await client.query(
      `INSERT INTO person_event (kind, person_id, other_id, detail, author_kind, author_id, author_name)
       VALUES ($1, $2, $3, $4, $5, $6, $7)`,
      [
        goesHome ? 'unlinked' : 'linked',
        person,
        former,
        JSON.stringify({ cause, patients: patients.map(({ number }) => number) }),
        author.kind,
        author.id,
        author.name,
      ],
    );
  }
}

async function settleWork(client: pg.ClientBase, found: Neighbourhood): Promise<number> {
  const { neighbours, partition, faults } = found;
  const numbers = [...neighbours.keys()];
  const pairs = partition.disputes.flatMap(({ kind, one, other }) => {
    const [a, b] = [Number(one), Number(other)].toSorted((x, y) => x - y).map((n) => neighbours.get(n));
    return a === undefined || b === undefined
      ? []
      : [{ one: a.number, other: b.number, because: { by: kind, ...compareFacts(a, b) } }];
  });
  const items = [
    ...pairs.map((pair) => ({ kind: 'dispute', ...pair })),
    ...faults.map(({ number, kind }) => ({ kind, one: number, other: null, because: { by: 'idCard' } })),
  ];
  const unique = [
    ...new Map(items.map((item) => [`${item.kind} ${item.one} ${item.other ?? ''}`, item])).values(),
  ];
  // What is no dispute any more asks nobody; nor do those that became one person.
  await client.query(
    `UPDATE match_candidate m SET state = 'withdrawn', decided_at = now()
      WHERE m.state = 'open' AND m.one_patient = ANY ($1::bigint[]) AND m.kind IN ('dispute', 'ownNumber', 'twoNumbers')
        AND NOT EXISTS (SELECT FROM unnest($2::text[], $3::bigint[], $4::bigint[]) AS now (kind, one, other)
                         WHERE now.kind = m.kind AND now.one = m.one_patient AND now.other IS NOT DISTINCT FROM m.other_patient)`,
    [numbers, unique.map(({ kind }) => kind), unique.map(({ one }) => one), unique.map(({ other }) => other)],
  );
  await client.query(
    `UPDATE match_candidate m SET state = 'withdrawn', decided_at = now()
       FROM patient a, patient b, patient_link la, patient_link lb
      WHERE m.state = 'open' AND m.kind = 'alike' AND m.one_patient = ANY ($1::bigint[])
        AND a.patient_number = m.one_patient AND b.patient_number = m.other_patient
        AND la.hospital_code = a.hospital_code AND la.patient_id = a.patient_id
        AND la.issuer_of_patient_id = a.issuer_of_patient_id AND la.ended_at IS NULL
        AND lb.hospital_code = b.hospital_code AND lb.patient_id = b.patient_id
        AND lb.issuer_of_patient_id = b.issuer_of_patient_id AND lb.ended_at IS NULL AND la.person_id = lb.person_id`,
    [numbers],
  );
  if (unique.length === 0) return 0;
  return openWork(client, unique);
}

export interface WorkItem {
  kind: string;
  one: number;
  other: number | null;
  because: object;
  score?: number;
}

/** Puts items on the work-list, unless they stand there or a person said of the pair what is so. Returns how many are new. */
export async function openWork(client: pg.ClientBase, items: readonly WorkItem[]): Promise<number> {
  const { rowCount } = await client.query(
    `INSERT INTO match_candidate AS m (kind, one_patient, other_patient, score, because)
     SELECT given.kind, given.one, given.other, given.score, given.because
       FROM unnest($1::text[], $2::bigint[], $3::bigint[], $4::real[], $5::jsonb[]) AS given (kind, one, other, score, because)
      WHERE NOT EXISTS (SELECT FROM match_candidate said WHERE said.one_patient = given.one AND said.other_patient = given.other
                           AND said.state IN ('confirmed', 'refused'))
     ON CONFLICT (kind, one_patient, other_patient) DO UPDATE
        SET state = 'open', because = EXCLUDED.because, score = EXCLUDED.score, created_at = now(), decided_at = NULL
      WHERE m.state = 'withdrawn'`,
    [
      items.map(({ kind }) => kind),
      items.map(({ one }) => one),
      items.map(({ other }) => other),
      // What stands in the way of an identifier goes before what merely looks alike.
      items.map(({ score = 1 }) => score),
      items.map(({ because }) => JSON.stringify(because)),
    ],
  );
  return rowCount ?? 0;
}
