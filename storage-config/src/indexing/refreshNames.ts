import type { DicomJson } from '@hutong/dicom';
import type pg from 'pg';
import { inTransaction } from '../database.ts';
import { studyRow } from './indexRows.ts';
import { datasetBatches, type ListedDataset } from './loadDatasets.ts';

const BATCH = 200;

const FOLDED = `ARRAY[person_name_fold(patient_name_alphabetic), person_name_fold(patient_name_ideographic),
       person_name_fold(patient_name_phonetic)]`;

/**
 * Reads the names of studies again that an older version stored (`study_name_pending`): folds those of patients anew, and
 * takes all component groups of referring physicians from a dataset. Returns how many studies were looked at. May run in
 * several processes at once, and be ended at any time.
 */
export async function refreshNames(index: pg.Pool): Promise<number> {
  let done = 0;
  for (;;) {
    const studies = await inTransaction(index, refreshBatch);
    if (studies === 0) return done;
    done += studies;
  }
}

async function refreshBatch(client: pg.PoolClient): Promise<number> {
  const { rows } = await client.query<{ study_id: number }>(
    `DELETE FROM study_name_pending
      WHERE position IN (SELECT position FROM study_name_pending ORDER BY position LIMIT $1 FOR UPDATE SKIP LOCKED)
     RETURNING study_id`,
    [BATCH],
  );
  const studies = rows.map(({ study_id: id }) => id);
  // Stores of several studies lock them in this order too.
  await client.query(
    `SELECT FROM study WHERE study_id = ANY ($1::bigint[]) ORDER BY study_instance_uid FOR NO KEY UPDATE`,
    [studies],
  );
  await foldPatients(client, studies);
  await readReferring(client, studies);
  return studies.length;
}

/** A trigger of `study` fills the columns; pinyin is made again where the words may be others. */
async function foldPatients(client: pg.PoolClient, studies: readonly number[]): Promise<void> {
  await client.query(
    `UPDATE study
        SET patient_name_folded = patient_name_folded,
            patient_name_pinyin = CASE WHEN ${FOLDED} = patient_name_folded THEN patient_name_pinyin END
      WHERE study_id = ANY ($1::bigint[])
        AND (${FOLDED} <> patient_name_folded
             OR person_name_words(patient_name_alphabetic, patient_name_ideographic, patient_name_phonetic)
                <> patient_name_words)`,
    [studies],
  );
}

async function readReferring(client: pg.PoolClient, studies: readonly number[]): Promise<void> {
  // The instance that gives the attributes of its study, as in refreshStudy.
  const { rows: listed } = await client.query<ListedDataset>(
    `SELECT i.instance_id, i.size
       FROM study s,
            LATERAL (SELECT instance_id, pg_column_size(dataset) AS size FROM instance
                      WHERE study_id = s.study_id
                      ORDER BY corrected_at DESC NULLS LAST, instance_id LIMIT 1) AS i
      WHERE s.study_id = ANY ($1::bigint[]) AND s.referring_physician_name <> ''`,
    [studies],
  );
  for (const batch of datasetBatches(listed)) {
    const { rows } = await client.query<{ study_id: number; dataset: string }>(
      'SELECT study_id, dataset FROM instance WHERE instance_id = ANY ($1::bigint[])',
      [batch.map(({ instance_id: id }) => id)],
    );
    const names = rows.map(
      ({ dataset }) => studyRow(JSON.parse(dataset) as DicomJson, '').referring_physician_name,
    );
    // Corrections of the study stay: a trigger writes them again.
    await client.query(
      `UPDATE study s SET referring_physician_name = given.name
         FROM unnest($1::bigint[], $2::text[]) AS given (study_id, name)
        WHERE s.study_id = given.study_id AND s.referring_physician_name <> given.name`,
      [rows.map(({ study_id: id }) => id), names],
    );
  }
}
