import type { DicomJson } from '@hutong/dicom';
import type { PoolClient } from 'pg';
import { datasetBatches, type ListedDataset } from '../indexing/loadDatasets.ts';
import { searchableValues } from './readValues.ts';
import type { SearchAttributeKey } from './searchAttribute.ts';

/** SQL of all attributes whose values are kept, as JSON; NULL when there are none. */
export const KEPT_ATTRIBUTES = `(SELECT json_agg(json_build_object('id', search_attribute_id, 'tag', tag, 'creator', creator, 'vr', vr))
    FROM search_attribute WHERE removed_at IS NULL)`;

/** An instance whose row was added in this transaction, or is locked. */
export interface ValuedInstance {
  instance_id: number;
  series_id: number;
  study_id: number;
  /** DICOM JSON text. */
  dataset: string;
}

const PUT_VALUES = `
  INSERT INTO searchable_value (instance_id, series_id, study_id, search_attribute_id, value)
  SELECT instance_id, series_id, study_id, attribute, CASE WHEN is_name THEN left(person_name_fold(value), 320) ELSE value END
    FROM unnest($1::bigint[], $2::bigint[], $3::bigint[], $4::integer[], $5::boolean[], $6::text[])
      AS given (instance_id, series_id, study_id, attribute, is_name, value)
  ON CONFLICT DO NOTHING`;

/** Adds the values that instances have of attributes; those that are there stay. */
export async function putValues(
  client: PoolClient,
  attributes: readonly SearchAttributeKey[],
  instances: readonly ValuedInstance[],
): Promise<void> {
  const found = instances.flatMap((instance) => {
    const dataset = JSON.parse(instance.dataset) as DicomJson;
    return attributes.flatMap((attribute) =>
      searchableValues(dataset, attribute).map((value) => ({ instance, attribute, value })),
    );
  });
  if (found.length === 0) return;
  await client.query(PUT_VALUES, [
    found.map(({ instance }) => instance.instance_id),
    found.map(({ instance }) => instance.series_id),
    found.map(({ instance }) => instance.study_id),
    found.map(({ attribute }) => attribute.id),
    found.map(({ attribute }) => attribute.vr === 'PN'),
    found.map(({ value }) => value),
  ]);
}

/** Adds the values of instances that came back with the rows they had. */
export async function putValuesOf(client: PoolClient, instanceIds: readonly number[]): Promise<void> {
  const { rows: kept } = await client.query<{ attributes: SearchAttributeKey[] | null }>(
    `SELECT ${KEPT_ATTRIBUTES} AS attributes`,
  );
  const attributes = kept[0]?.attributes ?? null;
  if (attributes === null || instanceIds.length === 0) return;
  const { rows: listed } = await client.query<ListedDataset>(
    'SELECT instance_id, pg_column_size(dataset) AS size FROM instance WHERE instance_id = ANY ($1::bigint[])',
    [instanceIds],
  );
  for (const batch of datasetBatches(listed)) await putValuesOfBatch(client, attributes, batch);
}

/** Adds the values of instances that stand in the index; what is being deleted is waited for, and left out. */
export async function putValuesOfBatch(
  client: PoolClient,
  attributes: readonly SearchAttributeKey[],
  batch: readonly ListedDataset[],
): Promise<void> {
  const { rows } = await client.query<ValuedInstance>(
    `SELECT instance_id, series_id, study_id, dataset FROM instance
      WHERE instance_id = ANY ($1::bigint[]) ORDER BY instance_id FOR KEY SHARE`,
    [batch.map(({ instance_id: id }) => id)],
  );
  await putValues(client, attributes, rows);
}
