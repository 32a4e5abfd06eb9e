import type pg from 'pg';
import { type Bond, type Member, partition, type Partition, type Word } from './partition.ts';
import { knownBirthDate } from './resemblance.ts';

/** A patient with what decides about the person it is. */
export interface Neighbour extends Member {
  number: number;
  hospital: string;
  patientId: string;
  issuer: string;
  home: string;
  /** The live link. */
  person: string | null;
  how: string | null;
}

/** What of one patient alone is wrong with its identifiers. */
export interface OwnFault {
  number: number;
  kind: 'ownNumber' | 'twoNumbers';
}

export interface Neighbourhood {
  neighbours: Map<number, Neighbour>;
  partition: Partition;
  faults: OwnFault[];
  /** What people said of pairs of them. */
  words: Word[];
}

interface Claim {
  patient_number: number;
  kind: string;
  issuer: string;
  key_id: string;
  digest: string;
  says_birth_date: string;
  says_sex: string;
}

/** More patients that bear one identifier are not one person. */
const CROWD = 200;
/** More patients are not looked through; identifiers join none of so many. */
const MOST = 3000;

/**
 * Patients that may be one person with these, over whatever identifiers and words, and who of them is who.
 *
 * @param seeds numbers of patients
 */
export async function readNeighbourhood(
  client: pg.ClientBase,
  seeds: readonly number[],
): Promise<Neighbourhood> {
  const neighbours = new Map<number, Neighbour>();
  const claims: Claim[] = [];
  const words = new Map<string, Word>();
  const crowded = new Set<string>();
  const looked = new Set<string>();
  let frontier = [...new Set(seeds)];
  while (frontier.length > 0 && neighbours.size < MOST) {
    for (const patient of await readPatients(client, frontier)) neighbours.set(patient.number, patient);
    const found = await readClaims(client, frontier);
    claims.push(...found);
    const digests = [...new Set(found.map(({ digest }) => digest))].filter((digest) => !looked.has(digest));
    digests.forEach((digest) => looked.add(digest));
    const next = new Set<number>();
    for (const { digest, bearers } of await readBearers(client, digests)) {
      if (bearers.length > CROWD) crowded.add(digest);
      else bearers.forEach((bearer) => next.add(bearer));
    }
    for (const { one, other, same } of await readWords(client, frontier)) {
      words.set(`${one} ${other}`, { one: String(one), other: String(other), same });
      next.add(one).add(other);
    }
    for (const sibling of await readSiblings(client, frontier)) next.add(sibling);
    frontier = [...next].filter((number) => !neighbours.has(number));
  }
  const tooMany = frontier.length > 0;
  const { standing, faults } = standingClaims(neighbours, claims);
  const bonds = [...bondsOf(standing, crowded), ...siblingBonds([...neighbours.values()])].map(
    (bond): Bond => (tooMany ? { ...bond, crowded: true } : bond),
  );
  const members = [...neighbours.values()];
  return {
    neighbours,
    partition: partition(members, bonds, [...words.values()]),
    faults,
    words: [...words.values()],
  };
}

/** Claims of which the number agrees with what is known of its bearer, who bears no other of the same kind of ID card. */
function standingClaims(
  neighbours: ReadonlyMap<number, Neighbour>,
  claims: readonly Claim[],
): { standing: Claim[]; faults: OwnFault[] } {
  const faults: OwnFault[] = [];
  const standing = claims.filter((claim) => {
    const bearer = neighbours.get(claim.patient_number);
    if (bearer === undefined) return false;
    if (claim.kind !== 'idCard') return true;
    const cards = new Set(
      claims
        .filter(({ kind, patient_number }) => kind === 'idCard' && patient_number === bearer.number)
        .map(({ digest }) => digest),
    );
    if (cards.size > 1) faults.push({ number: bearer.number, kind: 'twoNumbers' });
    const agrees =
      ['', claim.says_birth_date].includes(knownBirthDate(bearer.birthDate)) &&
      (!['M', 'F'].includes(bearer.sex) || bearer.sex === claim.says_sex);
    if (!agrees) faults.push({ number: bearer.number, kind: 'ownNumber' });
    return agrees && cards.size === 1;
  });
  // What the number says fills in what is not known otherwise.
  for (const { patient_number, says_birth_date, says_sex } of standing) {
    const bearer = neighbours.get(patient_number);
    if (bearer === undefined) continue;
    if (knownBirthDate(bearer.birthDate) === '' && says_birth_date !== '') bearer.birthDate = says_birth_date;
    if (!['M', 'F'].includes(bearer.sex) && says_sex !== '') bearer.sex = says_sex;
  }
  return { standing, faults };
}

function bondsOf(claims: readonly Claim[], crowded: ReadonlySet<string>): Bond[] {
  const bearers = new Map<string, Set<string>>();
  const kinds = new Map<string, string>();
  for (const { digest, kind, patient_number } of claims) {
    bearers.set(digest, (bearers.get(digest) ?? new Set()).add(String(patient_number)));
    kinds.set(digest, kind);
  }
  return [...bearers].map(([digest, of]) => ({
    kind: kinds.get(digest) ?? '',
    bearers: [...of],
    crowded: crowded.has(digest),
  }));
}

/**
 * One PatientID of one hospital, once with the issuer and once without: systems name it or not. Of several issuers nobody knows
 * which was meant.
 */
function siblingBonds(neighbours: readonly Neighbour[]): Bond[] {
  const groups = Map.groupBy(neighbours, ({ hospital, patientId }) => `${hospital}\0${patientId}`);
  return [...groups.values()]
    .filter((group) => group.length === 2 && group.some(({ issuer }) => issuer === ''))
    .map((group) => ({ kind: 'patientId', bearers: group.map(({ key }) => key) }));
}

async function readPatients(client: pg.ClientBase, numbers: readonly number[]): Promise<Neighbour[]> {
  const { rows } = await client.query<Omit<Neighbour, 'key'>>(
    `SELECT p.patient_number AS number, p.hospital_code AS hospital, p.patient_id AS "patientId",
            p.issuer_of_patient_id AS issuer, p.name, p.sex, p.birth_date AS "birthDate", p.home_person AS home,
            l.person_id AS person, l.how
       FROM patient p LEFT JOIN patient_link l ON l.hospital_code = p.hospital_code AND l.patient_id = p.patient_id
                               AND l.issuer_of_patient_id = p.issuer_of_patient_id AND l.ended_at IS NULL
      WHERE p.patient_number = ANY ($1::bigint[])`,
    [numbers],
  );
  return rows.map((row) => ({ ...row, key: String(row.number) }));
}

async function readClaims(client: pg.ClientBase, numbers: readonly number[]): Promise<Claim[]> {
  const { rows } = await client.query<Claim>(
    `SELECT patient_number, kind, issuer, key_id, encode(digest, 'hex') AS digest, says_birth_date, says_sex
       FROM patient_identifier WHERE patient_number = ANY ($1::bigint[]) AND ended_at IS NULL`,
    [numbers],
  );
  return rows;
}

async function readBearers(
  client: pg.ClientBase,
  digests: readonly string[],
): Promise<{ digest: string; bearers: number[] }[]> {
  if (digests.length === 0) return [];
  const { rows } = await client.query<{ digest: string; bearers: number[] }>(
    `SELECT encode(d.digest, 'hex') AS digest, of.bearers
       FROM unnest($1::text[]) AS asked, decode(asked, 'hex') AS d (digest),
            LATERAL (SELECT json_agg(b.patient_number) AS bearers
                       FROM (SELECT DISTINCT i.patient_number FROM patient_identifier i
                              WHERE i.digest = d.digest AND i.ended_at IS NULL LIMIT ${CROWD + 1}) AS b) AS of`,
    [digests],
  );
  return rows;
}

/** What people said of pairs of patients. */
async function readWords(
  client: pg.ClientBase,
  numbers: readonly number[],
): Promise<{ one: number; other: number; same: boolean }[]> {
  const { rows } = await client.query<{ one: number; other: number; same: boolean }>(
    `SELECT one_patient AS one, other_patient AS other, state = 'confirmed' AS same FROM match_candidate
      WHERE other_patient IS NOT NULL AND state IN ('confirmed', 'refused')
        AND (one_patient = ANY ($1::bigint[]) OR other_patient = ANY ($1::bigint[]))`,
    [numbers],
  );
  return rows;
}

async function readSiblings(client: pg.ClientBase, numbers: readonly number[]): Promise<number[]> {
  const { rows } = await client.query<{ number: number }>(
    `SELECT s.patient_number AS number FROM patient p
       JOIN patient s ON s.hospital_code = p.hospital_code AND s.patient_id = p.patient_id AND s.patient_number <> p.patient_number
      WHERE p.patient_number = ANY ($1::bigint[])`,
    [numbers],
  );
  return rows.map(({ number }) => number);
}
