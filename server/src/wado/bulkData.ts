import { type DicomJson, text, transferSyntax } from '@hutong/dicom';
import type { Request, Response } from 'express';
import { callerOf, hospitalsInView, rootOf, type ServerParts } from '../context.ts';
import { acceptableRanges, negotiate, notAcceptable, type Representation } from '../dicomweb/accept.ts';
import { multipartFraming } from '../dicomweb/multipart.ts';
import { HttpProblem, problem } from '../problem.ts';
import { requestedRange } from './byteRange.ts';
import { entityTag, notModified, weak } from './caching.ts';
import { sendFrames } from './frames.ts';
import { findBulkData, type InstancePath } from './lookUp.ts';
import { sendPieces } from './send.ts';

const TAG_PATH = /^[0-9A-F]{8}(\/\d{1,6}\/[0-9A-F]{8}){0,16}$/;
const PIXEL_DATA = '7FE00010';
const ENCAPSULATED_DOCUMENT = '00420011';
const MIME_TYPE_OF_ENCAPSULATED_DOCUMENT = '00420012';
/** Documents that are answered under their own media type; anything else might be run by a browser. */
export const DOCUMENT_TYPES: ReadonlySet<string> = new Set([
  'application/pdf',
  'model/stl',
  'model/obj',
  'model/mtl',
]);

/**
 * Answers one large value (PS3.18 10.4.1.1.5): whole, or one byte range of it. Encapsulated pixel data is answered
 * as all of its frames, without the fragments' headers.
 *
 * @param tagPath as BulkDataURI ends: `7FE00010`, or `00081140/0/00420011` for a value in item 0 of a sequence
 */
export async function sendBulkData(
  parts: Pick<ServerParts, 'index' | 'objects'>,
  path: InstancePath,
  tagPath: string,
  req: Request,
  res: Response,
): Promise<void> {
  if (!TAG_PATH.test(tagPath)) {
    throw new HttpProblem(
      400,
      'bad-bulk-data-path',
      'Bulk data is addressed by a tag (ggggeeee, upper case), or by tags and item numbers joined by slashes.',
      '大体积数据的地址须为标签（ggggeeee，大写），或以斜杠连接的标签和条目序号。',
    );
  }
  const hospitals = hospitalsInView(callerOf(res), rootOf(res));
  const isDocument = tagPath === ENCAPSULATED_DOCUMENT;
  const found = await findBulkData(parts.index, path, tagPath, hospitals, isDocument);
  const syntax = transferSyntax(found.transfer_syntax_uid);
  if (found.pixel_data?.encapsulated === true) {
    const all = Array.from({ length: found.pixel_data.numberOfFrames }, (_, i) => i + 1);
    await sendFrames(parts, path, all, req, res);
    return;
  }
  if (found.range === null) {
    throw problem('not-found', {
      detail: 'The instance has no bulk data under this tag.',
      detailZh: '该实例在此标签下没有大体积数据。',
    });
  }
  if (syntax?.deflated === true || (syntax?.bigEndian === true && tagPath === PIXEL_DATA)) {
    throw notAcceptable(
      `The value is stored as ${syntax.name} (${syntax.uid}) and would need transcoding. The whole instance can be retrieved.`,
      `该数据以 ${syntax.name}（${syntax.uid}）存储，需转码；可取回完整实例。`,
    );
  }
  const documentType = found.dataset === null ? '' : documentTypeOf(found.dataset);
  const chosen = chooseForm(req, documentType);
  const tag = entityTag(found.digest, tagPath, chosen.mediaType, String(chosen.multipart));
  if (notModified(req, res, chosen.multipart ? weak(tag) : tag, 'Accept')) return;
  const value = { key: found.object_key, range: found.range };
  if (chosen.multipart) {
    const framing = multipartFraming(chosen.mediaType);
    const head = framing.head({ 'Content-Type': chosen.mediaType }, true);
    await sendPieces(parts.objects, [{ literal: head }, value, { literal: framing.end }], res, {
      'Content-Type': framing.contentType,
    });
    return;
  }
  const headers: Record<string, string> = { 'Content-Type': chosen.mediaType, 'Accept-Ranges': 'bytes' };
  const range = requestedRange(req, value.range.length, tag);
  if (range === null) {
    await sendPieces(parts.objects, [value], res, headers);
    return;
  }
  res.status(206);
  headers['Content-Range'] = `bytes ${range.offset}-${range.offset + range.length - 1}/${value.range.length}`;
  const inObject = { offset: value.range.offset + range.offset, length: range.length };
  await sendPieces(parts.objects, [{ key: value.key, range: inObject }], res, headers);
}

function documentTypeOf(dataset: string): string {
  const type = text(JSON.parse(dataset) as DicomJson, MIME_TYPE_OF_ENCAPSULATED_DOCUMENT)
    .trim()
    .toLowerCase();
  return DOCUMENT_TYPES.has(type) ? type : '';
}

function chooseForm(req: Request, documentType: string): Representation {
  const types = ['application/octet-stream', ...(documentType === '' ? [] : [documentType])];
  const forms = [false, true].flatMap((multipart) =>
    types.map((mediaType): Representation => ({
      mediaType,
      multipart,
      transferSyntax: null,
      coversDefaultSyntax: true,
    })),
  );
  const chosen = negotiate(acceptableRanges(req.get('accept'), req.query['accept']), forms);
  if (chosen !== null) return chosen;
  throw notAcceptable(
    `This value is available as ${types.join(' or ')}, single part or multipart/related.`,
    `该数据仅以 ${types.join('、')} 提供（单部分或 multipart/related）。`,
  );
}
