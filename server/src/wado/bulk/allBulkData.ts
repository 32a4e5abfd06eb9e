import { frameRanges, type PixelDataLayout, transferSyntax } from '@hutong/dicom';
import { CODECS, PixelError } from '@hutong/pixels';
import type { Request, Response } from 'express';
import { callerOf, rootOf, viewOf } from '../../context.ts';
import { type MediaRange, negotiate, notAcceptable, retrieveRanges } from '../../dicomweb/accept.ts';
import { multipartFraming, type MultipartFraming } from '../../dicomweb/multipart.ts';
import { setWarnings } from '../../dicomweb/warning.ts';
import { problem } from '../../problem.ts';
import { auditFound } from '../audited.ts';
import { entityTag, notModified, weak } from '../caching.ts';
import { encodedFrames, openOrRefuse, refusalOf } from '../frames/encodedFrames.ts';
import { type FrameForm, frameForms } from '../frames/frameForms.ts';
import { findContents, type InstanceContent, type RetrievePath } from '../lookUp.ts';
import { aliasesOf, EXPLICIT_LITTLE_ENDIAN, isNative, OCTET_STREAM } from '../mediaTypes.ts';
import { type Outlet, sendBody, whileConnected } from '../outlet.ts';
import { openSource } from '../source/instanceSource.ts';
import { type BulkParts, PIXEL_DATA } from './bulkData.ts';
import { writeDocument } from './documents.ts';
import { describeDocument, ENCAPSULATED_DOCUMENT } from './documentType.ts';
import { writeStoredValue, writeVideo } from './storedValues.ts';

/** One part of the answer: a value as little-endian bytes, a video's stream, or one instance's frames. */
type Part =
  | { kind: 'value'; instance: InstanceContent; tagPath: string; mediaType: string }
  | { kind: 'video'; instance: InstanceContent; mediaType: string }
  | { kind: 'frames'; instance: InstanceContent; form: FrameForm };

/**
 * Answers all large values of a study, series or instance, or only the pixel data (PS3.18 10.4.1.1.5), as parts that
 * say by Content-Location which value they are. Uncompressed pixel data is one part, compressed pixel data a part for
 * each frame, a video one part. What cannot be converted to one of the accepted media types is left out and counted in a
 * Warning.
 *
 * @throws HttpProblem 404 where there are no large values, 406 where none can be had in an accepted media type
 */
export async function sendAllBulkData(
  parts: BulkParts,
  path: RetrievePath,
  which: 'all' | 'pixelData',
  req: Request,
  res: Response,
): Promise<void> {
  const ranges = retrieveRanges(req.get('accept'), req.query['accept']);
  const root = rootOf(res);
  const instances = await findContents(parts.index, path, viewOf(callerOf(res), root));
  const plan: Part[] = [];
  const left: string[] = [];
  for (const instance of instances) {
    const { found, unavailable } = await partsOf(parts.objects, instance, which, ranges);
    plan.push(...found);
    left.push(...unavailable);
  }
  if (plan.length === 0 && left.length > 0) throw noneAvailable(left);
  if (plan.length === 0) {
    throw problem('not-found', {
      detail: 'The instances have no bulk data.',
      detailZh: '这些实例没有大体积数据。',
    });
  }
  await auditFound(parts, 'retrieve', path.study, instances, req, res);
  const types = [...new Set(plan.map(mediaTypeOf))];
  const tag = entityTag(
    root.url,
    which,
    JSON.stringify(plan.map((part) => [part.instance.digest, mediaTypeOf(part)])),
  );
  if (notModified(req, res, weak(tag), 'Accept')) return;
  if (left.length > 0)
    setWarnings(res, [
      `${left.length} values are left out: they cannot be converted to the accepted media types.`,
    ]);
  const [only = OCTET_STREAM, ...others] = types;
  const framing = multipartFraming(others.length === 0 ? only : OCTET_STREAM);
  const study = `${root.url}/studies/${path.study}`;
  await whileConnected(res, (signal) =>
    sendBody(res, { 'Content-Type': framing.contentType }, async (write) => {
      const state: State = { ...parts, framing, study, write, signal, first: true };
      for (const part of plan) await writePart(state, part);
      await write(framing.end);
    }),
  );
}

const mediaTypeOf = (part: Part): string => (part.kind === 'frames' ? part.form.mediaType : part.mediaType);

/** The values of an instance, and for each that cannot be had in an accepted type one in which it can. */
async function partsOf(
  objects: BulkParts['objects'],
  instance: InstanceContent,
  which: 'all' | 'pixelData',
  ranges: readonly MediaRange[],
): Promise<{ found: Part[]; unavailable: string[] }> {
  const accepts = (mediaType: string, transferSyntax: string | null = null): boolean =>
    negotiate(ranges, [
      {
        mediaType,
        multipart: true,
        aliases: aliasesOf(mediaType),
        transferSyntax,
        coversDefaultSyntax: true,
      },
    ]) !== null;
  const found: Part[] = [];
  const unavailable: string[] = [];
  for (const [tagPath, range] of which === 'all' ? Object.entries(instance.bulk_data ?? {}) : []) {
    if (tagPath === PIXEL_DATA) continue;
    const types = [OCTET_STREAM];
    if (tagPath === ENCAPSULATED_DOCUMENT && !accepts(OCTET_STREAM))
      types.unshift((await describeDocument(objects, instance, range)).mediaType);
    const mediaType = types.find((type) => accepts(type));
    if (mediaType === undefined) unavailable.push(types[0] ?? OCTET_STREAM);
    else found.push({ kind: 'value', instance, tagPath, mediaType });
  }
  const layout = instance.pixel_data;
  if (layout === null) return { found, unavailable };
  const uid = instance.transfer_syntax_uid;
  const own = transferSyntax(uid)?.frameMediaType ?? OCTET_STREAM;
  if (!layout.encapsulated && accepts(OCTET_STREAM, EXPLICIT_LITTLE_ENDIAN)) {
    found.push({ kind: 'value', instance, tagPath: PIXEL_DATA, mediaType: OCTET_STREAM });
  } else if (transferSyntax(uid)?.video === true) {
    const mediaType = [own, OCTET_STREAM].find((type) => accepts(type));
    if (mediaType === undefined) unavailable.push(own);
    else found.push({ kind: 'video', instance, mediaType });
  } else {
    const form = await frameForm(objects, instance, layout, ranges);
    if (form === null) unavailable.push(own);
    else found.push({ kind: 'frames', instance, form });
  }
  return { found, unavailable };
}

/** The best form in which all frames of an instance can be had, as far as is known before one is decoded. */
async function frameForm(
  objects: BulkParts['objects'],
  instance: InstanceContent,
  layout: PixelDataLayout,
  ranges: readonly MediaRange[],
): Promise<FrameForm | null> {
  const uid = instance.transfer_syntax_uid;
  const direct = layout.frames !== undefined && !isNative(uid);
  const forms = frameForms(ranges, { transferSyntaxUid: uid, direct }, false).filter(
    (one) => one.stored || (CODECS[uid]?.decode === true && CODECS[one.transferSyntax]?.encode != null),
  );
  const [best] = forms;
  if (best === undefined || best.stored) return best ?? null;
  const source = await openOrRefuse(objects, instance);
  return (
    forms.find(
      (one) =>
        one.stored || (!(source instanceof PixelError) && refusalOf(source, one.transferSyntax) === null),
    ) ?? null
  );
}

function noneAvailable(mediaTypes: readonly string[]) {
  const types = [...new Set([OCTET_STREAM, ...mediaTypes])];
  return notAcceptable(
    `The values can be had only as ${types.map((type) => `multipart/related; type="${type}"`).join(' or ')}, with transfer-syntax=* for what is stored compressed.`,
    `这些数据仅以 ${types.map((type) => `multipart/related; type="${type}"`).join('、')} 提供（压缩数据请加 transfer-syntax=*）。`,
  );
}

interface State extends BulkParts {
  framing: MultipartFraming;
  /** URL of the study under the root that was asked. */
  study: string;
  write: Outlet;
  signal: AbortSignal;
  first: boolean;
}

async function writePart(state: State, part: Part): Promise<void> {
  const { instance } = part;
  const url = `${state.study}/series/${instance.series_instance_uid}/instances/${instance.sop_instance_uid}`;
  const head = (contentType: string, location: string): Buffer => {
    const bytes = state.framing.head(
      { 'Content-Type': contentType, 'Content-Location': location },
      state.first,
    );
    state.first = false;
    return bytes;
  };
  if (part.kind === 'frames') {
    await writeFrames(state, part, (frame) =>
      head(`${part.form.mediaType}; transfer-syntax=${part.form.transferSyntax}`, `${url}/frames/${frame}`),
    );
    return;
  }
  if (part.kind === 'video') {
    await state.write(head(part.mediaType, `${url}/bulkdata/${PIXEL_DATA}`));
    await writeVideo(state.objects, instance, state.write);
    return;
  }
  if (part.mediaType !== OCTET_STREAM) {
    await state.write(head(part.mediaType, `${url}/bulkdata/${part.tagPath}`));
    await writeDocument(state.objects, instance, state.write);
    return;
  }
  const isPixelData = part.tagPath === PIXEL_DATA;
  const range = (isPixelData ? instance.pixel_data?.value : undefined) ?? instance.bulk_data?.[part.tagPath];
  if (range === undefined) return;
  const bits = isPixelData ? (instance.bits_allocated ?? 0) : 0;
  await writeStoredValue(state.objects, instance, range, state.write, bits, () =>
    head(OCTET_STREAM, `${url}/bulkdata/${part.tagPath}`),
  );
}

async function writeFrames(
  state: State,
  { instance, form }: Part & { kind: 'frames' },
  head: (frame: number) => Buffer,
): Promise<void> {
  const { objects, pixelThreads, write, signal } = state;
  const layout = instance.pixel_data;
  if (layout === null) return;
  const numbers = Array.from({ length: layout.numberOfFrames }, (_, i) => i + 1);
  if (form.stored) {
    for (const number of numbers) {
      const pieces = [];
      for (const range of frameRanges(layout, number))
        pieces.push(await objects.read(instance.object_key, range));
      await write(head(number), ...pieces);
    }
    return;
  }
  const source = await openSource(objects, instance);
  let number = 0;
  for await (const { bytes } of encodedFrames(pixelThreads, source, numbers, form.transferSyntax, signal))
    await write(head(++number), bytes);
}
