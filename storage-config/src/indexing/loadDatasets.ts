import type pg from 'pg';

/** An instance whose dataset is wanted. */
export interface ListedDataset {
  instance_id: number;
  /** Bytes it takes in the index, compressed; for dividing the work only. */
  size: number;
}

export interface LoadedDataset {
  instance_id: number;
  /** DICOM JSON text as the index holds it: no white space, tags ascending, BulkDataURIs as tag paths. */
  dataset: string;
}

/** Bytes (compressed) and rows of one read; what is in memory at once is a small multiple of it. */
const BATCH_BYTES = 512 * 1024;
const BATCH_ROWS = 200;

const DATASETS = `SELECT i.instance_id, i.dataset
  FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted (instance_id, position)
  JOIN instance i USING (instance_id)
 ORDER BY wanted.position`;

/**
 * Reads datasets in the order of the list, in batches. Instances that are gone since they were listed are left out.
 * The list comes from a statement that knew the caller: nothing is authorised here.
 */
export async function* loadDatasets(
  index: pg.Pool,
  listed: readonly ListedDataset[],
): AsyncGenerator<LoadedDataset[]> {
  for (const batch of datasetBatches(listed)) {
    const { rows } = await index.query<LoadedDataset>({
      name: 'load-datasets',
      text: DATASETS,
      values: [batch.map(({ instance_id: id }) => id)],
    });
    yield rows;
  }
}

/** Divides a list so that the datasets of each part may be in memory together. */
export function* datasetBatches(listed: readonly ListedDataset[]): Generator<ListedDataset[]> {
  let batch: ListedDataset[] = [];
  let bytes = 0;
  for (const instance of listed) {
    if (batch.length === BATCH_ROWS || (batch.length > 0 && bytes + instance.size > BATCH_BYTES)) {
      yield batch;
      [batch, bytes] = [[], 0];
    }
    batch.push(instance);
    bytes += instance.size;
  }
  if (batch.length > 0) yield batch;
}
