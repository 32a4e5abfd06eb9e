import type { DicomJson } from '@hutong/dicom';
import { type ListedDataset, loadDatasets } from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { View } from '../context.ts';
import { hrColumns, hrFacts, type HrRow } from '../dicomweb/hrColumns.ts';
import type { MultipartFraming } from '../dicomweb/multipart.ts';
import { nativeXml } from '../dicomweb/nativeXml.ts';
import { isShown } from '../dicomweb/copies.ts';
import { inView, Parameters, runStatement } from '../dicomweb/statement.ts';
import { oneAhead } from './ahead.ts';
import type { Owner } from './audited.ts';
import { completeDataset } from './completeDataset.ts';
import { absent, INSTANCE_ORDER, instancesOfPath, type RetrievePath } from './lookUp.ts';

/** A copy of the study that is shown, with all that its metadata shows beside the datasets. */
export interface Copy extends HrRow {
  study_id: number;
  /** Of the study; 0 where only one series of it is asked for. */
  revision: number;
  series_id: number | null;
  series_revision: number | null;
}

export interface Copies {
  /** All that determines the metadata; equal copies give equal metadata. */
  copies: Copy[];
  /** Whose each copy is, in the same order. */
  owners: Owner[];
  /** Nothing was stored into what is asked for in the last seconds. */
  quiet: boolean;
}

/** Seconds without a store after which metadata is kept as it was answered. */
export const QUIET_SECONDS = 5;

/** The copies of what a path names that are shown, that of the hospital that stored the study first in front. */
export async function findCopies(index: Pool, path: RetrievePath, view: View): Promise<Copies> {
  const parameters = new Parameters();
  const conditions = [
    `s.study_instance_uid = ${parameters.add(path.study, 'text')}`,
    inView('s', view, parameters),
    isShown('s', view, parameters),
  ];
  const inSeries = path.series !== null;
  if (path.series !== null) conditions.push(`e.series_instance_uid = ${parameters.add(path.series, 'text')}`);
  if (path.instance !== null) {
    const instance = parameters.add(path.instance, 'text');
    conditions.push(
      `EXISTS (SELECT 1 FROM instance i WHERE i.series_id = e.series_id AND i.sop_instance_uid = ${instance})`,
    );
  }
  const text = `SELECT s.study_id, ${inSeries ? '0' : 's.revision'} AS revision,
       ${inSeries ? 'e.series_id, e.revision' : 'NULL::bigint AS series_id, NULL::integer'} AS series_revision,
       ${inSeries ? 'e' : 's'}.last_stored_at < now() - interval '${QUIET_SECONDS} seconds' AS quiet,
       s.patient_id, ${hrColumns('s')}
  FROM study s${inSeries ? ' JOIN series e ON e.study_id = s.study_id' : ''}
 WHERE ${conditions.join(' AND ')}
 ORDER BY s.study_id`;
  const rows: (Copy & Owner & { quiet: boolean })[] = await runStatement<
    Copy & Owner & { quiet: boolean } & Record<string, unknown>
  >(index, text, parameters.values);
  return {
    copies: rows.map(({ quiet: _, patient_id: _patient, ...copy }) => copy),
    owners: rows.map(({ hospital_code, patient_id }) => ({ hospital_code, patient_id })),
    quiet: rows.every((row) => row.quiet),
  };
}

/** An instance whose metadata is to be answered. */
export interface Listed extends ListedDataset {
  study_id: number;
  series_instance_uid: string;
  sop_instance_uid: string;
}

/** The instances of a path, in order. @throws HttpProblem 404 when there are none */
export async function listInstances(index: Pool, path: RetrievePath, view: View): Promise<Listed[]> {
  const parameters = new Parameters();
  const { copies, found } = instancesOfPath(path, view, parameters);
  const text = `WITH ${copies} SELECT i.instance_id, pg_column_size(i.dataset) AS size, c.study_id,
       e.series_instance_uid, i.sop_instance_uid ${found} ORDER BY ${INSTANCE_ORDER}`;
  const rows = await runStatement<Listed & Record<string, unknown>>(index, text, parameters.values);
  return rows.length === 0 ? absent() : rows;
}

/** JSON text of each listed instance, in batches. The list comes from a statement that knew the caller. */
export async function* metadataOf(
  index: Pool,
  listed: readonly Listed[],
  copies: readonly Copy[],
  studyUrl: string,
): AsyncGenerator<string[]> {
  const facts = new Map(copies.map((copy) => [copy.study_id, hrFacts(copy)]));
  const byId = new Map(listed.map((instance) => [instance.instance_id, instance]));
  for await (const batch of oneAhead(loadDatasets(index, listed))) {
    yield batch.flatMap(({ instance_id: id, dataset }) => {
      const instance = byId.get(id);
      const hr = instance === undefined ? undefined : facts.get(instance.study_id);
      if (instance === undefined || hr === undefined) return [];
      const url = `${studyUrl}/series/${instance.series_instance_uid}/instances/${instance.sop_instance_uid}`;
      return [completeDataset(dataset, url, hr)];
    });
  }
}

/** The metadata as one JSON array, in pieces. */
export async function* jsonArray(instances: AsyncGenerator<string[]>): AsyncGenerator<string> {
  let separator = '[';
  for await (const batch of instances) {
    if (batch.length === 0) continue;
    yield separator + batch.join(',');
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

/** The metadata as parts of XML, in pieces. */
export async function* xmlParts(
  instances: AsyncGenerator<string[]>,
  mediaType: string,
  framing: MultipartFraming,
): AsyncGenerator<string> {
  let first = true;
  for await (const batch of instances) {
    for (const json of batch) {
      yield (
        framing.head({ 'Content-Type': mediaType }, first).toString() +
        nativeXml(JSON.parse(json) as DicomJson)
      );
      first = false;
    }
  }
  yield framing.end.toString();
}
