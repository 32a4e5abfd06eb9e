import { PixelError } from '@hutong/pixels';
import type { Request, Response } from 'express';
import { callerOf, rootOf, type ServerParts, viewOf } from '../../context.ts';
import { type MediaRange, notAcceptable, retrieveRanges, typeFits } from '../../dicomweb/accept.ts';
import { multipartFraming, type MultipartFraming } from '../../dicomweb/multipart.ts';
import type { HttpProblem } from '../../problem.ts';
import { sendAllBulkData } from '../bulk/allBulkData.ts';
import { auditFound } from '../audited.ts';
import { requestedRange } from '../byteRange.ts';
import { entityTag, notModified, weak } from '../caching.ts';
import { findContents, type InstanceContent, type RetrievePath } from '../lookUp.ts';
import { DICOM, OCTET_STREAM } from '../mediaTypes.ts';
import { sendBody, whileConnected } from '../outlet.ts';
import { type Piece, sendPieces, writePieces } from '../send.ts';
import { sendZip, ZIP } from '../zip/zipDownload.ts';
import { type EncodedInstance, encodeInstance, instanceRefusal } from './encodedInstance.ts';
import { type InstanceForm, instanceForms, targetOf } from './instanceForms.ts';

export type InstanceParts = Pick<ServerParts, 'index' | 'objects' | 'pixelThreads' | 'audit'>;

/** One instance and the transfer syntax it is to be encoded in; null where it is sent as stored. */
interface Planned {
  instance: InstanceContent;
  target: string | null;
  /** Whether it may be sent as stored after all: no transfer syntax was named, or any is taken. */
  orStored: boolean;
}

/**
 * Answers the instances of a study, series or instance (PS3.18 10.4.1.1.1): multipart/related, or one single part for
 * one instance. As stored, byte for byte, or in the transfer syntax that the request means.
 */
export async function sendInstances(
  parts: InstanceParts,
  path: RetrievePath,
  req: Request,
  res: Response,
): Promise<void> {
  const ranges = retrieveRanges(req.get('accept'), req.query['accept']);
  const kind = kindOf(ranges);
  if (kind === 'bulkData') {
    await sendAllBulkData(parts, path, 'all', req, res);
    return;
  }
  const instances = await findContents(parts.index, path, viewOf(callerOf(res), rootOf(res)));
  const action = kind === 'instances' ? 'retrieve' : 'download';
  await auditFound(parts, action, path.study, instances, req, res);
  if (kind === 'instances') await sendFound(parts, instances, ranges, path.instance !== null, req, res);
  else await sendZip(parts.objects, instances, levelOf(path), req, res);
}

/** What the best range that is known asks for; bulk data is had here too, as in older clients (PS3.18 10.4.4 note 2). */
function kindOf(ranges: readonly MediaRange[]): 'instances' | 'bulkData' | 'zip' {
  for (const range of ranges) {
    if (range.q === 0) continue;
    if (range.type === ZIP || range.type === 'application/x-zip-compressed') return 'zip';
    if ([true, false].some((multipart) => typeFits({ mediaType: DICOM, multipart }, range)))
      return 'instances';
    if (range.type === 'multipart/related' && range.inner === OCTET_STREAM) return 'bulkData';
  }
  return 'instances';
}

const levelOf = ({ series, instance }: RetrievePath): 'study' | 'series' | 'instance' =>
  series === null ? 'study' : instance === null ? 'series' : 'instance';

/** @param single whether a single part may be sent, as for the resource of one instance */
export async function sendFound(
  parts: InstanceParts,
  instances: readonly InstanceContent[],
  ranges: readonly MediaRange[],
  single: boolean,
  req: Request,
  res: Response,
): Promise<void> {
  const { form, plan } = await choosePlan(parts, instances, ranges, single);
  const facts = plan.flatMap(({ instance, target }) => [instance.digest, target ?? '']);
  const tag = entityTag(form.multipart ? 'multipart' : 'single', ...facts);
  const [first] = plan;
  if (!form.multipart && first !== undefined) {
    if (notModified(req, res, first.target === null ? tag : weak(tag), 'Accept')) return;
    if (first.target === null) await sendStoredInstance(parts.objects, first.instance, tag, req, res);
    else await sendPlan(parts, plan, null, res);
    return;
  }
  // Boundaries differ from answer to answer, so the same parts are only weakly the same bytes.
  if (notModified(req, res, weak(tag), 'Accept')) return;
  await sendPlan(parts, plan, multipartFraming(DICOM), res);
}

/** The first form that all of the instances can be had in. @throws HttpProblem 406 */
async function choosePlan(
  parts: InstanceParts,
  instances: readonly InstanceContent[],
  ranges: readonly MediaRange[],
  single: boolean,
): Promise<{ form: InstanceForm; plan: Planned[] }> {
  const forms = instanceForms(ranges, single);
  let refused: PixelError | null = null;
  for (const form of forms) {
    const plan = await planOf(parts, instances, form.transferSyntax);
    if (Array.isArray(plan)) return { form, plan };
    refused ??= plan;
  }
  throw noForm(instances, single, forms.length === 0, refused);
}

async function planOf(
  parts: InstanceParts,
  instances: readonly InstanceContent[],
  asked: string | null,
): Promise<Planned[] | PixelError | null> {
  const plan: Planned[] = [];
  for (const instance of instances) {
    const target = targetOf(instance, asked);
    if (target === null) return null;
    plan.push({
      instance,
      target: target === 'stored' ? null : target.transferSyntax,
      orStored: asked === null || asked === '*',
    });
  }
  for (const { instance, target, orStored } of plan) {
    if (target === null || orStored) continue;
    const refusal = await instanceRefusal(parts, instance, target);
    if (refusal !== null) return refusal;
  }
  return plan;
}

async function sendPlan(
  parts: InstanceParts,
  plan: readonly Planned[],
  framing: MultipartFraming | null,
  res: Response,
): Promise<void> {
  const [first] = plan;
  const own = contentTypeOf(first?.target ?? first?.instance.transfer_syntax_uid ?? '');
  const headers: Record<string, string> = { 'Content-Type': framing?.contentType ?? own };
  const head = (transferSyntax: string, isFirst: boolean): Piece[] =>
    framing === null
      ? []
      : [{ literal: framing.head({ 'Content-Type': contentTypeOf(transferSyntax) }, isFirst) }];
  const end: Piece[] = framing === null ? [] : [{ literal: framing.end }];
  if (plan.every(({ target }) => target === null)) {
    const pieces = plan.flatMap(({ instance }, i) => [
      ...head(instance.transfer_syntax_uid, i === 0),
      wholeOf(instance),
    ]);
    await sendPieces(parts.objects, [...pieces, ...end], res, headers);
    return;
  }
  await whileConnected(res, (signal) =>
    sendBody(res, headers, async (write) => {
      for (const [i, planned] of plan.entries()) {
        // Made ready before its head is written, so that the first one's failure is still a problem answer.
        const encoded = await encodedOrStored(parts, planned, signal);
        const uid = planned.instance.transfer_syntax_uid;
        if (encoded === null) {
          if (framing === null) res.setHeader('Content-Type', contentTypeOf(uid));
          await writePieces(parts.objects, [...head(uid, i === 0), wholeOf(planned.instance)], res, write);
          continue;
        }
        try {
          await writePieces(parts.objects, head(planned.target ?? uid, i === 0), res, write);
          await encoded.write(write);
        } finally {
          await encoded.close();
        }
      }
      await writePieces(parts.objects, end, res, write);
    }),
  );
}

const wholeOf = (instance: InstanceContent): Piece => ({
  key: instance.object_key,
  range: { offset: 0, length: instance.object_size },
});

/** The instance ready to be written, or null where it is sent as stored. @throws PixelError */
async function encodedOrStored(
  parts: InstanceParts,
  { instance, target, orStored }: Planned,
  signal: AbortSignal,
): Promise<EncodedInstance | null> {
  if (target === null) return null;
  try {
    return await encodeInstance(parts, instance, target, signal);
  } catch (error) {
    if (orStored && error instanceof PixelError) return null;
    throw error;
  }
}

const contentTypeOf = (transferSyntax: string): string => `${DICOM}; transfer-syntax=${transferSyntax}`;

/** One stored object, whole or one range of it. */
async function sendStoredInstance(
  objects: ServerParts['objects'],
  instance: InstanceContent,
  tag: string,
  req: Request,
  res: Response,
): Promise<void> {
  const size = instance.object_size;
  const range = requestedRange(req, size, tag);
  const headers: Record<string, string> = {
    'Content-Type': contentTypeOf(instance.transfer_syntax_uid),
    'Accept-Ranges': 'bytes',
  };
  if (range !== null) {
    res.status(206);
    headers['Content-Range'] = `bytes ${range.offset}-${range.offset + range.length - 1}/${size}`;
  }
  const whole = { offset: 0, length: size };
  await sendPieces(objects, [{ key: instance.object_key, range: range ?? whole }], res, headers);
}

function noForm(
  instances: readonly InstanceContent[],
  single: boolean,
  noType: boolean,
  refused: PixelError | null,
): HttpProblem {
  const syntaxes = [...new Set(instances.map((instance) => instance.transfer_syntax_uid))];
  const types = `multipart/related; type="application/dicom"${single ? ' or application/dicom' : ''}`;
  if (noType) {
    return notAcceptable(
      `Instances are answered as ${types}, pixel data and other large values also as multipart/related; type="application/octet-stream", all of it as application/zip.`,
      `实例以 ${types} 提供；大体积数据可用 multipart/related; type="application/octet-stream"，打包下载可用 application/zip。`,
    );
  }
  const why = refused === null ? '' : ` ${refused.message}.`;
  return notAcceptable(
    `Not all of these ${instances.length} instances can be had in the transfer syntax that Accept names.${why} They are stored as ${syntaxes.join(', ')} and can be had so with transfer-syntax=*. Lossy encodings are not made of whole instances, whose SOP Instance UID stays.`,
    `这 ${instances.length} 个实例无法全部以 Accept 指定的传输语法提供。${refused?.messageZh ?? ''}存储的传输语法为 ${syntaxes.join('、')}，可用 transfer-syntax=* 取回。完整实例不做有损编码。`,
  );
}
