import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { inTransaction } from '../database.ts';
import { readNeighbourhood } from './neighbourhood.ts';
import { contradictoryWords } from './partition.ts';
import { lockPersons, settlePersons } from './settlePersons.ts';
import { type ChangedWord, sayOfPair, takeBack } from './words.ts';

/**
 * - `absent`: it is not there, or not in these hospitals.
 * - `decided`: somebody decided it already.
 * - `contradiction`: people said the contrary of patients that this would join; that has to be undone first.
 * - `unfit`: the question cannot be answered so.
 * - `tooMany`: more patients than one decision takes.
 */
export type DecisionFault = 'absent' | 'decided' | 'contradiction' | 'unfit' | 'tooMany';

export type PersonDecision = { person: string; event: number | null } | { fault: DecisionFault };

export interface Deciding {
  /** Hospitals in which the decider may decide; null: all. */
  hospitals: readonly string[] | null;
  author: Author;
  reason: string;
}

/** Patients of one person that are told apart in one decision. */
const MOST_PAIRS = 2000;

class Refused extends Error {
  readonly fault: DecisionFault;
  constructor(fault: DecisionFault) {
    super(fault);
    this.fault = fault;
  }
}

/** Decisions come one after the other, and all of one or nothing of it is kept. */
async function deciding(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<{ person: string; event: number | null }>,
): Promise<PersonDecision> {
  try {
    return await inTransaction(pool, async (client) => {
      await lockPersons(client);
      return work(client);
    });
  } catch (error) {
    if (error instanceof Refused) return { fault: error.fault };
    throw error;
  }
}

/** Answers a question of the work-list: the two are one person, or they are not; a PatientID was used for one person or for several. */
export async function decideMatch(
  pool: pg.Pool,
  id: number,
  same: boolean,
  given: Deciding,
): Promise<PersonDecision> {
  return deciding(pool, async (client) => {
    const { rows } = await client.query<{ kind: string; state: string; one: number; other: number | null }>(
      `SELECT m.kind, m.state, m.one_patient AS one, m.other_patient AS other
         FROM match_candidate m JOIN patient a ON a.patient_number = m.one_patient
         LEFT JOIN patient b ON b.patient_number = m.other_patient
        WHERE m.match_candidate_id = $1
          AND ($2::text[] IS NULL OR a.hospital_code = ANY ($2) AND coalesce(b.hospital_code, a.hospital_code) = ANY ($2))`,
      [id, given.hospitals],
    );
    const [match] = rows;
    if (match === undefined) throw new Refused('absent');
    if (match.state !== 'open') throw new Refused('decided');
    if (match.other !== null) return decidePair(client, { one: match.one, other: match.other }, same, given);
    if (same && match.kind !== 'reused') throw new Refused('unfit');
    await client.query(
      `UPDATE match_candidate SET state = $2, decided_at = now(), decided_kind = $3, decided_id = $4, decided_name = $5, reason = $6
        WHERE match_candidate_id = $1`,
      [
        id,
        same ? 'confirmed' : 'refused',
        given.author.kind,
        given.author.id,
        given.author.name,
        given.reason,
      ],
    );
    // Its studies are looked at anew.
    await client.query(
      `INSERT INTO patient_seen (hospital_code, patient_id, issuer_of_patient_id)
       SELECT hospital_code, patient_id, issuer_of_patient_id FROM patient WHERE patient_number = $1`,
      [match.one],
    );
    return { person: await personOf(client, match.one), event: null };
  });
}

/** Says that two persons are one, by one patient of each. */
export async function mergePersons(
  pool: pg.Pool,
  persons: { one: string; other: string },
  given: Deciding,
): Promise<PersonDecision> {
  return deciding(pool, async (client) => {
    const one = (await patientsIn(client, persons.one, given.hospitals))[0];
    const other = (await patientsIn(client, persons.other, given.hospitals))[0];
    if (one === undefined || other === undefined) throw new Refused('absent');
    if (persons.one === persons.other) throw new Refused('unfit');
    return decidePair(client, { one, other }, true, given);
  });
}

/**
 * Says that some patients of a person are somebody else. What is left stays one person, and so do those that were taken out.
 *
 * @param patients numbers of those that are taken out
 */
export async function separatePatients(
  pool: pg.Pool,
  person: string,
  patients: readonly number[],
  given: Deciding,
): Promise<PersonDecision> {
  return deciding(pool, async (client) => {
    const visible = await patientsIn(client, person, given.hospitals);
    const out = [...new Set(patients)];
    if (visible.length === 0 || out.some((number) => !visible.includes(number))) throw new Refused('absent');
    const rest = (await patientsIn(client, person, null)).filter((number) => !out.includes(number));
    if (rest.length === 0 || out.length === 0) throw new Refused('unfit');
    if (rest.length * out.length > MOST_PAIRS) throw new Refused('tooMany');
    const words: ChangedWord[] = [];
    const say = async (one: number, other: number, same: boolean): Promise<void> => {
      words.push(...(await sayOfPair(client, { one, other }, same, given.author, given.reason)));
    };
    for (const one of out) for (const other of rest) await say(one, other, false);
    // An identifier that both parts bear joins nobody from now on: each part stays together by this decision.
    for (const part of [out, rest])
      for (const other of part.slice(1)) await say(part[0] ?? other, other, true);
    await settle(client, [...out, ...rest], given.author);
    const taken = await personOf(client, out[0] ?? 0);
    const left = await personOf(client, rest[0] ?? 0);
    const event = await noteEvent(client, 'separated', left, taken, words, given);
    return { person: left, event };
  });
}

/** Takes back a merger or a separation that a person decided: everything is as it was, as far as nobody decided otherwise since. */
export async function undoDecision(pool: pg.Pool, event: number, given: Deciding): Promise<PersonDecision> {
  return deciding(pool, async (client) => {
    const { rows } = await client.query<{ detail: { words?: ChangedWord[] }; undone: boolean }>(
      `SELECT detail, EXISTS (SELECT FROM person_event u WHERE u.undoes = e.person_event_id) AS undone
         FROM person_event e WHERE person_event_id = $1 AND kind IN ('merged', 'separated')`,
      [event],
    );
    const [found] = rows;
    const words = found?.detail.words ?? [];
    const { rows: pairs } = await client.query<{ one: number; other: number; visible: boolean }>(
      `SELECT m.one_patient AS one, m.other_patient AS other,
              $2::text[] IS NULL OR (a.hospital_code = ANY ($2) OR b.hospital_code = ANY ($2)) AS visible
         FROM match_candidate m JOIN patient a ON a.patient_number = m.one_patient
         JOIN patient b ON b.patient_number = m.other_patient WHERE m.match_candidate_id = ANY ($1::bigint[]) ORDER BY 1, 2`,
      [words.map(({ id }) => id), given.hospitals],
    );
    const [first] = pairs;
    if (found === undefined || first === undefined || !pairs.some(({ visible }) => visible))
      throw new Refused('absent');
    if (found.undone || !(await takeBack(client, words))) throw new Refused('decided');
    const numbers = pairs.flatMap(({ one, other }) => [one, other]);
    await settle(client, numbers, given.author);
    const person = await personOf(client, first.one);
    return { person, event: await noteEvent(client, 'undone', person, null, [], given, event) };
  });
}

async function decidePair(
  client: pg.PoolClient,
  pair: { one: number; other: number },
  same: boolean,
  given: Deciding,
): Promise<{ person: string; event: number }> {
  const former = [await personOf(client, pair.one), await personOf(client, pair.other)];
  const words = await sayOfPair(client, pair, same, given.author, given.reason);
  await settle(client, [pair.one, pair.other], given.author);
  const person = await personOf(client, pair.one);
  const other = same ? former.find((one) => one !== person) : await personOf(client, pair.other);
  const event = await noteEvent(client, same ? 'merged' : 'separated', person, other ?? null, words, given);
  return { person, event };
}

async function settle(client: pg.PoolClient, numbers: readonly number[], author: Author): Promise<void> {
  const { words } = await readNeighbourhood(client, numbers);
  if (contradictoryWords(words)) throw new Refused('contradiction');
  await settlePersons(client, numbers, author, 'person');
}

async function personOf(client: pg.PoolClient, number: number): Promise<string> {
  const { rows } = await client.query<{ person: string }>(
    `SELECT l.person_id AS person FROM patient p
       JOIN patient_link l ON l.hospital_code = p.hospital_code AND l.patient_id = p.patient_id
                          AND l.issuer_of_patient_id = p.issuer_of_patient_id AND l.ended_at IS NULL
      WHERE p.patient_number = $1`,
    [number],
  );
  if (rows[0] === undefined) throw new Refused('absent');
  return rows[0].person;
}

/** Numbers of the patients of a person, in these hospitals. */
async function patientsIn(
  client: pg.PoolClient,
  person: string,
  hospitals: readonly string[] | null,
): Promise<number[]> {
  const { rows } = await client.query<{ number: number }>(
    `SELECT p.patient_number AS number FROM patient_link l
       JOIN patient p ON p.hospital_code = l.hospital_code AND p.patient_id = l.patient_id
                     AND p.issuer_of_patient_id = l.issuer_of_patient_id
      WHERE l.person_id = $1 AND l.ended_at IS NULL AND ($2::text[] IS NULL OR l.hospital_code = ANY ($2)) ORDER BY 1`,
    [person, hospitals],
  );
  return rows.map(({ number }) => number);
}

async function noteEvent(
  client: pg.PoolClient,
  kind: 'merged' | 'separated' | 'undone',
  person: string,
  other: string | null,
  words: readonly ChangedWord[],
  { author, reason }: Deciding,
  undoes: number | null = null,
): Promise<number> {
  const { rows } = await client.query<{ id: number }>(
    `INSERT INTO person_event (kind, person_id, other_id, detail, undoes, reason, author_kind, author_id, author_name)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) RETURNING person_event_id AS id`,
    [
      kind,
      person,
      other === person ? null : other,
      JSON.stringify(words.length === 0 ? {} : { words }),
      undoes,
      reason,
      author.kind,
      author.id,
      author.name,
    ],
  );
  if (rows[0] === undefined) throw new Error('the decision was not recorded');
  return rows[0].id;
}
