import { frameRanges, transferSyntax } from '@hutong/dicom';
import { CODECS } from '@hutong/pixels';
import type { Request, Response } from 'express';
import { callerOf, rootOf, viewOf } from '../../context.ts';
import { type MediaRange, notAcceptable, retrieveRanges, typeFits } from '../../dicomweb/accept.ts';
import { multipartFraming, type MultipartFraming } from '../../dicomweb/multipart.ts';
import { problem } from '../../problem.ts';
import { auditFound } from '../audited.ts';
import { entityTag, notModified, weak } from '../caching.ts';
import { encodedFrames } from '../frames/encodedFrames.ts';
import { type FrameForm, frameForms } from '../frames/frameForms.ts';
import { findContents, type InstanceContent, type RetrievePath } from '../lookUp.ts';
import { aliasesOf, isNative, OCTET_STREAM } from '../mediaTypes.ts';
import { type Outlet, sendBody, whileConnected } from '../outlet.ts';
import { fragmentRanges } from '../source/fragments.ts';
import { openSource } from '../source/instanceSource.ts';
import { openValue } from '../source/valueReader.ts';
import { type BulkParts, PIXEL_DATA, writeValue } from './bulkData.ts';

/** One part of the answer: a value as little-endian bytes, a video's stream, or one instance's frames. */
type Part =
  | { kind: 'value'; instance: InstanceContent; tagPath: string }
  | { kind: 'video'; instance: InstanceContent; mediaType: string }
  | { kind: 'frames'; instance: InstanceContent; form: FrameForm };

/**
 * Answers all large values of a study, series or instance, or only the pixel data (PS3.18 10.4.1.1.5), as parts that
 * say by Content-Location which value they are. Uncompressed pixel data is one part, compressed pixel data a part for
 * each frame, a video one part.
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
  const plan = instances.flatMap((instance) => partsOf(instance, which, ranges));
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

const mediaTypeOf = (part: Part): string =>
  part.kind === 'value' ? OCTET_STREAM : part.kind === 'video' ? part.mediaType : part.form.mediaType;

/** @throws HttpProblem 406 */
function partsOf(
  instance: InstanceContent,
  which: 'all' | 'pixelData',
  ranges: readonly MediaRange[],
): Part[] {
  const accepts = (mediaType: string): boolean => {
    const form = { mediaType, multipart: true, aliases: aliasesOf(mediaType) };
    return ranges.some((range) => range.q > 0 && typeFits(form, range));
  };
  const values =
    which === 'all' ? Object.keys(instance.bulk_data ?? {}).filter((tagPath) => tagPath !== PIXEL_DATA) : [];
  const found: Part[] = values.map((tagPath) => ({ kind: 'value', instance, tagPath }));
  const layout = instance.pixel_data;
  const uid = instance.transfer_syntax_uid;
  if (layout !== null && !layout.encapsulated && accepts(OCTET_STREAM)) {
    found.push({ kind: 'value', instance, tagPath: PIXEL_DATA });
  } else if (layout !== null && transferSyntax(uid)?.video === true) {
    const own = transferSyntax(uid)?.frameMediaType ?? OCTET_STREAM;
    const mediaType = [own, OCTET_STREAM].find(accepts);
    if (mediaType === undefined) throw unavailable(own);
    found.push({ kind: 'video', instance, mediaType });
  } else if (layout !== null) {
    const direct = layout.frames !== undefined && !isNative(uid);
    const form = frameForms(ranges, { transferSyntaxUid: uid, direct }, false).find(
      (one) => one.stored || (CODECS[uid]?.decode === true && CODECS[one.transferSyntax]?.encode != null),
    );
    if (form === undefined) throw unavailable(transferSyntax(uid)?.frameMediaType ?? OCTET_STREAM);
    found.push({ kind: 'frames', instance, form });
  }
  if (values.length > 0 && !accepts(OCTET_STREAM)) throw unavailable(OCTET_STREAM);
  return found;
}

function unavailable(mediaType: string) {
  return notAcceptable(
    `One of the values can be had only as multipart/related; type="application/octet-stream"${mediaType === OCTET_STREAM ? '' : ` or type="${mediaType}"`}, with transfer-syntax=* for what is stored compressed.`,
    `其中有数据仅以 multipart/related; type="${mediaType}" 提供（压缩数据请加 transfer-syntax=*）。`,
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
    const value = instance.pixel_data?.value ?? { offset: 0, length: 0 };
    const fragments = await fragmentRanges(state.objects, instance.object_key, value);
    await state.write(head(part.mediaType, `${url}/bulkdata/${PIXEL_DATA}`));
    for (const range of fragments) await writeRange(state, instance, range);
    return;
  }
  const isPixelData = part.tagPath === PIXEL_DATA;
  const range = (isPixelData ? instance.pixel_data?.value : undefined) ?? instance.bulk_data?.[part.tagPath];
  if (range === undefined) return;
  await writeRange(state, instance, range, isPixelData ? (instance.bits_allocated ?? 0) : 0, () =>
    head(OCTET_STREAM, `${url}/bulkdata/${part.tagPath}`),
  );
}

async function writeRange(
  { objects, write }: State,
  instance: InstanceContent,
  range: { offset: number; length: number },
  bits = 0,
  head: (() => Buffer) | null = null,
): Promise<void> {
  const value = await openValue(objects, instance, range, bits);
  try {
    if (head !== null) await write(head());
    await writeValue(value, { offset: 0, length: range.length }, write);
  } finally {
    value.close();
  }
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
