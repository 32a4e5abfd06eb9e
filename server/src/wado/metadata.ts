import type { DicomJson } from '@hutong/dicom';
import type { Request, Response } from 'express';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import type { Pool } from 'pg';
import { callerOf, hospitalsInView, rootOf, type ServerParts } from '../context.ts';
import { acceptableRanges, negotiateDatasets } from '../dicomweb/accept.ts';
import { hrColumns, hrFacts, type HrRow } from '../dicomweb/hrColumns.ts';
import { multipartFraming } from '../dicomweb/multipart.ts';
import { nativeXml } from '../dicomweb/nativeXml.ts';
import { inView, Parameters, runStatement } from '../dicomweb/statement.ts';
import { entityTag, notModified, weak } from './caching.ts';
import { completeDataset } from './completeDataset.ts';
import { absent, type Hospitals, INSTANCE_ORDER, instancesOfPath, type RetrievePath } from './lookUp.ts';

/** A readable copy of the study, with all that its metadata shows beside the datasets. */
interface Copy extends HrRow {
  study_id: number;
  revision: number;
  series_revision: number | null;
}

interface Listed {
  instance_id: number;
  /** Bytes the dataset takes in the index, compressed. */
  size: number;
}

interface DatasetRow {
  instance_id: number;
  study_id: number;
  series_instance_uid: string;
  sop_instance_uid: string;
  dataset: string;
}

/** Bytes (compressed) and rows of one read; what is in memory at once is a small multiple of it. */
const BATCH_BYTES = 512 * 1024;
const BATCH_ROWS = 200;

/**
 * Answers the metadata of a study, series or instance (PS3.18 10.4.1.1.2) as one JSON array, or as parts of XML,
 * streamed in batches. The entity tag follows the revisions of the study and its verdicts and labels, so that a
 * client's own copy is confirmed without reading a dataset.
 */
export async function sendMetadata(
  { index }: Pick<ServerParts, 'index'>,
  path: RetrievePath,
  req: Request,
  res: Response,
): Promise<void> {
  const root = rootOf(res);
  const hospitals = hospitalsInView(callerOf(res), root);
  const chosen = negotiateDatasets(acceptableRanges(req.get('accept'), req.query['accept']));
  const copies = await findCopies(index, path, hospitals);
  if (copies.length === 0) absent();
  const tag = entityTag(root.url, chosen.mediaType, JSON.stringify(path), JSON.stringify(copies));
  if (notModified(req, res, weak(tag), 'Accept, Accept-Encoding')) return;
  const framing = chosen.multipart ? multipartFraming(chosen.mediaType) : null;
  const contentType = framing?.contentType ?? chosen.mediaType;
  if (req.method === 'HEAD') {
    res.setHeader('Content-Type', contentType).end();
    return;
  }
  const listed = await listInstances(index, path, hospitals);
  const instances = metadataOf(index, listed, copies, `${root.url}/studies/${path.study}`);
  const body = framing === null ? jsonArray(instances) : xmlParts(instances, chosen.mediaType, framing);
  // Headers wait for the first read, so that its failure is still a problem answer.
  const first = await body.next();
  const encoding = contentEncoding(req.get('accept-encoding'));
  res.setHeader('Content-Type', contentType);
  if (encoding !== null) res.set('Content-Encoding', encoding);
  const source = Readable.from(resumed(first, body), { objectMode: false, highWaterMark: 64 * 1024 });
  try {
    if (encoding === null) await pipeline(source, res);
    else await pipeline(source, compressor(encoding), res);
  } catch (error) {
    if (!res.destroyed || !isPrematureClose(error)) throw error;
  }
}

const isPrematureClose = (error: unknown): boolean =>
  error instanceof Error && 'code' in error && error.code === 'ERR_STREAM_PREMATURE_CLOSE';

async function findCopies(index: Pool, path: RetrievePath, hospitals: Hospitals): Promise<Copy[]> {
  const parameters = new Parameters();
  const study = parameters.add(path.study, 'text');
  const series = path.series === null ? null : parameters.add(path.series, 'text');
  const instance =
    path.instance === null
      ? ''
      : ` AND EXISTS (SELECT 1 FROM instance i WHERE i.series_id = e.series_id AND i.sop_instance_uid = ${parameters.add(path.instance, 'text')})`;
  const part =
    series === null
      ? ''
      : ` AND EXISTS (SELECT 1 FROM series e WHERE e.study_id = s.study_id AND e.series_instance_uid = ${series}${instance})`;
  const seriesRevision =
    series === null
      ? 'NULL::integer'
      : `(SELECT e.revision FROM series e WHERE e.study_id = s.study_id AND e.series_instance_uid = ${series})`;
  const text = `SELECT s.study_id, ${series === null ? 's.revision' : '0'} AS revision, ${seriesRevision} AS series_revision, ${hrColumns('s')}
  FROM study s WHERE s.study_instance_uid = ${study} AND ${inView('s', hospitals, parameters)}${part}
 ORDER BY s.study_id`;
  return runStatement<Copy & Record<string, unknown>>(index, text, parameters.values);
}

async function listInstances(index: Pool, path: RetrievePath, hospitals: Hospitals): Promise<Listed[]> {
  const parameters = new Parameters();
  const { copies, found } = instancesOfPath(path, hospitals, parameters);
  const text = `WITH ${copies} SELECT i.instance_id, pg_column_size(i.dataset) AS size ${found} ORDER BY ${INSTANCE_ORDER}`;
  const rows = await runStatement<Listed & Record<string, unknown>>(index, text, parameters.values);
  return rows.length === 0 ? absent() : rows;
}

const DATASETS = `SELECT i.instance_id, i.study_id, e.series_instance_uid, i.sop_instance_uid, i.dataset
  FROM unnest($1::bigint[]) WITH ORDINALITY AS wanted (instance_id, position)
  JOIN instance i USING (instance_id) JOIN series e ON e.series_id = i.series_id
 ORDER BY wanted.position`;

/** JSON text of each listed instance, in batches. The list comes from a statement that knew the caller. */
async function* metadataOf(
  index: Pool,
  listed: readonly Listed[],
  copies: readonly Copy[],
  studyUrl: string,
): AsyncGenerator<string[]> {
  const facts = new Map(copies.map((copy) => [copy.study_id, hrFacts(copy)]));
  for (const batch of batches(listed)) {
    const ids = batch.map(({ instance_id: id }) => id);
    const rows = await runStatement<DatasetRow & Record<string, unknown>>(index, DATASETS, [ids]);
    yield rows.flatMap((row) => {
      const hr = facts.get(row.study_id);
      if (hr === undefined) return [];
      const url = `${studyUrl}/series/${row.series_instance_uid}/instances/${row.sop_instance_uid}`;
      return [completeDataset(row.dataset, url, hr)];
    });
  }
}

function* batches(listed: readonly Listed[]): Generator<Listed[]> {
  let batch: Listed[] = [];
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

async function* jsonArray(instances: AsyncGenerator<string[]>): AsyncGenerator<string> {
  let separator = '[';
  for await (const batch of instances) {
    if (batch.length === 0) continue;
    yield separator + batch.join(',');
    separator = ',';
  }
  yield separator === '[' ? '[]' : ']';
}

async function* xmlParts(
  instances: AsyncGenerator<string[]>,
  mediaType: string,
  framing: ReturnType<typeof multipartFraming>,
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

async function* resumed(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

type Encoding = 'br' | 'gzip';

/** Brotli where the client takes it, else gzip, else none (RFC 9110 §12.5.3). */
export function contentEncoding(header: string | undefined): Encoding | null {
  const accepted = (header ?? '').split(',').map((element) => {
    const [name = '', ...parameters] = element
      .trim()
      .toLowerCase()
      .split(/\s*;\s*/);
    const refused = parameters.some((parameter) => /^q=0(\.0*)?$/.test(parameter));
    return refused ? '' : name;
  });
  if (accepted.includes('br')) return 'br';
  return accepted.includes('gzip') ? 'gzip' : null;
}

function compressor(encoding: Encoding) {
  // Metadata repeats itself from instance to instance: a wide window matters, effort does not.
  if (encoding === 'gzip') return createGzip({ level: 3 });
  return createBrotliCompress({
    params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 20 },
  });
}
