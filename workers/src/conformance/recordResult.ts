import type { CatalogueChoiceReason, StudyConformance } from '@hutong/conformance';
import type pg from 'pg';
import { storableJson, substanceDigest } from './substance.ts';

/** The result that stands for a study, and with what it was judged last. */
export interface PresentResult {
  resultId: number;
  revision: number;
  settled: boolean;
  catalogueId: string;
  /** null for results from before digests were kept. */
  digest: Buffer | null;
  judged: { version: string; engine: string; choice: CatalogueChoiceReason };
}

export interface NewResult {
  studyId: number;
  revision: number;
  settled: boolean;
  conformance: StudyConformance;
  choice: CatalogueChoiceReason;
}

/** Columns of a {@link PresentRow}, of judgement `j` and its result `r`. */
export const PRESENT_COLUMNS = `j.conformance_result_id AS "resultId", r.revision AS "resultRevision", r.settled,
  r.catalogue_id AS "catalogueId", r.content_sha256 AS digest, j.catalogue_version AS "judgedVersion",
  j.engine_version AS "judgedEngine", j.catalogue_choice AS "judgedChoice"`;

export interface PresentRow {
  resultId: number | null;
  resultRevision: number;
  settled: boolean;
  catalogueId: string;
  digest: Buffer | null;
  judgedVersion: string;
  judgedEngine: string;
  judgedChoice: CatalogueChoiceReason;
}

export function presentOf(row: PresentRow | undefined): PresentResult | null {
  if (row === undefined || row.resultId === null) return null;
  return {
    resultId: row.resultId,
    revision: row.resultRevision,
    settled: row.settled,
    catalogueId: row.catalogueId,
    digest: row.digest,
    judged: { version: row.judgedVersion, engine: row.judgedEngine, choice: row.judgedChoice },
  };
}

/** The result that stands for a study; null before the first. */
export async function readPresent(
  client: pg.Pool | pg.PoolClient,
  studyId: number,
): Promise<PresentResult | null> {
  const { rows } = await client.query<PresentRow>(
    `SELECT ${PRESENT_COLUMNS} FROM study_judgement j JOIN conformance_result r USING (conformance_result_id)
      WHERE j.study_id = $1`,
    [studyId],
  );
  return presentOf(rows[0]);
}

/** Whether a result says what the present one says, of the same revision by the same list. */
export function saysTheSame(present: PresentResult | null, next: NewResult): present is PresentResult {
  return (
    present !== null &&
    present.revision === next.revision &&
    present.settled === next.settled &&
    present.catalogueId === next.conformance.catalogue.id &&
    present.digest?.equals(substanceDigest(next.conformance)) === true
  );
}

/** Whether the study was judged last with this version of the list and these rules. */
export function isJudgedWith(present: PresentResult, next: NewResult): boolean {
  const { judged } = present;
  const { catalogue, engineVersion } = next.conformance;
  return (
    judged.version === catalogue.version && judged.engine === engineVersion && judged.choice === next.choice
  );
}

/**
 * Adds a result that says something new; of one that says the same only with what it was judged is kept. The study's row
 * must be locked. Returns whether it was added.
 */
export async function recordResult(client: pg.PoolClient, next: NewResult): Promise<boolean> {
  const present = await withDigest(client, await readPresent(client, next.studyId));
  const { conformance, studyId } = next;
  const { catalogue, engineVersion } = conformance;
  if (saysTheSame(present, next)) {
    if (!isJudgedWith(present, next)) await confirmResults(client, [{ next, resultId: present.resultId }]);
    return false;
  }
  await client.query(
    `WITH added AS (
       INSERT INTO conformance_result
         (study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result, content_sha256)
       VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
       RETURNING conformance_result_id)
     INSERT INTO study_judgement
       (study_id, conformance_result_id, catalogue_id, catalogue_version, engine_version, catalogue_choice)
     SELECT $1, conformance_result_id, $3, $4, $5, $9 FROM added
     ON CONFLICT (study_id) DO UPDATE
        SET conformance_result_id = EXCLUDED.conformance_result_id, catalogue_id = EXCLUDED.catalogue_id,
            catalogue_version = EXCLUDED.catalogue_version, engine_version = EXCLUDED.engine_version,
            catalogue_choice = EXCLUDED.catalogue_choice, judged_at = now()`,
    [
      studyId,
      next.revision,
      catalogue.id,
      catalogue.version,
      engineVersion,
      next.settled,
      storableJson(conformance),
      substanceDigest(conformance),
      next.choice,
    ],
  );
  return true;
}

/** Notes with what studies were judged again whose results say the same; those with another result by now are passed over. */
export async function confirmResults(
  client: pg.PoolClient,
  confirmed: readonly { next: NewResult; resultId: number }[],
): Promise<void> {
  if (confirmed.length === 0) return;
  const catalogues = confirmed.map(({ next }) => next.conformance.catalogue);
  await client.query(
    `UPDATE study_judgement j
        SET catalogue_version = c.version, engine_version = c.engine, catalogue_choice = c.choice, judged_at = now()
       FROM unnest($1::bigint[], $2::bigint[], $3::text[], $4::text[], $5::text[])
            AS c (study_id, result_id, version, engine, choice)
      WHERE j.study_id = c.study_id AND j.conformance_result_id = c.result_id`,
    [
      confirmed.map(({ next }) => next.studyId),
      confirmed.map(({ resultId }) => resultId),
      catalogues.map(({ version }) => version),
      confirmed.map(({ next }) => next.conformance.engineVersion),
      confirmed.map(({ next }) => next.choice),
    ],
  );
}

/** Results from before digests were kept get theirs when they are compared. */
export async function withDigest(
  client: pg.PoolClient,
  present: PresentResult | null,
): Promise<PresentResult | null> {
  if (present === null || present.digest !== null) return present;
  const { rows } = await client.query<{ result: StudyConformance }>(
    'SELECT result FROM conformance_result WHERE conformance_result_id = $1',
    [present.resultId],
  );
  const [row] = rows;
  // What older engines wrote may lack parts: then it says something else.
  const digest = Array.isArray(row?.result.results) ? tryDigest(row.result) : null;
  if (digest === null) return present;
  await client.query('UPDATE conformance_result SET content_sha256 = $2 WHERE conformance_result_id = $1', [
    present.resultId,
    digest,
  ]);
  return { ...present, digest };
}

function tryDigest(result: StudyConformance): Buffer | null {
  try {
    return substanceDigest(result);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
