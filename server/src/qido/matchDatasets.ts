import type { DicomJson } from '@hutong/dicom';
import { type ListedDataset, loadDatasets } from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { View } from '../context.ts';
import { isShown } from '../dicomweb/copies.ts';
import { inView, Parameters, runStatement } from '../dicomweb/statement.ts';
import { conditionsSql } from './conditionSql.ts';
import { datasetTest } from './datasetKeys.ts';
import type { SearchQuery } from './parseQuery.ts';
import type { DatasetMatches } from './statement.ts';
import { FIRST, JOINS, pathSql, type SearchPath } from './tables.ts';

/** Most that is read to match keys over datasets: instances, and bytes as the index holds them (compressed). */
export const MAX_MATCHED = { instances: 5000, bytes: 32 * 1024 * 1024 } as const;

/**
 * Matches the keys of a query that no column holds over the datasets of the path's study or series. A series matches
 * by any of its instances.
 *
 * @returns null where there is too much to read
 */
export async function matchDatasets(
  index: Pool,
  query: SearchQuery,
  path: SearchPath,
  view: View,
): Promise<DatasetMatches | null> {
  const parameters = new Parameters();
  const conditions = [
    inView('s', view, parameters),
    isShown('s', view, parameters),
    ...pathSql(path, FIRST, parameters),
    ...conditionsSql(query, FIRST, parameters),
  ].join(' AND ');
  const text = `SELECT i.instance_id, i.series_id, pg_column_size(i.dataset) AS size FROM ${JOINS.instance(FIRST)}
 WHERE ${conditions} ORDER BY i.series_id, i.instance_id LIMIT ${parameters.add(MAX_MATCHED.instances + 1, 'bigint')}`;
  const listed = await runStatement<ListedDataset & { series_id: number } & Record<string, unknown>>(
    index,
    text,
    parameters.values,
  );
  const bytes = listed.reduce((sum, { size }) => sum + size, 0);
  if (listed.length > MAX_MATCHED.instances || bytes > MAX_MATCHED.bytes) return null;
  const seriesOf = new Map(listed.map((row) => [row.instance_id, row.series_id]));
  const matches = datasetTest(query.datasetKeys, query.fuzzy);
  const column = query.level === 'series' ? 'series_id' : 'instance_id';
  const ids = new Set<number>();
  for await (const batch of loadDatasets(index, listed)) {
    for (const { instance_id: id, dataset } of batch) {
      const found = column === 'series_id' ? (seriesOf.get(id) ?? 0) : id;
      if (!ids.has(found) && matches(JSON.parse(dataset) as DicomJson)) ids.add(found);
    }
  }
  return { column, ids: [...ids] };
}
