import type { StudyConformance } from '@hutong/conformance';
import type pg from 'pg';
import { noteChanges } from '../changes.ts';
import type { Author } from '../corrections/events.ts';
import { inTransaction } from '../database.ts';
import { labelAuthor, labelDate, itemsToLabel, type LabelsToSave, saveLabels } from '../labels/saveLabels.ts';
import { DECISION, decisionOf, type VerdictDecision } from './readDecisions.ts';
import { type EffectiveVerdict, evidenceDigest, saveVerdicts } from './saveVerdicts.ts';

/** Longest reason of a decision, in characters. */
export const MAX_DECISION_REASON = 500;

export interface NewDecision {
  studyId: number;
  itemCode: string;
  /** null takes the decisions before it back. */
  verdict: 'PASS' | 'FAIL' | null;
  /** 1 to {@link MAX_DECISION_REASON} characters. */
  reason: string;
  /** SHA-256 of the evidence that was looked at, hexadecimal. */
  evidence: string;
  author: Author;
  /** Recognition scope of hospitals that never joined one, whose HR label follows the verdict. */
  scope: string;
}

export type DecisionOutcome =
  | { outcome: 'decided'; decision: VerdictDecision; verdict: EffectiveVerdict }
  /** The study is gone. */
  | { outcome: 'absent' }
  /** Its present revision has not been judged. */
  | { outcome: 'pending' }
  /** It is judged on other evidence by now, or no longer on this item. */
  | { outcome: 'evidenceChanged' }
  | { outcome: 'nothingToTakeBack' };

/**
 * Records a person's decision, and has verdict and HR labels follow it at once, with their entries of the change feed, in
 * one transaction. The machine's verdict and earlier decisions stay. The very same decision of the same author again is
 * the one that was made.
 */
export async function decideVerdict(index: pg.Pool, decision: NewDecision): Promise<DecisionOutcome> {
  return inTransaction(index, (client) => decide(client, decision));
}

async function decide(client: pg.PoolClient, given: NewDecision): Promise<DecisionOutcome> {
  const { studyId, itemCode } = given;
  // Held to the end: no other result or decision of the study is saved meanwhile.
  const { rows } = await client.query<{ hospital: string; date: string; revision: number }>(
    `SELECT hospital_code AS hospital, study_date AS date, conformance_revision AS revision
       FROM study WHERE study_id = $1 FOR NO KEY UPDATE`,
    [studyId],
  );
  const [study] = rows;
  if (study === undefined) return { outcome: 'absent' };
  const conformance = await presentResult(client, studyId, study.revision);
  if (conformance === null) return { outcome: 'pending' };
  const result = conformance.results.find((one) => one.itemCode === itemCode);
  if (result === undefined) return { outcome: 'evidenceChanged' };
  const present = evidenceDigest(result, conformance.series);
  // The digest of the list of reviews was saved with the result, maybe in the form of an earlier release.
  if (given.evidence !== present && given.evidence !== (await savedDigest(client, studyId, itemCode)))
    return { outcome: 'evidenceChanged' };
  const decided = { ...given, evidence: present };

  const newest = await newestDecision(client, studyId, itemCode, result.catalogue.id);
  const isAgain = newest !== null && isSame(newest, decided);
  if (!isAgain && given.verdict === null && (newest === null || newest.verdict === null))
    return { outcome: 'nothingToTakeBack' };
  const decision = isAgain ? newest : await insert(client, decided, result);
  const saved = await saveVerdicts(client, [{ studyId, conformance }]);
  const verdicts = saved.get(studyId)?.verdicts ?? [];
  const labels: LabelsToSave = {
    studyId,
    hospitalCode: study.hospital,
    studyDate: labelDate(study.date),
    items: itemsToLabel(verdicts),
  };
  const labelled = await saveLabels(client, [labels], {
    scope: given.scope,
    cause: 'verdict',
    ...labelAuthor(given.author),
  });
  await noteChanges(client, [
    ...(isAgain ? [] : [{ action: 'judged', studyId } as const]),
    ...(labelled.has(studyId) ? [{ action: 'labelled', studyId } as const] : []),
  ]);
  const verdict = verdicts.find((one) => one.result.itemCode === itemCode);
  if (verdict === undefined) throw new Error('the item has no verdict');
  return { outcome: 'decided', decision, verdict };
}

/** The newest result of a revision; null while it is not judged. */
async function presentResult(
  client: pg.PoolClient,
  studyId: number,
  revision: number,
): Promise<StudyConformance | null> {
  const { rows } = await client.query<{ result: StudyConformance }>(
    `SELECT result FROM conformance_result WHERE study_id = $1 AND revision = $2
      ORDER BY conformance_result_id DESC LIMIT 1`,
    [studyId, revision],
  );
  return rows[0]?.result ?? null;
}

async function savedDigest(client: pg.PoolClient, studyId: number, itemCode: string): Promise<string | null> {
  const { rows } = await client.query<{ evidence: string | null }>(
    `SELECT encode(evidence_sha256, 'hex') AS evidence FROM study_item WHERE study_id = $1 AND item_code = $2`,
    [studyId, itemCode],
  );
  return rows[0]?.evidence ?? null;
}

async function newestDecision(
  client: pg.PoolClient,
  studyId: number,
  itemCode: string,
  catalogueId: string,
): Promise<VerdictDecision | null> {
  const { rows } = await client.query<Parameters<typeof decisionOf>[0]>(
    `SELECT ${DECISION} FROM verdict_decision d
      WHERE d.study_id = $1 AND d.item_code = $2 AND d.catalogue_id = $3
      ORDER BY d.verdict_decision_id DESC LIMIT 1`,
    [studyId, itemCode, catalogueId],
  );
  return rows[0] === undefined ? null : decisionOf(rows[0]);
}

/** Sent twice: the same person said the same of the same evidence, and nobody else decided since. */
function isSame(made: VerdictDecision, given: NewDecision): boolean {
  return (
    made.verdict === given.verdict &&
    made.evidence === given.evidence &&
    made.reason === given.reason &&
    made.author.kind === given.author.kind &&
    made.author.id === given.author.id
  );
}

async function insert(
  client: pg.PoolClient,
  { studyId, itemCode, verdict, evidence, reason, author }: NewDecision,
  result: StudyConformance['results'][number],
): Promise<VerdictDecision> {
  const { rows } = await client.query<Parameters<typeof decisionOf>[0]>(
    `INSERT INTO verdict_decision AS d (study_id, item_code, catalogue_id, verdict, machine_verdict, evidence_sha256, reason,
                                        author_kind, author_id, author_name)
     VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
     RETURNING ${DECISION}`,
    [
      studyId,
      itemCode,
      result.catalogue.id,
      verdict,
      result.verdict,
      Buffer.from(evidence, 'hex'),
      reason,
      author.kind,
      author.id,
      author.name,
    ],
  );
  const [row] = rows;
  if (row === undefined) throw new Error('the decision was not recorded');
  return decisionOf(row);
}
