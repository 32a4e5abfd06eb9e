import type { DicomJson } from '@hutong/dicom';
import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { studyRow } from './indexRows.ts';
import { datasetBatches } from './loadDatasets.ts';

const BATCH = 200;

interface Listed {
  study_id: number;
  /** The instance that gives the attributes of the study, as `refreshStudy` has it; null when the study is gone. */
  instance_id: number | null;
  size: number;
}

/**
 * Gives studies that an older version stored all component groups of their referring physician, of which it kept one alone.
 * Returns how many were looked at. May run in several processes at once, and be ended at any time.
 */
export async function fillReferringNames(index: pg.Pool): Promise<number> {
  let filled = 0;
  for (;;) {
    const studies = await inTransaction(index, fillBatch);
    if (studies === 0) return filled;
    filled += studies;
  }
}

async function fillBatch(client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<Listed>(
    `WITH taken AS (
       DELETE FROM referring_name_pending
        WHERE study_id IN (SELECT study_id FROM referring_name_pending ORDER BY study_id LIMIT $1
                              FOR UPDATE SKIP LOCKED)
       RETURNING study_id)
     SELECT t.study_id, i.instance_id, coalesce(i.size, 0) AS size
       FROM taken t
       LEFT JOIN LATERAL (SELECT instance_id, pg_column_size(dataset) AS size FROM instance
                           WHERE study_id = t.study_id
                           ORDER BY corrected_at DESC NULLS LAST, instance_id LIMIT 1) AS i ON true`,
    [BATCH],
  );
  const listed = rows.flatMap(({ instance_id: id, size }) => (id === null ? [] : [{ instance_id: id, size }]));
  for (const batch of datasetBatches(listed)) {
    const { rows: read } = await client.query<{ study_id: number; dataset: string }>(
      'SELECT study_id, dataset FROM instance WHERE instance_id = ANY ($1::bigint[])',
      [batch.map(({ instance_id: id }) => id)],
    );
    await putNames(
      client,
      read.map(({ study_id: id, dataset }) => ({
        id,
        name: studyRow(JSON.parse(dataset) as DicomJson, '').referring_physician_name,
      })),
    );
  }
  return rows.length;
}

/** Corrections of the study stay: a trigger of `study` writes them again. */
async function putNames(client: pg.PoolClient, studies: { id: number; name: string }[]): Promise<void> {
  await client.query(
    `WITH given AS (SELECT * FROM unnest($1::bigint[], $2::text[]) AS given (study_id, name)),
          locked AS (SELECT s.study_id, given.name FROM study s JOIN given USING (study_id)
                      WHERE s.referring_physician_name <> given.name
                      ORDER BY s.study_instance_uid FOR NO KEY UPDATE OF s)
     UPDATE study s SET referring_physician_name = locked.name FROM locked WHERE s.study_id = locked.study_id`,
    [studies.map(({ id }) => id), studies.map(({ name }) => name)],
  );
}
