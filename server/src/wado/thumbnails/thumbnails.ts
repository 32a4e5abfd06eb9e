import { text, type Uid } from '@hutong/dicom';
import { PixelError } from '@hutong/pixels';
import { ObjectNotFound, pictureRenditionKey } from '@hutong/storage-config';
import type { Request, Response } from 'express';
import type { Readable } from 'node:stream';
import { withoutPatients } from '../../audit/audit.ts';
import { callerOf, rootOf, type ServerParts, viewOf } from '../../context.ts';
import { notAcceptable, retrieveRanges } from '../../dicomweb/accept.ts';
import { problem } from '../../problem.ts';
import { auditFound } from '../audited.ts';
import { entityTag, notModified } from '../caching.ts';
import type { InstanceContent, RetrievePath } from '../lookUp.ts';
import { sendBody, whileConnected } from '../outlet.ts';
import { NO_PARAMETERS, renderParameters, type ViewportRequest } from '../rendered/parameters.ts';
import { renderPicture, representativeFrame } from '../rendered/pictures.ts';
import { chooseRenderForm, formsIn, type PictureType, RENDERED_TYPES } from '../rendered/renderForms.ts';
import { type InstanceSource, openSource } from '../source/instanceSource.ts';
import { renderIcon } from './icon.ts';
import { findRepresentative } from './representative.ts';

export type ThumbnailParts = Pick<ServerParts, 'index' | 'objects' | 'pixelThreads' | 'audit' | 'log'>;

/** Changes whenever the same request would be answered with other bytes; kept thumbnails are made anew then. */
const THUMBNAIL_VERSION = 'thumbnail2';
/** The picture fits into this many pixels each way unless the request says otherwise. */
export const THUMBNAIL_SIDE = 256;
const BURNED_IN_ANNOTATION = '00280301';
const DEFAULT: ViewportRequest = {
  width: THUMBNAIL_SIDE,
  height: THUMBNAIL_SIDE,
  x: null,
  y: null,
  regionWidth: null,
  regionHeight: null,
};

/** Thumbnails that are being made, so that many who ask for one at once wait for one job. */
const making = new Map<string, Promise<Uint8Array>>();

/**
 * Answers one small picture that stands for a study, series, instance or frame (PS3.18 10.4.1.1.4), without anything
 * that identifies the patient: nothing is burnt in, and images that say that something is burnt in already are shown as
 * an icon, like everything that has no picture. Of the usual size it is kept in the object store.
 */
export async function sendThumbnail(
  parts: ThumbnailParts,
  path: RetrievePath,
  frames: readonly number[] | null,
  req: Request,
  res: Response,
): Promise<void> {
  const ranges = retrieveRanges(req.get('accept'), req.query['accept'], 'rendered');
  const { viewport } = renderParameters(req.originalUrl, 'viewportSize');
  const form = chooseRenderForm(ranges, formsIn(RENDERED_TYPES.image, [false]));
  if (form === null) {
    throw notAcceptable(
      `A thumbnail is one of ${RENDERED_TYPES.image.join(', ')}, a single part.`,
      `缩略图以 ${RENDERED_TYPES.image.join('、')} 提供（单部分）。`,
    );
  }
  const instance = await findRepresentative(parts.index, path, viewOf(callerOf(res), rootOf(res)));
  const count = instance?.pixel_data?.numberOfFrames ?? 0;
  const frame = frames?.[0] ?? null;
  if (frame !== null && instance !== null && frame > count) throw problem('not-found');
  // An icon shows nothing of a patient.
  if (instance === null) withoutPatients(res);
  else await auditFound(parts, 'render', path.study, [instance], req, res);
  const type = form.mediaType as PictureType;
  const size = viewport ?? DEFAULT;
  const facts = JSON.stringify([THUMBNAIL_VERSION, instance?.digest ?? 'icon', frame, type, size]);
  if (notModified(req, res, entityTag(facts), 'Accept')) return;
  await whileConnected(res, (signal) =>
    sendBody(res, { 'Content-Type': type }, async (write) => {
      const { watermark = null } = rootOf(res);
      const picture = { instance, frame, size, type, watermark: watermark ?? [] };
      const isUsual = watermark === null && viewport === null && type === 'image/jpeg' && instance !== null;
      const bytes = isUsual
        ? await kept(parts, { ...picture, instance }, path.study)
        : (await make(parts, picture, signal)).bytes;
      res.setHeader('Content-Length', String(bytes.length));
      await write(bytes);
    }),
  );
}

interface Thumbnail {
  instance: InstanceContent | null;
  /** null: the representative one. */
  frame: number | null;
  size: ViewportRequest;
  type: PictureType;
  watermark: readonly string[];
}

/** From the object store, or made and put there. */
async function kept(
  parts: ThumbnailParts,
  thumbnail: Thumbnail & { instance: InstanceContent },
  study: Uid,
): Promise<Uint8Array> {
  const { instance, frame } = thumbnail;
  const identity = {
    hospital: instance.hospital_code,
    studyInstanceUid: study,
    seriesInstanceUid: instance.series_instance_uid as Uid,
    sopInstanceUid: instance.sop_instance_uid as Uid,
  };
  const key = pictureRenditionKey(identity, instance.digest, `${THUMBNAIL_VERSION}-f${frame ?? 0}.jpg`);
  const found = await whole(parts, key);
  if (found !== null) return found;
  const known = making.get(key);
  if (known !== undefined) return known;
  const work = (async () => {
    const { bytes, isIcon } = await make(parts, thumbnail);
    // What could not be kept is made again the next time; so are icons, whose reason may have gone.
    if (!isIcon)
      await parts.objects.put(key, bytes, {}).catch(() => {
        parts.log.warn('a thumbnail could not be kept');
      });
    return bytes;
  })();
  making.set(key, work);
  try {
    return await work;
  } finally {
    making.delete(key);
  }
}

async function whole({ objects }: ThumbnailParts, key: string): Promise<Buffer | null> {
  try {
    const stream: Readable = await objects.get(key);
    const chunks = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  } catch (error) {
    if (error instanceof ObjectNotFound) return null;
    throw error;
  }
}

async function make(
  parts: ThumbnailParts,
  thumbnail: Thumbnail,
  signal?: AbortSignal,
): Promise<{ bytes: Uint8Array; isIcon: boolean }> {
  const bytes = await makePicture(parts, thumbnail, signal);
  if (bytes !== null) return { bytes, isIcon: false };
  const width = thumbnail.size.width ?? THUMBNAIL_SIDE;
  const height = thumbnail.size.height ?? THUMBNAIL_SIDE;
  return {
    bytes: await renderIcon(parts.pixelThreads, { width, height }, thumbnail.type, signal),
    isIcon: true,
  };
}

/** The picture, or null where there is none that may be shown. */
async function makePicture(
  parts: ThumbnailParts,
  { instance, frame, size, type, watermark }: Thumbnail,
  signal: AbortSignal | undefined,
): Promise<Uint8Array | null> {
  if (instance === null) return null;
  let source: InstanceSource | null = null;
  try {
    source = await openSource(parts.objects, instance);
    if (showsText(source)) return null;
    const picture = { frames: [frame ?? representativeFrame(source)], presentationState: null };
    const parameters = { ...NO_PARAMETERS, viewport: size, watermark };
    return (await renderPicture(parts, source, picture, parameters, type, signal)).bytes;
  } catch (error) {
    // What cannot be decoded has no picture; why is said by the rendered resource.
    if (error instanceof PixelError) return null;
    throw error;
  } finally {
    source?.close();
  }
}

/** Whether the image itself says that text, and with it perhaps a name, is part of its pixels. */
function showsText({ dataset }: InstanceSource): boolean {
  return text(dataset, BURNED_IN_ANNOTATION).trim().toUpperCase() === 'YES';
}
