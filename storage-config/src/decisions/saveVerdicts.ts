import { createHash } from 'node:crypto';
import { evidenceOf, type ItemResult, type StudyConformance, type Verdict } from '@hutong/conformance';
import type pg from 'pg';

/** The verdict of one item that holds, and what it comes from. */
export interface EffectiveVerdict {
  /** The machine's result. */
  result: ItemResult;
  /** The decision that holds, else the machine's verdict. */
  verdict: Verdict;
  /** A person decided it, on the evidence that is seen now. */
  decided: boolean;
  /** A decision was made on other evidence, and none on this: a person must look again. */
  stale: boolean;
  /** The decision that holds, or the newest one where none does; null without one, or when it was taken back. */
  decisionId: number | null;
  /** SHA-256 of the evidence, hexadecimal. */
  evidence: string;
}

export interface SavedVerdicts {
  verdicts: EffectiveVerdict[];
  /** A verdict that holds came, went or changed, or a decision became stale or stands again. */
  changed: boolean;
}

/**
 * SHA-256 of what a verdict rests on, hexadecimal: decisions are bound to it. The same of a result that was just made as of
 * one that was stored, which loses what PostgreSQL cannot hold.
 */
export function evidenceDigest(result: ItemResult, series: StudyConformance['series']): string {
  const text = evidenceOf(result, series).replaceAll('\0', '').toWellFormed();
  return createHash('sha256').update(text).digest('hex');
}

/**
 * Makes the verdicts of a study those of a result and of the decisions that stand beside it. Belongs into the transaction
 * of the result or decision, with the study's row locked; doing it again changes nothing.
 */
export async function saveVerdicts(
  client: pg.PoolClient,
  studyId: number,
  { results, series }: Pick<StudyConformance, 'results' | 'series'>,
): Promise<SavedVerdicts> {
  const items = results.map((result) => ({ result, evidence: evidenceDigest(result, series) }));
  const standing = await standingDecisions(client, studyId, items);
  const verdicts = items.map(({ result, evidence }): EffectiveVerdict => {
    const decision = standing.get(result.itemCode);
    return {
      result,
      verdict: decision?.holds === true ? decision.verdict : result.verdict,
      decided: decision?.holds === true,
      stale: decision?.holds === false,
      decisionId: decision?.id ?? null,
      evidence,
    };
  });
  return { verdicts, changed: await writeItems(client, studyId, verdicts) };
}

interface StandingDecision {
  id: number;
  verdict: 'PASS' | 'FAIL';
  holds: boolean;
}

/**
 * For each item the decision that holds: of those made after the last one that took back, the newest on the present
 * evidence; else the newest, which then is stale. A decision under another catalogue is about another item.
 */
async function standingDecisions(
  client: pg.PoolClient,
  studyId: number,
  items: readonly { result: ItemResult; evidence: string }[],
): Promise<Map<string, StandingDecision>> {
  const { rows } = await client.query<StandingDecision & { code: string }>(
    `SELECT item.code, d.id, d.verdict, d.holds
       FROM unnest($2::text[], $3::text[], $4::bytea[]) AS item (code, catalogue, evidence)
      CROSS JOIN LATERAL (
            SELECT verdict_decision_id AS id, verdict, evidence_sha256 = item.evidence AS holds
              FROM verdict_decision
             WHERE study_id = $1 AND item_code = item.code AND catalogue_id = item.catalogue
               AND verdict_decision_id > coalesce(
                     (SELECT max(verdict_decision_id) FROM verdict_decision
                       WHERE study_id = $1 AND item_code = item.code AND catalogue_id = item.catalogue
                         AND verdict IS NULL), 0)
             ORDER BY evidence_sha256 = item.evidence DESC, verdict_decision_id DESC
             LIMIT 1) AS d`,
    [
      studyId,
      items.map(({ result }) => result.itemCode),
      items.map(({ result }) => result.catalogue.id),
      items.map(({ evidence }) => Buffer.from(evidence, 'hex')),
    ],
  );
  return new Map(rows.map((row) => [row.code, row]));
}

/** Whether anything that is shown changed; a digest alone is written, but is none. */
async function writeItems(
  client: pg.PoolClient,
  studyId: number,
  verdicts: readonly EffectiveVerdict[],
): Promise<boolean> {
  const codes = verdicts.map(({ result }) => result.itemCode);
  const { rowCount: removed } = await client.query(
    'DELETE FROM study_item WHERE study_id = $1 AND item_code <> ALL ($2::text[])',
    [studyId, codes],
  );
  if (codes.length === 0) return (removed ?? 0) > 0;
  const { rows } = await client.query<{ changed: boolean }>(
    `WITH before AS (SELECT * FROM study_item WHERE study_id = $1),
          given AS (SELECT * FROM unnest($2::text[], $3::text[], $4::text[], $5::bytea[], $6::bigint[], $7::boolean[])
                      AS given (item_code, verdict, machine_verdict, evidence_sha256, verdict_decision_id, decision_stale)),
          written AS (
            INSERT INTO study_item AS i (study_id, hospital_code, item_code, verdict, machine_verdict, evidence_sha256,
                                         verdict_decision_id, decision_stale)
            SELECT study_id, hospital_code, given.* FROM study CROSS JOIN given WHERE study_id = $1
            ON CONFLICT (study_id, item_code) DO UPDATE
               SET verdict = EXCLUDED.verdict, machine_verdict = EXCLUDED.machine_verdict,
                   evidence_sha256 = EXCLUDED.evidence_sha256, verdict_decision_id = EXCLUDED.verdict_decision_id,
                   decision_stale = EXCLUDED.decision_stale
             WHERE (i.verdict, i.machine_verdict, i.evidence_sha256, i.verdict_decision_id, i.decision_stale)
                   IS DISTINCT FROM (EXCLUDED.verdict, EXCLUDED.machine_verdict, EXCLUDED.evidence_sha256,
                                     EXCLUDED.verdict_decision_id, EXCLUDED.decision_stale)
            RETURNING i.*)
     SELECT coalesce(bool_or((before.verdict, before.decision_stale) IS DISTINCT FROM (written.verdict, written.decision_stale)),
                     false) AS changed
       FROM written LEFT JOIN before USING (item_code)`,
    [
      studyId,
      codes,
      verdicts.map(({ verdict }) => verdict),
      verdicts.map(({ result }) => result.verdict),
      verdicts.map(({ evidence }) => Buffer.from(evidence, 'hex')),
      verdicts.map(({ decisionId }) => decisionId),
      verdicts.map(({ stale }) => stale),
    ],
  );
  return (removed ?? 0) > 0 || rows[0]?.changed === true;
}
