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

/** A study whose result was saved, or is the present one. */
export interface JudgedVerdicts {
  studyId: number;
  conformance: Pick<StudyConformance, 'results' | 'series'>;
}

interface Item {
  studyId: number;
  result: ItemResult;
  evidence: string;
}

/**
 * Makes the verdicts of studies those of their results and of the decisions that stand beside them. Belongs into the
 * transaction of the results or decisions, with the studies' rows locked; doing it again changes nothing.
 *
 * @param judged each study once
 * @returns what holds now, by study
 */
export async function saveVerdicts(
  client: pg.PoolClient,
  judged: readonly JudgedVerdicts[],
): Promise<Map<number, SavedVerdicts>> {
  const items = judged.flatMap(({ studyId, conformance: { results, series } }) =>
    results.map((result): Item => ({ studyId, result, evidence: evidenceDigest(result, series) })),
  );
  const standing = await standingDecisions(client, items);
  const saved = new Map(
    judged.map(({ studyId }): [number, SavedVerdicts] => [studyId, { verdicts: [], changed: false }]),
  );
  for (const { studyId, result, evidence } of items) {
    const decision = standing.get(studyId)?.get(result.itemCode);
    saved.get(studyId)?.verdicts.push({
      result,
      verdict: decision?.holds === true ? decision.verdict : result.verdict,
      decided: decision?.holds === true,
      stale: decision?.holds === false,
      decisionId: decision?.id ?? null,
      evidence,
    });
  }
  for (const studyId of await writeItems(client, saved)) {
    const one = saved.get(studyId);
    if (one !== undefined) one.changed = true;
  }
  return saved;
}

interface StandingDecision {
  id: number;
  verdict: 'PASS' | 'FAIL';
  holds: boolean;
}

/**
 * For each item the decision that holds, by study and item: of those made after the last one that took back, the newest on
 * the present evidence; else the newest, which then is stale. A decision under another catalogue is about another item.
 */
async function standingDecisions(
  client: pg.PoolClient,
  items: readonly Item[],
): Promise<Map<number, Map<string, StandingDecision>>> {
  const standing = new Map<number, Map<string, StandingDecision>>();
  if (items.length === 0) return standing;
  const { rows } = await client.query<StandingDecision & { study: number; code: string }>(
    `SELECT item.study, item.code, d.id, d.verdict, d.holds
       FROM unnest($1::bigint[], $2::text[], $3::text[], $4::bytea[]) AS item (study, code, catalogue, evidence)
      CROSS JOIN LATERAL (
            SELECT verdict_decision_id AS id, verdict, evidence_sha256 = item.evidence AS holds
              FROM verdict_decision
             WHERE study_id = item.study AND item_code = item.code AND catalogue_id = item.catalogue
               AND verdict_decision_id > coalesce(
                     (SELECT max(verdict_decision_id) FROM verdict_decision
                       WHERE study_id = item.study AND item_code = item.code AND catalogue_id = item.catalogue
                         AND verdict IS NULL), 0)
             ORDER BY evidence_sha256 = item.evidence DESC, verdict_decision_id DESC
             LIMIT 1) AS d`,
    [
      items.map(({ studyId }) => studyId),
      items.map(({ result }) => result.itemCode),
      items.map(({ result }) => result.catalogue.id),
      items.map(({ evidence }) => Buffer.from(evidence, 'hex')),
    ],
  );
  for (const row of rows) {
    const ofStudy = standing.get(row.study) ?? new Map<string, StandingDecision>();
    standing.set(row.study, ofStudy.set(row.code, row));
  }
  return standing;
}

/** The studies of which anything that is shown changed; a digest alone is written, but is none. */
async function writeItems(
  client: pg.PoolClient,
  saved: ReadonlyMap<number, SavedVerdicts>,
): Promise<number[]> {
  const given = [...saved].flatMap(([studyId, { verdicts }]) => verdicts.map((one) => ({ studyId, ...one })));
  const { rows } = await client.query<{ study: number }>(
    `WITH given AS (SELECT * FROM unnest($2::bigint[], $3::text[], $4::text[], $5::text[], $6::bytea[], $7::bigint[], $8::boolean[])
                      AS given (study_id, item_code, verdict, machine_verdict, evidence_sha256, verdict_decision_id,
                                decision_stale)),
          before AS (SELECT * FROM study_item WHERE study_id = ANY ($1::bigint[])),
          gone AS (
            DELETE FROM study_item i
             WHERE i.study_id = ANY ($1::bigint[])
               AND NOT EXISTS (SELECT FROM given WHERE given.study_id = i.study_id AND given.item_code = i.item_code)
            RETURNING i.study_id),
          written AS (
            INSERT INTO study_item AS i (study_id, hospital_code, item_code, verdict, machine_verdict, evidence_sha256,
                                         verdict_decision_id, decision_stale)
            SELECT study_id, study.hospital_code, given.item_code, given.verdict, given.machine_verdict,
                   given.evidence_sha256, given.verdict_decision_id, given.decision_stale
              FROM given JOIN study USING (study_id)
            ON CONFLICT (study_id, item_code) DO UPDATE
               SET verdict = EXCLUDED.verdict, machine_verdict = EXCLUDED.machine_verdict,
                   evidence_sha256 = EXCLUDED.evidence_sha256, verdict_decision_id = EXCLUDED.verdict_decision_id,
                   decision_stale = EXCLUDED.decision_stale
             WHERE (i.verdict, i.machine_verdict, i.evidence_sha256, i.verdict_decision_id, i.decision_stale)
                   IS DISTINCT FROM (EXCLUDED.verdict, EXCLUDED.machine_verdict, EXCLUDED.evidence_sha256,
                                     EXCLUDED.verdict_decision_id, EXCLUDED.decision_stale)
            RETURNING i.*)
     SELECT study_id AS study FROM gone
      UNION
     SELECT written.study_id
       FROM written LEFT JOIN before USING (study_id, item_code)
      WHERE (before.verdict, before.decision_stale) IS DISTINCT FROM (written.verdict, written.decision_stale)`,
    [
      [...saved.keys()],
      given.map(({ studyId }) => studyId),
      given.map(({ result }) => result.itemCode),
      given.map(({ verdict }) => verdict),
      given.map(({ result }) => result.verdict),
      given.map(({ evidence }) => Buffer.from(evidence, 'hex')),
      given.map(({ decisionId }) => decisionId),
      given.map(({ stale }) => stale),
    ],
  );
  return rows.map(({ study }) => study);
}
