import type { Request, Response } from 'express';
import { callerOf, hospitalsInView, rootOf, type ServerParts } from '../context.ts';
import { acceptableRanges, negotiate, notAcceptable, type Representation } from '../dicomweb/accept.ts';
import { multipartFraming } from '../dicomweb/multipart.ts';
import { requestedRange } from './byteRange.ts';
import { entityTag, notModified, weak } from './caching.ts';
import { findInstances, type RetrievePath, type StoredInstance } from './lookUp.ts';
import { type Piece, sendPieces } from './send.ts';

const DICOM = 'application/dicom';

/** Stands for the transfer syntax of instances that have different ones; no request can name it. */
const SEVERAL = 'several';

/**
 * Answers the stored objects of a study, series or instance, byte for byte: multipart/related, or one single part
 * for one instance (PS3.18 10.4.1.1.1). A range without transfer-syntax is taken to accept what is stored.
 */
export async function sendInstances(
  { index, objects }: Pick<ServerParts, 'index' | 'objects'>,
  path: RetrievePath,
  req: Request,
  res: Response,
): Promise<void> {
  const instances = await findInstances(index, path, hospitalsInView(callerOf(res), rootOf(res)));
  const { multipart } = chooseForm(req, instances);
  const tag = entityTag(multipart ? 'multipart' : 'single', ...instances.map((instance) => instance.digest));
  const [first] = instances;
  if (!multipart && first !== undefined) {
    if (notModified(req, res, tag, 'Accept')) return;
    await sendSingle(objects, first, tag, req, res);
    return;
  }
  // Boundaries differ from answer to answer, so the same parts are only weakly the same bytes.
  if (notModified(req, res, weak(tag), 'Accept')) return;
  const framing = multipartFraming(DICOM);
  const pieces = instances.flatMap((instance, i): Piece[] => [
    { literal: framing.head({ 'Content-Type': contentType(instance) }, i === 0) },
    { key: instance.object_key, range: { offset: 0, length: instance.object_size } },
  ]);
  await sendPieces(objects, [...pieces, { literal: framing.end }], res, {
    'Content-Type': framing.contentType,
  });
}

const contentType = (instance: StoredInstance): string =>
  `${DICOM}; transfer-syntax=${instance.transfer_syntax_uid}`;

function chooseForm(req: Request, instances: readonly StoredInstance[]): Representation {
  const syntaxes = [...new Set(instances.map((instance) => instance.transfer_syntax_uid))];
  const [only = SEVERAL, ...others] = syntaxes;
  const form = (multipart: boolean): Representation => ({
    mediaType: DICOM,
    multipart,
    transferSyntax: others.length === 0 ? only : SEVERAL,
    coversDefaultSyntax: true,
  });
  const forms = instances.length === 1 ? [form(true), form(false)] : [form(true)];
  const chosen = negotiate(acceptableRanges(req.get('accept'), req.query['accept']), forms);
  if (chosen !== null) return chosen;
  throw notAcceptable(
    `These ${instances.length} instances are available as multipart/related; type="application/dicom"${instances.length === 1 ? ' or application/dicom' : ''} in the transfer syntaxes they are stored in (${syntaxes.join(', ')}); other transfer syntaxes would need transcoding, which this server does not do.`,
    `这 ${instances.length} 个实例仅能以 multipart/related; type="application/dicom" 按存储时的传输语法（${syntaxes.join('、')}）提供；暂不支持转码。`,
  );
}

async function sendSingle(
  objects: ServerParts['objects'],
  instance: StoredInstance,
  tag: string,
  req: Request,
  res: Response,
): Promise<void> {
  const range = requestedRange(req, instance.object_size, tag);
  const headers: Record<string, string> = { 'Content-Type': contentType(instance), 'Accept-Ranges': 'bytes' };
  if (range !== null) {
    res.status(206);
    headers['Content-Range'] =
      `bytes ${range.offset}-${range.offset + range.length - 1}/${instance.object_size}`;
  }
  const whole = { offset: 0, length: instance.object_size };
  await sendPieces(objects, [{ key: instance.object_key, range: range ?? whole }], res, headers);
}
