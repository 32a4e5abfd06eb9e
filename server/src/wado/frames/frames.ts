import { type ByteRange, frameRanges, type PixelDataLayout, transferSyntax } from '@hutong/dicom';
import { CODECS, PixelError } from '@hutong/pixels';
import type { Request, Response } from 'express';
import { callerOf, rootOf, type ServerParts, viewOf } from '../../context.ts';
import { notAcceptable, retrieveRanges } from '../../dicomweb/accept.ts';
import { multipartFraming } from '../../dicomweb/multipart.ts';
import { HttpProblem, problem } from '../../problem.ts';
import { auditFound } from '../audited.ts';
import { requestedRange, within } from '../byteRange.ts';
import { entityTag, notModified, weak } from '../caching.ts';
import { findFrames, type InstanceFrames, type InstancePath } from '../lookUp.ts';
import { isNative } from '../mediaTypes.ts';
import { sendBody, whileConnected } from '../outlet.ts';
import { lengthOf, type Piece, sendPieces } from '../send.ts';
import type { InstanceSource } from '../source/instanceSource.ts';
import { encodedFrames, openOrRefuse, refusalOf } from './encodedFrames.ts';
import { type FrameForm, frameForms } from './frameForms.ts';

/** Frames of one request. */
export const MAX_FRAMES = 10_000;

export type FrameParts = Pick<ServerParts, 'index' | 'objects' | 'pixelThreads' | 'audit'>;

/** Frame numbers of a path, 1-based, in the order asked for. @throws HttpProblem 400 */
export function parseFrameList(list: string): number[] {
  const texts = list.split(',');
  if (texts.length > MAX_FRAMES || !texts.every((text) => /^[1-9]\d{0,8}$/.test(text))) {
    throw new HttpProblem(
      400,
      'bad-frame-list',
      `Frames are asked for as a comma-separated list of numbers from 1, at most ${MAX_FRAMES}.`,
      `帧号须为从 1 开始、以逗号分隔的整数列表，最多 ${MAX_FRAMES} 个。`,
    );
  }
  return texts.map(Number);
}

/**
 * Answers frames (PS3.18 10.4.1.1.6). As stored: one look-up, then ranged reads of the object, those of neighbouring
 * frames as one. In another transfer syntax: decoded and encoded in threads, sent one after the other.
 */
export async function sendFrames(
  parts: FrameParts,
  path: InstancePath,
  frames: readonly number[],
  req: Request,
  res: Response,
): Promise<void> {
  const ranges = retrieveRanges(req.get('accept'), req.query['accept']);
  const found = await findFrames(parts.index, path, frames, viewOf(callerOf(res), rootOf(res)));
  const layout = layoutOf(found, frames);
  const accessed = { ...found, series_instance_uid: path.series, count: frames.length };
  await auditFound(parts, 'retrieve', path.study, [accessed], req, res);
  const direct = directRanges(found, layout, frames);
  const stored = { transferSyntaxUid: found.transfer_syntax_uid, direct: !(direct instanceof PixelError) };
  const forms = frameForms(ranges, stored, frames.length === 1);
  const [best] = forms;
  if (best === undefined || !stored.direct || !best.stored) {
    await sendEncoded(parts, { ...found, pixel_data: layout }, frames, forms, direct, req, res);
    return;
  }
  if (direct instanceof PixelError) throw direct;
  await sendStored(parts, found, frames, direct, best, req, res);
}

/** @throws HttpProblem 404 where there are no such frames */
export function layoutOf(found: InstanceFrames, frames: readonly number[]): PixelDataLayout {
  const { layout, wanted } = found;
  if (layout === null) throw noSuchFrame('the instance has no pixel data', '该实例没有像素数据');
  const beyond = frames.find((frame) => frame > layout.numberOfFrames);
  if (beyond !== undefined) {
    throw noSuchFrame(
      `frame ${beyond} was asked for, the instance has ${layout.numberOfFrames}`,
      `请求第 ${beyond} 帧，该实例共 ${layout.numberOfFrames} 帧`,
    );
  }
  if (wanted.every((ranges) => ranges === null)) return layout;
  const listed: ByteRange[][] = [];
  for (const [i, frame] of frames.entries()) listed[frame - 1] = wanted[i] ?? [];
  return { ...layout, frames: listed };
}

/** Where the stored bytes of the frames lie in the object, or why they cannot be cut out of it. */
function directRanges(
  found: InstanceFrames,
  layout: PixelDataLayout,
  frames: readonly number[],
): ByteRange[][] | PixelError {
  const uid = found.transfer_syntax_uid;
  const syntax = transferSyntax(uid);
  if (syntax?.frameMediaType == null) {
    return new PixelError(
      'UNSUPPORTED',
      `the transfer syntax ${uid} it is stored in holds no frames this server can read`,
      `其存储的传输语法 ${uid} 不含本服务器可读取的图像帧`,
    );
  }
  if (layout.inDeflated === true || syntax.deflated || (syntax.bigEndian && isNative(uid)))
    return new PixelError('UNSUPPORTED', `it is stored as ${syntax.name}`, `其以 ${syntax.name} 存储`);
  try {
    return frames.map((frame) => frameRanges(layout, frame));
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return new PixelError(
      'CORRUPT',
      layout.undividedReason ?? 'the pixel data is shorter than its attributes say',
      '像素数据无法按帧划分',
    );
  }
}

async function sendStored(
  { objects }: Pick<FrameParts, 'objects'>,
  found: InstanceFrames,
  frames: readonly number[],
  ranges: readonly ByteRange[][],
  form: FrameForm,
  req: Request,
  res: Response,
): Promise<void> {
  const tag = entityTag(found.digest, frames.join(), `${form.mediaType} ${form.multipart}`);
  if (notModified(req, res, form.multipart ? weak(tag) : tag, 'Accept')) return;
  const partType = partTypeOf(form);
  const body = ranges.map((list) => list.map((range): Piece => ({ key: found.object_key, range })));
  if (!form.multipart) {
    await sendPart(objects, body.flat(), tag, { 'Content-Type': partType }, req, res);
    return;
  }
  const framing = multipartFraming(form.mediaType, { 'transfer-syntax': form.transferSyntax });
  const pieces = body.flatMap((part, i): Piece[] => [
    { literal: framing.head({ 'Content-Type': partType }, i === 0) },
    ...part,
  ]);
  await sendPieces(objects, [...pieces, { literal: framing.end }], res, {
    'Content-Type': framing.contentType,
  });
}

/** One frame, or a byte range of it: of progressive codestreams the first bytes are a small picture. */
async function sendPart(
  objects: ServerParts['objects'],
  pieces: readonly Piece[],
  tag: string,
  headers: Record<string, string>,
  req: Request,
  res: Response,
): Promise<void> {
  const length = lengthOf(pieces);
  const range = requestedRange(req, length, tag);
  const all = { ...headers, 'Accept-Ranges': 'bytes' };
  if (range === null) {
    await sendPieces(objects, pieces, res, all);
    return;
  }
  res.status(206);
  const contentRange = `bytes ${range.offset}-${range.offset + range.length - 1}/${length}`;
  await sendPieces(objects, within(pieces, range), res, { ...all, 'Content-Range': contentRange });
}

const partTypeOf = (form: FrameForm): string => `${form.mediaType}; transfer-syntax=${form.transferSyntax}`;

/** Sends the first form that the codecs can make. The first frame is encoded before any byte is sent. */
async function sendEncoded(
  { objects, pixelThreads }: Pick<FrameParts, 'objects' | 'pixelThreads'>,
  image: InstanceFrames & { pixel_data: PixelDataLayout },
  frames: readonly number[],
  forms: readonly FrameForm[],
  direct: ByteRange[][] | PixelError,
  req: Request,
  res: Response,
): Promise<void> {
  const possible = forms.filter((form) => form.stored || isPossible(image.transfer_syntax_uid, form));
  if (possible.length === 0) throw noForm(image, direct, frames.length === 1);
  const source = await openOrRefuse(objects, image);
  const refused = source instanceof PixelError ? source : null;
  const form = possible.find(
    (one) =>
      one.stored || (!(source instanceof PixelError) && refusalOf(source, one.transferSyntax) === null),
  );
  if (form?.stored === true && !(direct instanceof PixelError)) {
    await sendStored({ objects }, image, frames, direct, form, req, res);
    return;
  }
  if (form === undefined || source instanceof PixelError) {
    const why =
      refused ??
      (source instanceof PixelError ? source : refusalOf(source, possible[0]?.transferSyntax ?? ''));
    throw noForm(image, why, frames.length === 1);
  }
  const tag = weak(entityTag(image.digest, frames.join(), JSON.stringify(form)));
  if (notModified(req, res, tag, 'Accept')) return;
  await whileConnected(res, (signal) => sendForm(pixelThreads, source, frames, form, signal, res));
}

async function sendForm(
  pixelThreads: ServerParts['pixelThreads'],
  source: InstanceSource,
  frames: readonly number[],
  form: FrameForm,
  signal: AbortSignal,
  res: Response,
): Promise<void> {
  const partType = partTypeOf(form);
  const framing = form.multipart
    ? multipartFraming(form.mediaType, { 'transfer-syntax': form.transferSyntax })
    : null;
  await sendBody(res, { 'Content-Type': framing?.contentType ?? partType }, async (write) => {
    let first = true;
    for await (const { bytes } of encodedFrames(pixelThreads, source, frames, form.transferSyntax, signal)) {
      if (framing === null) {
        res.setHeader('Content-Length', String(bytes.length));
        await write(bytes);
        return;
      }
      await write(framing.head({ 'Content-Type': partType }, first), bytes);
      first = false;
    }
    if (framing !== null) await write(framing.end);
  });
}

function isPossible(storedUid: string, form: FrameForm): boolean {
  return CODECS[storedUid]?.decode === true && CODECS[form.transferSyntax]?.encode != null;
}

function noForm(image: InstanceFrames, why: ByteRange[][] | PixelError | null, single: boolean): HttpProblem {
  const uid = image.transfer_syntax_uid;
  const reason = why instanceof PixelError ? ` ${upperFirst(why.message)}.` : '';
  const reasonZh = why instanceof PixelError ? `${why.messageZh}。` : '';
  const syntax = transferSyntax(uid);
  const stored =
    syntax?.frameMediaType == null || why instanceof PixelError
      ? []
      : [`${syntax.frameMediaType}; transfer-syntax=${isNative(uid) ? '1.2.840.10008.1.2.1' : uid}`];
  const encoded =
    CODECS[uid]?.decode === true
      ? Object.values(CODECS).flatMap((codec) => (codec.encode === 'lossless' ? [codec.uid] : []))
      : [];
  const had =
    stored.length + encoded.length === 0
      ? ' The whole instance can be retrieved.'
      : ` They can be had as ${[...stored, ...(encoded.length === 0 ? [] : [`transfer-syntax=${encoded.join(' or ')}`])].join(', or with ')}, multipart/related${single ? ' or single part' : ''}.`;
  return notAcceptable(
    `Frames of this instance cannot be answered in a form that Accept names.${reason}${had}`,
    `无法按 Accept 要求的形式提供该实例的图像帧。${reasonZh}${stored.length + encoded.length === 0 ? '可取回完整实例。' : `可提供：${[...stored, ...encoded].join('、')}。`}`,
  );
}

const upperFirst = (text: string): string => text.slice(0, 1).toUpperCase() + text.slice(1);

function noSuchFrame(why: string, whyZh: string): HttpProblem {
  return problem('not-found', {
    detail: `There is no such frame: ${why}.`,
    detailZh: `没有该帧：${whyZh}。`,
  });
}
