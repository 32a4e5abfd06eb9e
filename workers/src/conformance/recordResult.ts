import type { CatalogueChoiceReason, StudyConformance } from '@hutong/conformance';
import type pg from 'pg';
import { storableJson, substanceDigest } from './substance.ts';

/** The result that stands for a study, and with what it was judged last. */
export interface PresentResult {
  resultId: number;
  revision: number;
  settled: boolean;
  catalogueId: string;
  /** null for results from before digests were kept, until {@link completeDigests}. */
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

/** The results that stand for studies; none before the first. */
export async function readPresent(
  client: pg.Pool | pg.PoolClient,
  studyIds: readonly number[],
): Promise<Map<number, PresentResult>> {
  const { rows } = await client.query<PresentRow & { study: number }>(
    `SELECT j.study_id AS study, ${PRESENT_COLUMNS}
       FROM study_judgement j JOIN conformance_result r USING (conformance_result_id)
      WHERE j.study_id = ANY ($1::bigint[])`,
    [studyIds],
  );
  const present = new Map<number, PresentResult>();
  for (const row of rows) {
    const one = presentOf(row);
    if (one !== null) present.set(row.study, one);
  }
  return present;
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
 * Adds results that say something new; of those that say the same only with what they were judged is kept. The studies'
 * rows must be locked.
 *
 * @param results each study once
 * @param present what stands for the studies, read since they were locked
 * @returns the studies to which a result was added
 */
export async function recordResults(
  client: pg.PoolClient,
  results: readonly NewResult[],
  present: ReadonlyMap<number, PresentResult>,
): Promise<Set<number>> {
  await completeDigests(client, [...present.values()]);
  const confirmed: { next: NewResult; resultId: number }[] = [];
  const added: NewResult[] = [];
  for (const next of results) {
    const before = present.get(next.studyId) ?? null;
    if (!saysTheSame(before, next)) added.push(next);
    else if (!isJudgedWith(before, next)) confirmed.push({ next, resultId: before.resultId });
  }
  await confirmResults(client, confirmed);
  await addResults(client, added);
  return new Set(added.map(({ studyId }) => studyId));
}

async function addResults(client: pg.PoolClient, added: readonly NewResult[]): Promise<void> {
  if (added.length === 0) return;
  const catalogues = added.map(({ conformance }) => conformance.catalogue);
  await client.query(
    `WITH given AS (SELECT * FROM unnest($1::bigint[], $2::integer[], $3::text[], $4::text[], $5::text[], $6::boolean[],
                                         $7::jsonb[], $8::bytea[], $9::text[])
                      AS given (study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result, digest,
                                choice)),
          added AS (
            INSERT INTO conformance_result
              (study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result, content_sha256)
            SELECT study_id, revision, catalogue_id, catalogue_version, engine_version, settled, result, digest FROM given
            RETURNING study_id, conformance_result_id)
     INSERT INTO study_judgement
       (study_id, conformance_result_id, catalogue_id, catalogue_version, engine_version, catalogue_choice)
     SELECT study_id, added.conformance_result_id, given.catalogue_id, given.catalogue_version, given.engine_version,
            given.choice
       FROM added JOIN given USING (study_id)
     ON CONFLICT (study_id) DO UPDATE
        SET conformance_result_id = EXCLUDED.conformance_result_id, catalogue_id = EXCLUDED.catalogue_id,
            catalogue_version = EXCLUDED.catalogue_version, engine_version = EXCLUDED.engine_version,
            catalogue_choice = EXCLUDED.catalogue_choice, judged_at = now()`,
    [
      added.map(({ studyId }) => studyId),
      added.map(({ revision }) => revision),
      catalogues.map(({ id }) => id),
      catalogues.map(({ version }) => version),
      added.map(({ conformance }) => conformance.engineVersion),
      added.map(({ settled }) => settled),
      added.map(({ conformance }) => storableJson(conformance)),
      added.map(({ conformance }) => substanceDigest(conformance)),
      added.map(({ choice }) => choice),
    ],
  );
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

/** Results from before digests were kept get theirs when they are compared: in the index, and in what is given. */
export async function completeDigests(
  client: pg.PoolClient,
  present: readonly PresentResult[],
): Promise<void> {
  const missing = new Map(present.filter(({ digest }) => digest === null).map((one) => [one.resultId, one]));
  if (missing.size === 0) return;
  const { rows } = await client.query<{ id: number; result: StudyConformance }>(
    'SELECT conformance_result_id AS id, result FROM conformance_result WHERE conformance_result_id = ANY ($1::bigint[])',
    [[...missing.keys()]],
  );
  const made = rows.flatMap(({ id, result }) => {
    // What older engines wrote may lack parts: then it says something else.
    const digest = Array.isArray(result.results) ? tryDigest(result) : null;
    return digest === null ? [] : [{ id, digest }];
  });
  if (made.length === 0) return;
  await client.query(
    `UPDATE conformance_result r SET content_sha256 = made.digest
       FROM unnest($1::bigint[], $2::bytea[]) AS made (id, digest) WHERE r.conformance_result_id = made.id`,
    [made.map(({ id }) => id), made.map(({ digest }) => digest)],
  );
  for (const { id, digest } of made) {
    const one = missing.get(id);
    if (one !== undefined) one.digest = digest;
  }
}

function tryDigest(result: StudyConformance): Buffer | null {
  try {
    return substanceDigest(result);
  } catch (error) {
    if (error instanceof TypeError) return null;
    throw error;
  }
}
