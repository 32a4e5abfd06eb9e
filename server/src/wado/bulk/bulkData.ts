import { type ByteRange, type PixelDataLayout, transferSyntax } from '@hutong/dicom';
import type { Request, Response } from 'express';
import { callerOf, rootOf, type ServerParts, viewOf } from '../../context.ts';
import {
  type MediaRange,
  negotiate,
  notAcceptable,
  type Representation,
  retrieveRanges,
} from '../../dicomweb/accept.ts';
import { multipartFraming } from '../../dicomweb/multipart.ts';
import { HttpProblem, problem } from '../../problem.ts';
import { auditFound } from '../audited.ts';
import { requestedRange, within } from '../byteRange.ts';
import { entityTag, notModified, weak } from '../caching.ts';
import { sendFrames } from '../frames/frames.ts';
import { findBulkData, type InstancePath, type StoredInstance } from '../lookUp.ts';
import { aliasesOf, EXPLICIT_LITTLE_ENDIAN, OCTET_STREAM } from '../mediaTypes.ts';
import { sendBody } from '../outlet.ts';
import { type Piece, sendPieces } from '../send.ts';
import { fragmentRanges } from '../source/fragments.ts';
import { openValue, type ValueReader } from '../source/valueReader.ts';
import { type DocumentInstance, openDocument } from './documents.ts';
import { describeDocument, ENCAPSULATED_DOCUMENT } from './documentType.ts';
import { writeValue } from './storedValues.ts';

const TAG_PATH = /^[0-9A-F]{8}(\/\d{1,6}\/[0-9A-F]{8}){0,16}$/;
export const PIXEL_DATA = '7FE00010';

export type BulkParts = Pick<ServerParts, 'index' | 'objects' | 'pixelThreads' | 'audit'>;

/**
 * Answers one large value (PS3.18 10.4.1.1.5): whole, or one byte range of it, little endian whatever it is stored as.
 * Encapsulated pixel data is answered as all of its frames, without the fragments' headers; a video as its stream.
 *
 * @param tagPath as BulkDataURI ends: `7FE00010`, or `00081140/0/00420011` for a value in item 0 of a sequence
 */
export async function sendBulkData(
  parts: BulkParts,
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
  const ranges = retrieveRanges(req.get('accept'), req.query['accept']);
  const found = await findBulkData(parts.index, path, tagPath, viewOf(callerOf(res), rootOf(res)));
  const accessed = { ...found, series_instance_uid: path.series };
  if (found.pixel_data?.encapsulated === true) {
    if (transferSyntax(found.transfer_syntax_uid)?.video === true) {
      await auditFound(parts, 'retrieve', path.study, [accessed], req, res);
      await sendVideo(parts, found, found.pixel_data.value, ranges, req, res);
      return;
    }
    await sendFrames(parts, path, allFrames(found.pixel_data), req, res);
    return;
  }
  if (
    found.pixel_data !== null &&
    negotiate(ranges, formsOf([OCTET_STREAM], EXPLICIT_LITTLE_ENDIAN)) === null
  ) {
    await sendFrames(parts, path, allFrames(found.pixel_data), req, res);
    return;
  }
  const place = found.range ?? found.pixel_data?.value ?? null;
  if (place === null) {
    throw problem('not-found', {
      detail: 'The instance has no bulk data under this tag.',
      detailZh: '该实例在此标签下没有大体积数据。',
    });
  }
  await auditFound(parts, 'retrieve', path.study, [accessed], req, res);
  const document =
    tagPath === ENCAPSULATED_DOCUMENT ? await describeDocument(parts.objects, found, place) : null;
  const form = chooseForm(ranges, [OCTET_STREAM, document?.mediaType ?? OCTET_STREAM]);
  // As octets it is the value, as a document what was put into the value.
  const length = form.mediaType === OCTET_STREAM ? place.length : (document?.length ?? place.length);
  const bits = tagPath === PIXEL_DATA ? (found.bits_allocated ?? 0) : 0;
  const value = await openValue(parts.objects, found, place, bits);
  try {
    const tag = entityTag(found.digest, tagPath, form.mediaType, String(form.multipart), String(length));
    const pieces = value.converts ? null : [{ key: found.object_key, range: { ...place, length } }];
    await sendValue(parts, { pieces, value, length }, form, tag, req, res);
  } finally {
    value.close();
  }
}

/** The stream of a video instance, which browsers play and seek in by byte ranges. */
export async function sendVideo(
  parts: BulkParts,
  found: StoredInstance,
  value: ByteRange,
  ranges: readonly MediaRange[],
  req: Request,
  res: Response,
): Promise<void> {
  const type = transferSyntax(found.transfer_syntax_uid)?.frameMediaType ?? OCTET_STREAM;
  const form = chooseForm(ranges, [type, OCTET_STREAM]);
  const fragments = await fragmentRanges(parts.objects, found.object_key, value);
  const pieces = fragments.map((range) => ({ key: found.object_key, range }));
  const length = fragments.reduce((sum, range) => sum + range.length, 0);
  const tag = entityTag(found.digest, PIXEL_DATA, form.mediaType, String(form.multipart));
  await sendValue(parts, { pieces, value: null, length }, form, tag, req, res);
}

/** An encapsulated document as it is. @param mediaType its own */
export async function sendDocument(
  parts: BulkParts,
  found: DocumentInstance,
  mediaType: string,
  ranges: readonly MediaRange[],
  req: Request,
  res: Response,
): Promise<void> {
  const form = chooseForm(ranges, [mediaType]);
  const document = await openDocument(parts.objects, found);
  if (document === null) throw notAcceptable('The instance holds no document.', '该实例不含文档。');
  const { value, length, stored } = document;
  try {
    const tag = entityTag(found.digest, 'document', form.mediaType, String(form.multipart), String(length));
    const pieces = stored === null ? null : [{ key: found.object_key, range: stored }];
    await sendValue(parts, { pieces, value, length }, form, tag, req, res);
  } finally {
    value.close();
  }
}

interface Value {
  /** Where its bytes lie, when they are the stored ones. */
  pieces: { key: string; range: ByteRange }[] | null;
  value: ValueReader | null;
  length: number;
}

async function sendValue(
  { objects }: BulkParts,
  { pieces, value, length }: Value,
  form: Representation,
  tag: string,
  req: Request,
  res: Response,
): Promise<void> {
  // The address that was asked for, without what negotiated its form.
  const location = `${rootOf(res).url}${req.path}`;
  if (notModified(req, res, form.multipart ? weak(tag) : tag, 'Accept')) return;
  const framing = form.multipart ? multipartFraming(form.mediaType) : null;
  const headers: Record<string, string> = { 'Content-Type': framing?.contentType ?? form.mediaType };
  let part = { offset: 0, length };
  if (framing === null) {
    headers['Accept-Ranges'] = 'bytes';
    const range = requestedRange(req, length, tag);
    if (range !== null) {
      res.status(206);
      headers['Content-Range'] = `bytes ${range.offset}-${range.offset + range.length - 1}/${length}`;
      part = range;
    }
  }
  const head =
    framing?.head({ 'Content-Type': form.mediaType, 'Content-Location': location }, true) ?? Buffer.alloc(0);
  const end = framing?.end ?? Buffer.alloc(0);
  if (pieces !== null) {
    const body: Piece[] = [{ literal: head }, ...within(pieces, part), { literal: end }];
    await sendPieces(objects, body, res, headers);
    return;
  }
  headers['Content-Length'] = String(head.length + part.length + end.length);
  await sendBody(res, headers, async (write) => {
    if (head.length > 0) await write(head);
    if (value !== null) await writeValue(value, part, write);
    if (end.length > 0) await write(end);
  });
}

const allFrames = ({ numberOfFrames }: PixelDataLayout): number[] =>
  Array.from({ length: numberOfFrames }, (_, i) => i + 1);

const formsOf = (mediaTypes: readonly string[], syntax: string | null = null): Representation[] =>
  [false, true].flatMap((multipart) =>
    mediaTypes.map((mediaType) => ({
      mediaType,
      aliases: aliasesOf(mediaType),
      multipart,
      transferSyntax: syntax,
      coversDefaultSyntax: true,
    })),
  );

function chooseForm(ranges: readonly MediaRange[], mediaTypes: readonly string[]): Representation {
  const types = [...new Set(mediaTypes)];
  const chosen = negotiate(ranges, formsOf(types));
  if (chosen !== null) return chosen;
  throw notAcceptable(
    `This value is available as ${types.join(' or ')}, single part or multipart/related.`,
    `该数据仅以 ${types.join('、')} 提供（单部分或 multipart/related）。`,
  );
}
