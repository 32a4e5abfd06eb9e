import type pg from 'pg';
import type { Author } from '../corrections/events.ts';
import { inTransaction } from '../database.ts';
import { beginRelabelling } from './relabelling.ts';
import { relabelStudies } from './relabelStudies.ts';
import { labelAuthor } from './saveLabels.ts';

/** Longest reason of a withdrawal or its lifting, in characters. */
export const MAX_LABEL_REASON = 500;
/** Studies whose labels go before the answer; those of larger sets follow in the background. */
const AT_ONCE = 1000;

/** Labels of one study, or of a hospital's studies of a period; null: any. */
export interface WithdrawalTarget {
  hospital: string;
  studyInstanceUid: string | null;
  itemCode: string | null;
  scope: string | null;
  /** Study dates, YYYY-MM-DD, both inclusive. */
  from: string | null;
  until: string | null;
}

/** A withdrawal of labels by a person, which holds until it is lifted. */
export interface Withdrawal extends WithdrawalTarget {
  id: number;
  reason: string;
  author: Author;
  at: Date;
  lifted: { at: Date; by: Author; reason: string } | null;
}

interface WithdrawalRow extends WithdrawalTarget {
  id: number;
  reason: string;
  authorKind: Author['kind'];
  authorId: string;
  authorName: string;
  at: Date;
  liftedAt: Date | null;
  liftedKind: Author['kind'];
  liftedId: string;
  liftedName: string;
  liftedReason: string;
}

const COLUMNS = `label_withdrawal_id AS id, hospital_code AS hospital, study_instance_uid AS "studyInstanceUid",
  item_code AS "itemCode", scope, to_char(from_date, 'YYYY-MM-DD') AS from, to_char(until_date, 'YYYY-MM-DD') AS until, reason,
  author_kind AS "authorKind", author_id AS "authorId", author_name AS "authorName", created_at AS at,
  lifted_at AS "liftedAt", lifted_kind AS "liftedKind", lifted_id AS "liftedId", lifted_name AS "liftedName",
  lifted_reason AS "liftedReason"`;

function withdrawalOf(row: WithdrawalRow): Withdrawal {
  const {
    authorKind,
    authorId,
    authorName,
    liftedAt,
    liftedKind,
    liftedId,
    liftedName,
    liftedReason,
    ...rest
  } = row;
  return {
    ...rest,
    author: { kind: authorKind, id: authorId, name: authorName },
    lifted:
      liftedAt === null
        ? null
        : { at: liftedAt, by: { kind: liftedKind, id: liftedId, name: liftedName }, reason: liftedReason },
  };
}

type Queryable = pg.Pool | pg.PoolClient;

const compact = (date: string | null): string | null => date?.replaceAll('-', '') ?? null;

/** Studies `s` of a target; takes {@link targetValues} as $1 to $4. */
const TARGETED = `s.hospital_code = $1 AND ($2::text IS NULL OR s.study_instance_uid = $2)
  AND ($3::text IS NULL OR s.study_date >= $3)
  AND ($4::text IS NULL OR (s.study_date <> '' AND s.study_date <= $4))`;

const targetValues = ({ hospital, studyInstanceUid, from, until }: WithdrawalTarget): unknown[] => [
  hospital,
  studyInstanceUid,
  compact(from),
  compact(until),
];

const LIVE_LABELS = `hr_label l JOIN study s USING (study_id)
  WHERE ${TARGETED} AND l.issuing_hospital = $1 AND l.state <> 'withdrawn'
    AND ($5::text IS NULL OR l.item_code = $5) AND ($6::text IS NULL OR l.scope = $6)`;

/** How many labels, of how many studies, a withdrawal would take. */
export async function countWithdrawal(
  client: Queryable,
  target: WithdrawalTarget,
): Promise<{ labels: number; studies: number }> {
  const { rows } = await client.query<{ labels: number; studies: number }>(
    `SELECT count(*) AS labels, count(DISTINCT l.study_id) AS studies FROM ${LIVE_LABELS}`,
    [...targetValues(target), target.itemCode, target.scope],
  );
  return rows[0] ?? { labels: 0, studies: 0 };
}

export interface WithdrawalOutcome {
  withdrawal: Withdrawal;
  /** Studies whose labels changed with it. */
  studies: number;
  /** More follow in the background. */
  goesOn: boolean;
}

/**
 * Withdraws labels: those that are there go, and none is given until the withdrawal is lifted. Labels of a study, and of a set
 * of up to {@link AT_ONCE} studies, are gone when this returns; the rest of a set goes in the background. The very same
 * withdrawal again is the one that was made.
 *
 * @param scope recognition scope of hospitals that never joined one
 * @returns null: the hospital has no such study
 */
export async function withdrawLabels(
  index: pg.Pool,
  given: WithdrawalTarget & { reason: string; author: Author },
  scope: string,
): Promise<WithdrawalOutcome | null> {
  return inTransaction(index, async (client) => {
    const { hospital, studyInstanceUid, itemCode, reason, author } = given;
    if (studyInstanceUid !== null && !(await lockStudy(client, hospital, studyInstanceUid))) return null;
    const { rows: standing } = await client.query<WithdrawalRow>(
      `SELECT ${COLUMNS} FROM label_withdrawal
        WHERE hospital_code = $1 AND lifted_at IS NULL AND study_instance_uid IS NOT DISTINCT FROM $2
          AND item_code IS NOT DISTINCT FROM $3 AND scope IS NOT DISTINCT FROM $4
          AND from_date IS NOT DISTINCT FROM $5::date AND until_date IS NOT DISTINCT FROM $6::date
        LIMIT 1`,
      [hospital, studyInstanceUid, itemCode, given.scope, given.from, given.until],
    );
    const [same] = standing;
    if (same !== undefined) return { withdrawal: withdrawalOf(same), studies: 0, goesOn: false };
    const { rows } = await client.query<WithdrawalRow>(
      `INSERT INTO label_withdrawal (hospital_code, study_instance_uid, item_code, scope, from_date, until_date, reason,
                                     author_kind, author_id, author_name)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) RETURNING ${COLUMNS}`,
      [
        hospital,
        studyInstanceUid,
        itemCode,
        given.scope,
        given.from,
        given.until,
        reason,
        author.kind,
        author.id,
        author.name,
      ],
    );
    const [made] = rows;
    if (made === undefined) throw new Error('the withdrawal was not recorded');
    return follow(client, withdrawalOf(made), author, scope);
  });
}

/**
 * Lifts a withdrawal: labels that nothing else stands in the way of are given again, as the policy says.
 *
 * @param hospitals whose withdrawals may be lifted; null: all
 * @param scope recognition scope of hospitals that never joined one
 * @returns null: there is none of this id that was not lifted
 */
export async function liftWithdrawal(
  index: pg.Pool,
  given: { id: number; reason: string; author: Author; hospitals: readonly string[] | null },
  scope: string,
): Promise<WithdrawalOutcome | null> {
  return inTransaction(index, async (client) => {
    const { id, reason, author, hospitals } = given;
    const { rows } = await client.query<WithdrawalRow>(
      `UPDATE label_withdrawal
          SET lifted_at = now(), lifted_kind = $3, lifted_id = $4, lifted_name = $5, lifted_reason = $6
        WHERE label_withdrawal_id = $1 AND lifted_at IS NULL AND ($2::text[] IS NULL OR hospital_code = ANY ($2))
        RETURNING ${COLUMNS}`,
      [id, hospitals, author.kind, author.id, author.name, reason],
    );
    const [lifted] = rows;
    if (lifted === undefined) return null;
    return follow(client, withdrawalOf(lifted), author, scope);
  });
}

/** Has labels follow a withdrawal or its lifting. */
async function follow(
  client: pg.PoolClient,
  withdrawal: Withdrawal,
  author: Author,
  scope: string,
): Promise<WithdrawalOutcome> {
  const { rows } = await client.query<{ id: number }>(
    `SELECT s.study_id AS id FROM study s
      WHERE ${TARGETED}
        AND ($5::text IS NULL OR EXISTS (SELECT FROM study_item i WHERE i.study_id = s.study_id AND i.item_code = $5)
             OR EXISTS (SELECT FROM hr_label l WHERE l.study_id = s.study_id AND l.item_code = $5))
      ORDER BY s.study_id LIMIT ${AT_ONCE + 1} FOR NO KEY UPDATE OF s`,
    [...targetValues(withdrawal), withdrawal.itemCode],
  );
  const changed = await relabelStudies(
    client,
    rows.slice(0, AT_ONCE).map(({ id }) => id),
    { scope, cause: 'person', ...labelAuthor(author) },
  );
  const isSet = withdrawal.studyInstanceUid === null;
  // Of a set also for studies that are being judged now, which read what was withdrawn before this.
  if (isSet)
    await beginRelabelling(client, {
      reason: 'person',
      hospitals: [withdrawal.hospital],
      ...(withdrawal.itemCode === null ? {} : { items: [withdrawal.itemCode] }),
      ...(withdrawal.scope === null ? {} : { scopes: [withdrawal.scope] }),
      ...(withdrawal.from === null ? {} : { from: withdrawal.from }),
      ...(withdrawal.until === null ? {} : { until: withdrawal.until }),
      requestedBy: author,
    });
  return { withdrawal, studies: changed.size, goesOn: rows.length > AT_ONCE };
}

async function lockStudy(client: pg.PoolClient, hospital: string, uid: string): Promise<boolean> {
  const { rowCount } = await client.query(
    'SELECT FROM study WHERE hospital_code = $1 AND study_instance_uid = $2 FOR NO KEY UPDATE',
    [hospital, uid],
  );
  return rowCount === 1;
}

export interface WithdrawalFilter {
  /** null: all. */
  hospitals: readonly string[] | null;
  /** Those of one study. */
  study?: { hospital: string; studyInstanceUid: string };
  openOnly?: boolean;
  /** Id of the last one of the page before. */
  before?: number | null;
  limit: number;
}

/** Withdrawals, the newest first. */
export async function listWithdrawals(client: Queryable, filter: WithdrawalFilter): Promise<Withdrawal[]> {
  const { rows } = await client.query<WithdrawalRow>(
    `SELECT ${COLUMNS} FROM label_withdrawal
      WHERE ($1::text[] IS NULL OR hospital_code = ANY ($1))
        AND ($2::text IS NULL OR hospital_code = $2 AND study_instance_uid = $3)
        AND (NOT $4 OR lifted_at IS NULL) AND ($5::bigint IS NULL OR label_withdrawal_id < $5)
      ORDER BY label_withdrawal_id DESC LIMIT $6`,
    [
      filter.hospitals,
      filter.study?.hospital ?? null,
      filter.study?.studyInstanceUid ?? null,
      filter.openOnly ?? false,
      filter.before ?? null,
      filter.limit,
    ],
  );
  return rows.map(withdrawalOf);
}
