import { DEFAULT_RECOGNITION_POLICY, type RecognitionPolicy } from '@hutong/recognition';
import { recognitionPolicySchema } from '@hutong/recognition/policySchema';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';

/** A version of the policy on who recognises whom. */
export interface RecognitionPolicyVersion {
  /** null: the one that ships, while a region has set none. */
  id: number | null;
  policy: RecognitionPolicy;
  /** Why it was changed. */
  note: string;
  author: Author | null;
  createdAt: Date | null;
}

const SHIPPED: RecognitionPolicyVersion = {
  id: null,
  policy: DEFAULT_RECOGNITION_POLICY,
  note: '',
  author: null,
  createdAt: null,
};

interface Row {
  id: number;
  policy: unknown;
  note: string;
  author: Author;
  createdAt: Date;
}

const COLUMNS = `recognition_policy_id AS id, policy, note, created_at AS "createdAt",
  json_build_object('kind', author_kind, 'id', author_id, 'name', author_name) AS author`;

const versionOf = ({ policy, ...row }: Row): RecognitionPolicyVersion => ({
  ...row,
  policy: recognitionPolicySchema.parse(policy),
});

/** The policy that holds: the newest that was set, else the one that ships. */
export async function readRecognitionPolicy(
  client: pg.Pool | pg.PoolClient,
): Promise<RecognitionPolicyVersion> {
  const [row] = await readRows(client, 1);
  return row ?? SHIPPED;
}

/** Versions that were set, the newest first. */
export async function listRecognitionPolicies(
  client: pg.Pool | pg.PoolClient,
  limit: number,
): Promise<RecognitionPolicyVersion[]> {
  return readRows(client, limit);
}

async function readRows(client: pg.Pool | pg.PoolClient, limit: number): Promise<RecognitionPolicyVersion[]> {
  const { rows } = await client.query<Row>(
    `SELECT ${COLUMNS} FROM recognition_policy ORDER BY recognition_policy_id DESC LIMIT $1`,
    [limit],
  );
  return rows.map(versionOf);
}

/**
 * Sets the policy from now on; the ones before stay on record.
 *
 * @param replaces id of the version that the author saw
 * @returns null when another one was set meanwhile
 */
export async function saveRecognitionPolicy(
  client: pg.Pool | pg.PoolClient,
  { policy, note, replaces }: { policy: RecognitionPolicy; note: string; replaces: number | null },
  author: Author,
): Promise<RecognitionPolicyVersion | null> {
  const { rows } = await client.query<Row>(
    `WITH locked AS MATERIALIZED (SELECT pg_advisory_xact_lock(hashtextextended('recognition_policy', 29)))
     INSERT INTO recognition_policy (policy, note, author_kind, author_id, author_name)
     SELECT $1, $2, $3, $4, $5 FROM locked
      WHERE (SELECT max(recognition_policy_id) FROM recognition_policy) IS NOT DISTINCT FROM $6::bigint
     RETURNING ${COLUMNS}`,
    [JSON.stringify(policy), note, author.kind, author.id, author.name, replaces],
  );
  return rows[0] === undefined ? null : versionOf(rows[0]);
}
