import { promisify } from 'node:util';
import { zstdCompress, zstdDecompressSync } from 'node:zlib';
import { type StudySummary, SUMMARY_VERSION, summarizeStudy } from '@hutong/conformance';
import type { DicomJson } from '@hutong/dicom';
import { type ListedDataset, loadDatasets } from '@hutong/storage-config';
import type pg from 'pg';

const compress = promisify(zstdCompress);

/** What the headers of a study say at a revision. */
export interface Summarized {
  summary: StudySummary;
  /** Compressed, to be kept; null when the index has it already. */
  toKeep: Buffer | null;
}

/** A kept summary, as the index has it; null without one. */
export interface KeptSummary {
  revision: number;
  version: number;
  summary: Buffer;
}

/**
 * The summary of a study at its present revision: the one that was kept if it is of this revision and made by these
 * rules, else made from the datasets anew.
 */
export async function summaryOf(
  index: pg.Pool,
  studyId: number,
  revision: number,
  kept: KeptSummary | null,
): Promise<Summarized> {
  if (kept?.revision === revision && kept.version === SUMMARY_VERSION) {
    // A few kilobytes: quicker at once than by way of a thread.
    const text = zstdDecompressSync(kept.summary).toString('utf8');
    return { summary: JSON.parse(text) as StudySummary, toKeep: null };
  }
  const summary = summarizeStudy(await readDatasets(index, studyId));
  return { summary, toKeep: await compress(JSON.stringify(summary)) };
}

/** Reads what was kept of a study. */
export async function readKept(index: pg.Pool, studyId: number): Promise<KeptSummary | null> {
  const { rows } = await index.query<KeptSummary>(
    'SELECT revision, summary_version AS version, summary FROM study_summary WHERE study_id = $1',
    [studyId],
  );
  return rows[0] ?? null;
}

/** Keeps new summaries in place of those before. The studies' rows must be locked, and be at these revisions. */
export async function keepSummaries(
  client: pg.PoolClient,
  studies: readonly { studyId: number; revision: number; summarized: Summarized }[],
): Promise<void> {
  const kept = studies.filter(({ summarized }) => summarized.toKeep !== null);
  if (kept.length === 0) return;
  await client.query(
    `INSERT INTO study_summary (study_id, revision, summary_version, summary)
     SELECT study_id, revision, $4, summary
       FROM unnest($1::bigint[], $2::integer[], $3::bytea[]) AS given (study_id, revision, summary)
     ON CONFLICT (study_id) DO UPDATE
        SET revision = EXCLUDED.revision, summary_version = EXCLUDED.summary_version, summary = EXCLUDED.summary,
            made_at = now()`,
    [
      kept.map(({ studyId }) => studyId),
      kept.map(({ revision }) => revision),
      kept.map(({ summarized }) => summarized.toKeep),
      SUMMARY_VERSION,
    ],
  );
}

/**
 * The datasets of a study's instances, in the order they were stored. Parsed one by one while they are read, so that only
 * their text is held at once.
 */
async function readDatasets(index: pg.Pool, studyId: number): Promise<Iterable<DicomJson>> {
  const { rows: listed } = await index.query<ListedDataset>(
    `SELECT instance_id, coalesce(pg_column_size(dataset), 0) AS size
       FROM instance WHERE study_id = $1 ORDER BY instance_id`,
    [studyId],
  );
  const texts: string[] = [];
  for await (const batch of loadDatasets(index, listed)) texts.push(...batch.map(({ dataset }) => dataset));
  return (function* () {
    for (const text of texts) yield JSON.parse(text) as DicomJson;
  })();
}
