import type { LabelPolicy } from '@hutong/recognition';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { inTransaction } from '../database.ts';
import { beginRelabelling } from './relabelling.ts';

/** A policy of labels as it was set. */
export interface StoredLabelPolicy extends LabelPolicy {
  id: number;
  author: Author;
  at: Date;
  endedAt: Date | null;
  endedBy: string;
}

type PolicyRow = Omit<StoredLabelPolicy, 'author'> & {
  authorKind: Author['kind'];
  authorId: string;
  authorName: string;
};

const COLUMNS = `label_policy_id AS id, scope, hospital_code AS "hospitalCode", release,
  late_qualification AS "lateQualification", device_test_needed AS "deviceTestNeeded", author_kind AS "authorKind",
  author_id AS "authorId", author_name AS "authorName", created_at AS at, ended_at AS "endedAt", ended_by AS "endedBy"`;

function policyOf({ authorKind, authorId, authorName, ...row }: PolicyRow): StoredLabelPolicy {
  return { ...row, author: { kind: authorKind, id: authorId, name: authorName } };
}

/** Policies, those that hold first, then the newest; with those that ended, where asked for. */
export async function listLabelPolicies(
  client: pg.Pool | pg.PoolClient,
  { withEnded = false } = {},
): Promise<StoredLabelPolicy[]> {
  const { rows } = await client.query<PolicyRow>(
    `SELECT ${COLUMNS} FROM label_policy WHERE $1 OR ended_at IS NULL
      ORDER BY ended_at IS NOT NULL, scope, hospital_code NULLS FIRST, label_policy_id DESC LIMIT 500`,
    [withEnded],
  );
  return rows.map(policyOf);
}

/**
 * Sets how a scope, or a hospital in it, gives labels, in place of what held there; labels follow in the background. What says
 * the same changes nothing.
 *
 * @returns null: there is no such scope or hospital
 */
export async function setLabelPolicy(
  index: pg.Pool,
  policy: LabelPolicy,
  author: Author,
): Promise<StoredLabelPolicy | null> {
  return inTransaction(index, async (client) => {
    const { scope, hospitalCode } = policy;
    const { rowCount } = await client.query(
      `SELECT FROM recognition_scope WHERE name = $1
          AND ($2::text IS NULL OR EXISTS (SELECT FROM hospital WHERE code = $2)) FOR SHARE`,
      [scope, hospitalCode],
    );
    if (rowCount !== 1) return null;
    const before = await lockLive(client, scope, hospitalCode);
    if (
      before !== undefined &&
      before.release === policy.release &&
      before.lateQualification === policy.lateQualification &&
      before.deviceTestNeeded === policy.deviceTestNeeded
    )
      return before;
    if (before !== undefined) await end(client, before.id, author);
    const { rows } = await client.query<PolicyRow>(
      `INSERT INTO label_policy (scope, hospital_code, release, late_qualification, device_test_needed, author_kind, author_id,
                                 author_name)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8) RETURNING ${COLUMNS}`,
      [
        scope,
        hospitalCode,
        policy.release,
        policy.lateQualification,
        policy.deviceTestNeeded,
        author.kind,
        author.id,
        author.name,
      ],
    );
    const [made] = rows;
    if (made === undefined) throw new Error('the policy was not recorded');
    await haveLabelsFollow(client, policy, author);
    return policyOf(made);
  });
}

/** Ends a policy, so that the one of the scope, or DEFAULT_LABEL_POLICY, holds. Null: none of this id holds. */
export async function endLabelPolicy(
  index: pg.Pool,
  id: number,
  author: Author,
): Promise<StoredLabelPolicy | null> {
  return inTransaction(index, async (client) => {
    const { rows } = await client.query<PolicyRow>(
      `SELECT ${COLUMNS} FROM label_policy WHERE label_policy_id = $1 AND ended_at IS NULL FOR UPDATE`,
      [id],
    );
    const [row] = rows;
    if (row === undefined) return null;
    await end(client, id, author);
    await haveLabelsFollow(client, row, author);
    return policyOf(row);
  });
}

async function lockLive(
  client: pg.PoolClient,
  scope: string,
  hospitalCode: string | null,
): Promise<StoredLabelPolicy | undefined> {
  // Two who set the same at once come one after the other.
  await client.query(`SELECT pg_advisory_xact_lock(hashtext('label_policy'), hashtext($1))`, [scope]);
  const { rows } = await client.query<PolicyRow>(
    `SELECT ${COLUMNS} FROM label_policy
      WHERE scope = $1 AND hospital_code IS NOT DISTINCT FROM $2 AND ended_at IS NULL FOR UPDATE`,
    [scope, hospitalCode],
  );
  return rows[0] === undefined ? undefined : policyOf(rows[0]);
}

async function end(client: pg.PoolClient, id: number, { id: by, name }: Author): Promise<void> {
  await client.query('UPDATE label_policy SET ended_at = now(), ended_by = $2 WHERE label_policy_id = $1', [
    id,
    name === '' ? by : name,
  ]);
}

async function haveLabelsFollow(
  client: pg.PoolClient,
  { scope, hospitalCode }: Pick<LabelPolicy, 'scope' | 'hospitalCode'>,
  author: Author,
): Promise<void> {
  await beginRelabelling(client, {
    reason: 'policy',
    scopes: [scope],
    ...(hospitalCode === null ? {} : { hospitals: [hospitalCode] }),
    requestedBy: author,
  });
}
