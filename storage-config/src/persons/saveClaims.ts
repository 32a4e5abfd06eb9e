import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import type { ReadIdentifier } from './identifiers.ts';
import type { PersonKeys } from './personKeys.ts';

/** Who says what is known of a patient: its hospital's system, or a study alone. */
export type PatientSource = 'registered' | 'study';

export interface Claims {
  /** The patient. */
  number: number;
  identifiers: readonly ReadIdentifier[];
  source: PatientSource;
  author: Author;
}

/**
 * Keeps what a patient bears, by digest. What its hospital's system says of a kind replaces what there was; what a study says
 * stands only beside nothing of that kind from the system. Every digest of the same value under an older key is renewed.
 * Returns the patients that bear, or bore with this one, what changed.
 */
export async function saveClaims(
  client: pg.ClientBase,
  keys: PersonKeys,
  { number, identifiers, source, author }: Claims,
): Promise<number[]> {
  const touched = new Set<number>();
  const wanted = identifiers.map((identifier) => ({ identifier, digests: keys.digests(identifier) }));
  for (const { digests } of wanted) for (const bearer of await renew(client, digests)) touched.add(bearer);
  if (source === 'registered')
    for (const bearer of await endOthers(client, number, wanted)) touched.add(bearer);
  for (const { identifier, digests } of wanted) {
    const [current] = digests;
    if (current === undefined) continue;
    await client.query(
      `INSERT INTO patient_identifier AS known (patient_number, kind, issuer, key_id, digest, tails, says_birth_date, says_sex,
                                                source, author_kind, author_id)
       SELECT $1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11
        WHERE $9 = 'registered' OR NOT EXISTS (SELECT FROM patient_identifier other
               WHERE other.patient_number = $1 AND other.kind = $2 AND other.source = 'registered' AND other.ended_at IS NULL)
       ON CONFLICT (patient_number, kind, issuer, digest) WHERE ended_at IS NULL
       DO UPDATE SET source = 'registered' WHERE known.source <> EXCLUDED.source AND EXCLUDED.source = 'registered'`,
      [
        number,
        identifier.kind,
        identifier.issuer,
        current.keyId,
        current.digest,
        current.tails,
        identifier.saysBirthDate,
        identifier.saysSex,
        source,
        author.kind,
        author.id,
      ],
    );
  }
  return [...touched];
}

type Digests = ReturnType<PersonKeys['digests']>;

/** Puts rows of the same value under older keys under the present one. Returns all who bear the value, within reason. */
async function renew(client: pg.ClientBase, digests: Digests): Promise<number[]> {
  const [current, ...older] = digests;
  if (current === undefined) return [];
  if (older.length > 0) {
    await client.query(
      `UPDATE patient_identifier i SET key_id = $1, digest = $2, tails = $3
        WHERE i.digest = ANY ($4::bytea[]) AND i.ended_at IS NULL
          AND NOT EXISTS (SELECT FROM patient_identifier renewed WHERE renewed.patient_number = i.patient_number
                             AND renewed.digest = $2 AND renewed.ended_at IS NULL)`,
      [current.keyId, current.digest, current.tails, older.map(({ digest }) => digest)],
    );
  }
  return bearersOf(client, [current.digest]);
}

/** Ends what the patient bore of the kinds that are given now. Returns those that bear it too. */
async function endOthers(
  client: pg.ClientBase,
  number: number,
  wanted: readonly { identifier: ReadIdentifier; digests: Digests }[],
): Promise<number[]> {
  if (wanted.length === 0) return [];
  const { rows } = await client.query<{ digest: Buffer }>(
    `UPDATE patient_identifier i SET ended_at = now()
      WHERE i.patient_number = $1 AND i.ended_at IS NULL AND NOT i.digest = ANY ($4::bytea[])
        AND (i.kind, i.issuer) IN (SELECT * FROM unnest($2::text[], $3::text[]))
      RETURNING i.digest`,
    [
      number,
      wanted.map(({ identifier }) => identifier.kind),
      wanted.map(({ identifier }) => identifier.issuer),
      wanted.flatMap(({ digests }) => digests.slice(0, 1).map(({ digest }) => digest)),
    ],
  );
  return bearersOf(
    client,
    rows.map(({ digest }) => digest),
  );
}

async function bearersOf(client: pg.ClientBase, digests: readonly Buffer[]): Promise<number[]> {
  if (digests.length === 0) return [];
  const { rows } = await client.query<{ number: number }>(
    'SELECT DISTINCT patient_number AS number FROM patient_identifier WHERE digest = ANY ($1::bytea[]) AND ended_at IS NULL LIMIT 1000',
    [digests],
  );
  return rows.map((row) => row.number);
}
