import type { Verdict } from '@hutong/conformance';
import type pg from 'pg';
import type { Author } from '../corrections/events.ts';

/** A person's decision on the verdict of one item of a study. */
export interface VerdictDecision {
  id: number;
  itemCode: string;
  catalogueId: string;
  /** null: the decisions before it were taken back. */
  verdict: 'PASS' | 'FAIL' | null;
  /** What the machine said then, and SHA-256 of the evidence it said it on, hexadecimal. */
  machineVerdict: Verdict;
  evidence: string;
  reason: string;
  author: Author;
  at: Date;
}

interface DecisionRow extends Omit<VerdictDecision, 'author'> {
  authorKind: Author['kind'];
  authorId: string;
  authorName: string;
}

/** Columns of `verdict_decision d` as {@link decisionOf} takes them. */
export const DECISION = `d.verdict_decision_id AS id, d.item_code AS "itemCode", d.catalogue_id AS "catalogueId", d.verdict,
  d.machine_verdict AS "machineVerdict", encode(d.evidence_sha256, 'hex') AS evidence, d.reason,
  d.author_kind AS "authorKind", d.author_id AS "authorId", d.author_name AS "authorName", d.created_at AS at`;

export function decisionOf({ authorKind, authorId, authorName, ...row }: DecisionRow): VerdictDecision {
  return { ...row, author: { kind: authorKind, id: authorId, name: authorName } };
}

/** Decisions on verdicts of a study, the newest first. */
export async function readDecisions(
  client: pg.Pool | pg.PoolClient,
  studyId: number,
  limit: number,
): Promise<VerdictDecision[]> {
  const { rows } = await client.query<DecisionRow>(
    `SELECT ${DECISION} FROM verdict_decision d WHERE d.study_id = $1 ORDER BY d.verdict_decision_id DESC LIMIT $2`,
    [studyId, limit],
  );
  return rows.map(decisionOf);
}

/** Decisions by their ids. */
export async function findDecisions(
  client: pg.Pool | pg.PoolClient,
  ids: readonly number[],
): Promise<Map<number, VerdictDecision>> {
  if (ids.length === 0) return new Map();
  const { rows } = await client.query<DecisionRow>(
    `SELECT ${DECISION} FROM verdict_decision d WHERE d.verdict_decision_id = ANY ($1)`,
    [ids],
  );
  return new Map(rows.map((row) => [row.id, decisionOf(row)]));
}
