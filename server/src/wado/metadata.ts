import { metadataRenditionKey } from '@hutong/storage-config';
import type { Request, Response } from 'express';
import { Readable } from 'node:stream';
import { constants, createBrotliCompress, createGzip } from 'node:zlib';
import { callerOf, rootOf, type ServerParts, viewOf } from '../context.ts';
import { acceptableRanges, negotiateDatasets, refuseMixedTypes } from '../dicomweb/accept.ts';
import { chooseCoding, type ContentCoding } from '../dicomweb/contentCoding.ts';
import { multipartFraming } from '../dicomweb/multipart.ts';
import { sendStream } from '../sendStream.ts';
import { auditFound } from './audited.ts';
import { entityTag, notModified, weak } from './caching.ts';
import { absent, type RetrievePath } from './lookUp.ts';
import { type Copy, findCopies, jsonArray, listInstances, metadataOf, xmlParts } from './metadataSource.ts';
import { findPrepared, prepare, sendPrepared } from './preparedMetadata.ts';

/** Most bytes of datasets (as the index holds them) of which an answer is made whole; above it is only streamed. */
const MAX_PREPARED_BYTES = 96 * 1024 * 1024;

/**
 * Answers the metadata of a study, series or instance (PS3.18 10.4.1.1.2) as one JSON array, or as parts of XML.
 *
 * The entity tag follows the revisions of the study and its verdicts and labels, so that a client's own copy is
 * confirmed without reading a dataset. What is quiet is kept as it was answered in JSON, compressed, under a key of all
 * that determines it: asked for again it costs the look-up and one read. Everything else is streamed in batches.
 */
export async function sendMetadata(
  { index, objects, audit }: Pick<ServerParts, 'index' | 'objects' | 'audit'>,
  path: RetrievePath,
  req: Request,
  res: Response,
): Promise<void> {
  const root = rootOf(res);
  const view = viewOf(callerOf(res), root);
  // Of one kind, so that a client that names none means its default (RFC 9110 §12.5.1).
  const [header, parameter] = [req.get('accept'), req.query['accept']];
  // Where the parameter names nothing that is to be had the header counts (PS3.18 8.7.8.1): each is judged by itself.
  for (const named of [acceptableRanges(undefined, parameter), acceptableRanges(header, undefined)])
    refuseMixedTypes(named);
  const chosen = negotiateDatasets(acceptableRanges(header, parameter));
  const { copies, owners, quiet } = await findCopies(index, path, view);
  if (copies.length === 0) absent();
  const accessed = owners.map((owner) => ({ ...owner, series_instance_uid: path.series ?? undefined }));
  await auditFound({ audit }, 'metadata', path.study, accessed, req, res);
  const facts = factsOf(root.url, path, copies);
  const tag = entityTag(chosen.mediaType, facts);
  if (notModified(req, res, weak(tag), 'Accept, Accept-Encoding')) return;
  const framing = chosen.multipart ? multipartFraming(chosen.mediaType) : null;
  const contentType = framing?.contentType ?? chosen.mediaType;
  if (req.method === 'HEAD') {
    res.setHeader('Content-Type', contentType).end();
    return;
  }
  const key =
    quiet && framing === null && path.instance === null
      ? metadataRenditionKey({
          hospital: root.hospital,
          studyInstanceUid: path.study,
          seriesInstanceUid: path.series,
          facts,
        })
      : null;
  const found = key === null ? null : await findPrepared(objects, key);
  if (found !== null) {
    res.setHeader('Content-Type', contentType);
    await sendPrepared(found, req, res);
    return;
  }
  const listed = await listInstances(index, path, view);
  const make = (): AsyncGenerator<string[]> =>
    metadataOf(index, listed, copies, `${root.url}/studies/${path.study}`);
  const size = listed.reduce((sum, instance) => sum + instance.size, 0);
  if (key !== null && size <= MAX_PREPARED_BYTES) {
    const mayKeep = async (): Promise<boolean> =>
      factsOf(root.url, path, (await findCopies(index, path, view)).copies) === facts;
    const body = await prepare(objects, { key, make: () => jsonArray(make()), mayKeep });
    res.setHeader('Content-Type', contentType);
    await sendPrepared(body, req, res);
    return;
  }
  const body = framing === null ? jsonArray(make()) : xmlParts(make(), chosen.mediaType, framing);
  // Headers wait for the first read, so that its failure is still a problem answer.
  const first = await body.next();
  const encoding = chooseCoding(req.get('accept-encoding'), ['br', 'gzip']);
  res.setHeader('Content-Type', contentType);
  if (encoding !== null) res.set('Content-Encoding', encoding);
  const source = Readable.from(resumed(first, body), { objectMode: false, highWaterMark: 64 * 1024 });
  await sendStream(res, source, ...(encoding === null ? [] : [compressor(encoding)]));
}

/** All that determines the bytes of an answer in JSON. */
const factsOf = (rootUrl: string, path: RetrievePath, copies: readonly Copy[]): string =>
  JSON.stringify([FORM, rootUrl, path, copies]);

/** Raised when the way answers are written changes, so that none of before is taken for one of now. */
const FORM = 1;

async function* resumed(first: IteratorResult<string>, rest: AsyncGenerator<string>): AsyncGenerator<string> {
  if (first.done === true) return;
  yield first.value;
  yield* rest;
}

function compressor(encoding: ContentCoding) {
  // Metadata repeats itself from instance to instance: a wide window matters, effort does not.
  if (encoding === 'gzip') return createGzip({ level: 3 });
  return createBrotliCompress({
    params: { [constants.BROTLI_PARAM_QUALITY]: 3, [constants.BROTLI_PARAM_LGWIN]: 20 },
  });
}
