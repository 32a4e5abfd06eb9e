import type { DicomJson } from '@hutong/dicom';
import type { PoolClient } from 'pg';
import { seriesRow, type SeriesRow, studyRow, type StudyRow } from '../indexing/indexRows.ts';
import { publishStudyChanged } from '../outbox.ts';

export interface StudyToRefresh {
  studyId: number;
  studyInstanceUid: string;
  /** Rows whose instances changed. */
  seriesIds: readonly number[];
  /** Whether images of the acquisition came or went, so that the study is judged again. */
  acquired: boolean;
  /** Whether something arrived, which counts as a store. */
  arrived: boolean;
  quietSeconds: number;
  /** Who or what ended it, for the labels of a study that ends; in both languages. */
  because: { en: string; zh: string };
}

/**
 * Brings counts, modalities, SOP classes and attributes of a locked study and of some of its series in line with the
 * instances that are there, raises the revisions and has the study judged again. What has no instance left goes; labels of
 * a study that goes are withdrawn first. Returns whether the study is still there.
 */
export async function refreshStudy(client: PoolClient, study: StudyToRefresh): Promise<boolean> {
  await client.query(
    `UPDATE series
        SET number_of_instances = (SELECT count(*) FROM instance i WHERE i.series_id = series.series_id),
            revision = revision + 1,
            last_stored_at = CASE WHEN $2 THEN now() ELSE last_stored_at END
      WHERE series_id = ANY ($1::bigint[])`,
    [study.seriesIds, study.arrived],
  );
  await client.query('DELETE FROM series WHERE series_id = ANY ($1::bigint[]) AND number_of_instances = 0', [
    study.seriesIds,
  ]);
  await refreshSeriesAttributes(client, study.seriesIds);
  await refreshStudyAttributes(client, study);
  const { rows } = await client.query<{ number_of_instances: number }>(
    `UPDATE study
        SET number_of_instances = (SELECT count(*) FROM instance i WHERE i.study_id = study.study_id),
            number_of_series = (SELECT count(*) FROM series e WHERE e.study_id = study.study_id),
            modalities = ARRAY(SELECT DISTINCT modality FROM series e
                                WHERE e.study_id = study.study_id AND modality <> '' ORDER BY 1),
            sop_classes = ARRAY(SELECT DISTINCT sop_class_uid FROM instance i WHERE i.study_id = study.study_id ORDER BY 1),
            revision = revision + 1,
            conformance_revision = conformance_revision + $2::integer,
            last_stored_at = CASE WHEN $3 THEN now() ELSE last_stored_at END
      WHERE study_id = $1
      RETURNING number_of_instances`,
    [study.studyId, study.acquired ? 1 : 0, study.arrived],
  );
  if (rows[0]?.number_of_instances === 0) {
    await endStudy(client, study);
    return false;
  }
  if (study.acquired) await publishStudyChanged(client, study.studyId, study.quietSeconds);
  return true;
}

/** Which instance gives the attributes of its series and study: the newest correction, else what was stored first. */
export const GIVES_ATTRIBUTES = 'corrected_at DESC NULLS LAST, instance_id';

async function refreshSeriesAttributes(client: PoolClient, seriesIds: readonly number[]): Promise<void> {
  const { rows } = await client.query<{ series_id: number; dataset: string }>(
    `SELECT DISTINCT ON (series_id) series_id, dataset FROM instance
      WHERE series_id = ANY ($1::bigint[]) ORDER BY series_id, ${GIVES_ATTRIBUTES}`,
    [seriesIds],
  );
  for (const row of rows) {
    const { series_instance_uid: _, ...attributes } = seriesRow(JSON.parse(row.dataset) as DicomJson, '');
    await setColumns(client, 'series', row.series_id, attributes);
  }
}

async function refreshStudyAttributes(
  client: PoolClient,
  { studyId, studyInstanceUid }: StudyToRefresh,
): Promise<void> {
  const { rows } = await client.query<{ dataset: string }>(
    `SELECT dataset FROM instance WHERE study_id = $1 ORDER BY ${GIVES_ATTRIBUTES} LIMIT 1`,
    [studyId],
  );
  const [first] = rows;
  if (first === undefined) return;
  const attributes = studyRow(JSON.parse(first.dataset) as DicomJson, studyInstanceUid);
  await setColumns(client, 'study', studyId, attributes);
}

async function setColumns(
  client: PoolClient,
  table: 'study' | 'series',
  id: number,
  columns: Omit<SeriesRow, 'series_instance_uid'> | StudyRow,
): Promise<void> {
  const names = Object.keys(columns);
  await client.query(
    `UPDATE ${table} SET ${names.map((name, i) => `${name} = $${i + 2}`).join(', ')} WHERE ${table}_id = $1`,
    [id, ...(Object.values(columns) as unknown[])],
  );
}

async function endStudy(client: PoolClient, { studyId, because }: StudyToRefresh): Promise<void> {
  await client.query(
    `INSERT INTO hr_label_event (study_id, item_code, scope, text, state, reason_zh, reason_en, author, cause)
     SELECT study_id, item_code, scope, text, 'withdrawn', $2, $3, 'corrections', 'correction'
       FROM hr_label WHERE study_id = $1 AND state <> 'withdrawn'`,
    [studyId, because.zh, because.en],
  );
  await client.query('DELETE FROM study WHERE study_id = $1', [studyId]);
}
