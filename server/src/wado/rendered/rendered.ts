import { type DicomJson, type Uid } from '@hutong/dicom';
import { CODECS } from '@hutong/pixels';
import type { Request, Response } from 'express';
import { callerOf, hospitalsInView, rootOf, type ServerParts } from '../../context.ts';
import { type MediaRange, notAcceptable, retrieveRanges } from '../../dicomweb/accept.ts';
import { multipartFraming } from '../../dicomweb/multipart.ts';
import { problem } from '../../problem.ts';
import { inOrder } from '../ahead.ts';
import { sendDocument, sendVideo } from '../bulk/bulkData.ts';
import { entityTag, notModified, weak } from '../caching.ts';
import {
  findContents,
  type Hospitals,
  listContents,
  type InstanceContent,
  type RetrievePath,
} from '../lookUp.ts';
import { sendBody, whileConnected } from '../outlet.ts';
import { readDataset } from '../source/instanceSource.ts';
import { bad, type RenderParameters, renderParameters } from './parameters.ts';
import { type Picture, renderPicture, representativeFrame, SourceKeeper } from './pictures.ts';
import { referencedImages } from './presentationState.ts';
import {
  categoryOf,
  chooseRenderForm,
  formsIn,
  type PictureType,
  renderedTypes,
  type RenderForm,
  type TextType,
} from './renderForms.ts';
import { reportAs } from './reports.ts';

export type RenderParts = Pick<ServerParts, 'index' | 'objects' | 'pixelThreads'>;

/** Changes whenever the same request would be answered with other bytes. */
const RENDERING_VERSION = '1';
/** Pictures that are made while earlier ones are sent. */
const PICTURES_AHEAD = 3;

/** One part of an answer. */
interface RenderedPart {
  contentType: string;
  /** Where the client finds what this is a rendering of. */
  location: string;
  make(signal: AbortSignal): Promise<Uint8Array>;
}

interface Context {
  parts: RenderParts;
  hospitals: Hospitals;
  study: Uid;
  /** URL of the study under the root that was asked. */
  studyUrl: string;
  parameters: RenderParameters;
  sources: SourceKeeper;
}

/**
 * Answers a study, series, instance or frames as pictures, texts or documents (PS3.18 10.4.1.1.3). One instance is a
 * single part where the request takes one; studies, series and several pictures are multipart.
 *
 * @param frames of the instance, or null for the resource as a whole
 */
export async function sendRendered(
  parts: RenderParts,
  path: RetrievePath,
  frames: readonly number[] | null,
  req: Request,
  res: Response,
): Promise<void> {
  const ranges = retrieveRanges(req.get('accept'), req.query['accept']);
  const parameters = renderParameters(req.originalUrl);
  const root = rootOf(res);
  const hospitals = hospitalsInView(callerOf(res), root);
  const instances = await findContents(parts.index, path, hospitals);
  const studyUrl = `${root.url}/studies/${path.study}`;
  const sources = new SourceKeeper(parts.objects);
  const context: Context = { parts, hospitals, study: path.study, studyUrl, parameters, sources };
  const [only] = instances;
  try {
    if (path.instance !== null && only !== undefined)
      await sendInstance(context, only, frames, ranges, req, res);
    else await sendMany(context, instances, ranges, req, res);
  } finally {
    await sources.close();
  }
}

async function sendInstance(
  context: Context,
  instance: InstanceContent,
  frames: readonly number[] | null,
  ranges: readonly MediaRange[],
  req: Request,
  res: Response,
): Promise<void> {
  const { parts } = context;
  const category = categoryOf(instance);
  if (frames !== null) checkFrames(instance, frames);
  else if (category === 'document') {
    const document = instance.bulk_data?.['00420011'];
    if (document !== undefined) {
      await sendDocument(parts, instance, document, 'application/pdf', ranges, req, res);
      return;
    }
  } else if (category === 'video') {
    await sendVideo(
      parts,
      instance,
      instance.pixel_data?.value ?? { offset: 0, length: 0 },
      ranges,
      req,
      res,
    );
    return;
  }
  const checked =
    category === 'presentationState'
      ? { ...context, parameters: renderParameters(req.originalUrl, 'viewportSize') }
      : context;
  const types = renderedTypes(instance);
  const several = frames !== null && frames.length > 1;
  const forms = several
    ? [...formsIn(types, [true]), { mediaType: 'image/gif', multipart: false }]
    : formsIn(types, [false, true]);
  const form = chooseRenderForm(ranges, forms);
  if (form === null) throw noRendering(types, several);
  await sendParts(checked, await partsOf(checked, instance, frames, form), [instance], form, req, res);
}

function checkFrames(instance: InstanceContent, frames: readonly number[]): void {
  const count = instance.pixel_data?.numberOfFrames ?? 0;
  const beyond = frames.find((frame) => frame > count);
  if (beyond === undefined) return;
  throw problem('not-found', {
    detail: `There is no such frame: frame ${beyond} was asked for, the instance has ${count}.`,
    detailZh: `没有该帧：请求第 ${beyond} 帧，该实例共 ${count} 帧。`,
  });
}

/** All instances that have a rendering in a type that the request takes, as parts. */
async function sendMany(
  context: Context,
  instances: readonly InstanceContent[],
  ranges: readonly MediaRange[],
  req: Request,
  res: Response,
): Promise<void> {
  const chosen = instances.flatMap((instance) => {
    const decodable = instance.pixel_data === null || CODECS[instance.transfer_syntax_uid]?.decode === true;
    const category = categoryOf(instance);
    // Streams and documents are had from their instance alone.
    const types = decodable && category !== 'video' && category !== 'document' ? renderedTypes(instance) : [];
    const form = chooseRenderForm(ranges, formsIn(types, [true]));
    return form === null ? [] : [{ instance, form }];
  });
  const [first] = chosen;
  if (first === undefined) throw noRendering([...new Set(instances.flatMap(renderedTypes))], true);
  const left = instances.length - chosen.length;
  const warnings = [
    ...context.parameters.warnings,
    ...(left === 0
      ? []
      : [
          `${left} of ${instances.length} instances have no rendering in the accepted media types and are left out.`,
        ]),
  ];
  const rendered: RenderedPart[] = [];
  for (const { instance, form } of chosen) {
    // A presentation state takes no parameter but the size; in a series the parameters are for the images.
    rendered.push(...(await partsOf(context, instance, null, form)));
  }
  const all = { ...context, parameters: { ...context.parameters, warnings } };
  await sendParts(
    all,
    rendered,
    chosen.map(({ instance }) => instance),
    first.form,
    req,
    res,
  );
}

/** What an instance gives in one form: one part, or one for each frame. */
async function partsOf(
  context: Context,
  instance: InstanceContent,
  frames: readonly number[] | null,
  form: RenderForm,
): Promise<RenderedPart[]> {
  const category = categoryOf(instance);
  if (category === 'report') {
    const contentType = `${form.mediaType}; charset=utf-8`;
    const make = async (): Promise<Uint8Array> =>
      Buffer.from(reportAs(await readDataset(context.parts.objects, instance), form.mediaType as TextType));
    return [{ contentType, location: `${urlOf(context, instance)}/rendered`, make }];
  }
  if (
    context.parameters.iccProfile !== null &&
    context.parameters.iccProfile !== 'no' &&
    form.mediaType === 'image/gif'
  )
    throw bad('iccprofile', 'image/gif holds no ICC profile', 'image/gif 不能包含 ICC 配置文件');
  if (category === 'presentationState') return presentedParts(context, instance, form);
  const all = frames ?? Array.from({ length: instance.pixel_data?.numberOfFrames ?? 1 }, (_, i) => i + 1);
  const moving = form.mediaType === 'image/gif' && (frames === null || !form.multipart);
  if (moving) return [pictureOf(context, { instance, frames: all, presentationState: null }, form)];
  if (frames === null && !form.multipart && all.length > 1) {
    const source = await context.sources.source(instance);
    const frame = representativeFrame(source);
    return [pictureOf(context, { instance, frames: [frame], presentationState: null }, form)];
  }
  return all.map((frame) => pictureOf(context, { instance, frames: [frame], presentationState: null }, form));
}

/** The images that a presentation state is for, shown as it says (PS3.18 10.4.2). */
async function presentedParts(
  context: Context,
  instance: InstanceContent,
  form: RenderForm,
): Promise<RenderedPart[]> {
  const { parts, hospitals, study } = context;
  const state: DicomJson = await readDataset(parts.objects, instance);
  const pictures: RenderedPart[] = [];
  for (const reference of referencedImages(state)) {
    const path = { study, series: reference.series, instance: reference.instance };
    const [image] = await listContents(parts.index, path, hospitals);
    if (image?.pixel_data == null) continue;
    const count = image.pixel_data.numberOfFrames;
    const all = Array.from({ length: count }, (_, i) => i + 1);
    const frames =
      reference.frames.length === 0 ? all : reference.frames.filter((frame) => frame >= 1 && frame <= count);
    for (const frame of frames)
      pictures.push(pictureOf(context, { instance: image, frames: [frame], presentationState: state }, form));
  }
  if (pictures.length === 0) {
    throw problem('not-found', {
      detail: 'None of the images that the presentation state is for is stored here.',
      detailZh: '该显示状态所引用的图像均未存储。',
    });
  }
  if (!form.multipart && pictures.length > 1) {
    throw notAcceptable(
      `The presentation state is for ${pictures.length} images; ask for multipart/related; type="${form.mediaType}".`,
      `该显示状态引用 ${pictures.length} 幅图像，请使用 multipart/related; type="${form.mediaType}"。`,
    );
  }
  return pictures;
}

const urlOf = (context: Context, instance: InstanceContent): string =>
  `${context.studyUrl}/series/${instance.series_instance_uid}/instances/${instance.sop_instance_uid}`;

function pictureOf(context: Context, picture: Picture, form: RenderForm): RenderedPart {
  const { instance, frames } = picture;
  const all = frames.length === instance.pixel_data?.numberOfFrames;
  const url = urlOf(context, instance);
  return {
    contentType: form.mediaType,
    location: all ? `${url}/rendered` : `${url}/frames/${frames.join(',')}/rendered`,
    make: async (signal) => {
      const source = await context.sources.source(instance);
      const type = form.mediaType as PictureType;
      return (await renderPicture(context.parts, source, picture, context.parameters, type, signal)).bytes;
    },
  };
}

async function sendParts(
  context: Context,
  rendered: readonly RenderedPart[],
  instances: readonly InstanceContent[],
  form: RenderForm,
  req: Request,
  res: Response,
): Promise<void> {
  const { parameters } = context;
  const facts = JSON.stringify([
    parameters,
    form,
    rendered.map(({ location, contentType }) => [location, contentType]),
  ]);
  const tag = entityTag(RENDERING_VERSION, facts, ...instances.map(({ digest }) => digest));
  if (notModified(req, res, weak(tag), 'Accept')) return;
  if (parameters.warnings.length > 0)
    res.setHeader(
      'Warning',
      parameters.warnings.map((text) => `299 ${rootOf(res).url}: ${text}`),
    );
  const framing = form.multipart ? multipartFraming(form.mediaType) : null;
  const [first] = rendered;
  const contentType = framing?.contentType ?? first?.contentType ?? form.mediaType;
  await whileConnected(res, (signal) =>
    sendBody(res, { 'Content-Type': contentType }, async (write) => {
      let position = 0;
      for await (const bytes of inOrder(rendered, PICTURES_AHEAD, (part) => part.make(signal))) {
        if (framing === null) {
          res.setHeader('Content-Length', String(bytes.length));
          await write(bytes);
          return;
        }
        const part = rendered[position];
        const headers = { 'Content-Type': part?.contentType ?? '', 'Content-Location': part?.location ?? '' };
        await write(framing.head(headers, position === 0), bytes);
        position += 1;
      }
      if (framing !== null) await write(framing.end);
    }),
  );
}

function noRendering(types: readonly string[], multipartOnly: boolean) {
  if (types.length === 0) {
    return notAcceptable(
      'There is no rendering of instances of this kind; the instance itself and its metadata can be retrieved.',
      '此类实例没有渲染形式，可取回实例本身或其元数据。',
    );
  }
  const shape = multipartOnly ? 'multipart/related; type=' : '';
  return notAcceptable(
    `This is rendered as ${types.map((type) => shape + type).join(', ')}${multipartOnly ? '' : ', single part or multipart/related'}.`,
    `该资源的渲染形式为 ${types.map((type) => shape + type).join('、')}。`,
  );
}
