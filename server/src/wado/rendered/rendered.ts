import { CODECS, PixelError } from '@hutong/pixels';
import type { Request, Response } from 'express';
import { callerOf, rootOf, viewOf } from '../../context.ts';
import { type MediaRange, notAcceptable, retrieveRanges } from '../../dicomweb/accept.ts';
import { problem } from '../../problem.ts';
import { auditFound } from '../audited.ts';
import { sendDocument, sendVideo } from '../bulk/bulkData.ts';
import { findContents, type InstanceContent, type RetrievePath } from '../lookUp.ts';
import { renderParameters } from './parameters.ts';
import { type Picture, SourceKeeper } from './pictures.ts';
import { presentedPictures } from './presentationState.ts';
import type { RenderContext, RenderParts } from './renderContext.ts';
import { partsOf, presentedParts, type RenderedPart } from './renderedParts.ts';
import { categoryOf, chooseRenderForm, formsIn, renderedTypes } from './renderForms.ts';
import { sendParts } from './sendParts.ts';

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
  const ranges = retrieveRanges(req.get('accept'), req.query['accept'], 'rendered');
  const root = rootOf(res);
  const watermark = root.watermark ?? [];
  const parameters = { ...renderParameters(req.originalUrl), watermark };
  const view = viewOf(callerOf(res), root);
  const instances = await findContents(parts.index, path, view);
  const count = frames?.length ?? 1;
  await auditFound(
    parts,
    'render',
    path.study,
    instances.map((one) => ({ ...one, count })),
    req,
    res,
  );
  const studyUrl = `${root.url}/studies/${path.study}`;
  const sources = new SourceKeeper(parts.objects);
  const context: RenderContext = {
    parts,
    view,
    shownSeries: root.shownSeries ?? null,
    study: path.study,
    studyUrl,
    parameters,
    stateParameters: () => ({ ...renderParameters(req.originalUrl, 'viewportSize'), watermark }),
    shown: (images) => auditFound(parts, 'render', path.study, images, req, res),
    presentationState: null,
    sources,
  };
  const [only] = instances;
  try {
    if (path.instance !== null && only !== undefined)
      await sendInstance(context, only, frames, ranges, [false, true], req, res);
    else await sendMany(context, instances, ranges, req, res);
  } finally {
    await sources.close();
  }
}

/** @param shapes whether single parts, multipart, or both may be sent, the preferred first */
export async function sendInstance(
  context: RenderContext,
  instance: InstanceContent,
  frames: readonly number[] | null,
  ranges: readonly MediaRange[],
  shapes: readonly boolean[],
  req: Request,
  res: Response,
): Promise<void> {
  const { parts } = context;
  const category = categoryOf(instance);
  const isWhole = frames === null;
  if (!isWhole) checkFrames(instance, frames);
  // Neither is drawn here: what cannot be marked is not shown where pictures have to be.
  const isDrawn = category !== 'document' && category !== 'video';
  if (!isDrawn && (rootOf(res).watermark ?? null) !== null) throw unmarkable();
  if (isWhole && category === 'document') {
    await sendDocument(parts, instance, 'application/pdf', ranges, req, res);
    return;
  }
  if (isWhole && category === 'video') {
    const stream = instance.pixel_data?.value ?? { offset: 0, length: 0 };
    await sendVideo(parts, instance, stream, ranges, req, res);
    return;
  }
  if (category === 'presentationState') {
    const stateContext = { ...context, parameters: context.stateParameters() };
    await sendPresented(stateContext, instance, ranges, shapes, req, res);
    return;
  }
  const types = renderedTypes(instance);
  const several = frames !== null && frames.length > 1;
  const forms = several
    ? [...formsIn(types, [true]), { mediaType: 'image/gif', multipart: false }]
    : formsIn(types, shapes);
  const form = chooseRenderForm(ranges, forms);
  if (form === null) throw noRendering(types, several);
  const rendered = await partsOf(context, instance, frames, form);
  const { multipart } = form;
  await sendParts(context, { rendered, multipart, instances: [instance], warnings: [] }, req, res);
}

/** A presentation state, which is as many pictures as the images it is for; several are no single part (PS3.18 10.4.4). */
async function sendPresented(
  context: RenderContext,
  state: InstanceContent,
  ranges: readonly MediaRange[],
  shapes: readonly boolean[],
  req: Request,
  res: Response,
): Promise<void> {
  const pictures = await presentedPictures(context, state);
  if (pictures.length === 0) throw nothingPresented();
  const several = pictures.length > 1;
  const types = renderedTypes(state);
  // Where there are only single parts, the first stands for all, as one frame does for an image of several.
  const onlyFirst = several && !shapes.includes(true);
  const form = chooseRenderForm(ranges, formsIn(types, several && !onlyFirst ? [true] : shapes));
  if (form === null) throw noRendering(types, several);
  const chosen: Picture[] = onlyFirst ? pictures.slice(0, 1) : pictures;
  const warnings = onlyFirst
    ? [`The presentation state is for ${pictures.length} images, and this is the first; WADO-RS answers all.`]
    : [];
  const rendered = await presentedParts(context, state, chosen, form);
  const { multipart } = form;
  await sendParts(context, { rendered, multipart, instances: [state], warnings }, req, res);
}

const nothingPresented = () =>
  problem('not-found', {
    detail: 'None of the images that the presentation state is for is stored here.',
    detailZh: '该显示状态所引用的图像均未存储。',
  });

const unmarkable = () =>
  problem('not-found', {
    detail: 'Documents and videos are not part of shares whose pictures are marked.',
    detailZh: '开启水印的分享不包含文档和视频。',
  });

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
  context: RenderContext,
  instances: readonly InstanceContent[],
  ranges: readonly MediaRange[],
  req: Request,
  res: Response,
): Promise<void> {
  const isMarked = (rootOf(res).watermark ?? null) !== null;
  const chosen = instances.flatMap((instance) => {
    const types = isRenderable(instance, isMarked) ? renderedTypes(instance) : [];
    const form = chooseRenderForm(ranges, formsIn(types, [true]));
    return form === null ? [] : [{ instance, form }];
  });
  if (chosen.length === 0) {
    const renderable = instances.filter((instance) => isRenderable(instance, isMarked));
    throw noRendering([...new Set(renderable.flatMap(renderedTypes))], true);
  }
  const rendered: RenderedPart[] = [];
  const failures: (PixelError | null)[] = [];
  for (const { instance, form } of chosen) {
    try {
      // A presentation state takes no parameter but the size; in a series the parameters are for the images.
      const made = await partsOf(context, instance, null, form);
      if (made.length === 0) failures.push(null);
      rendered.push(...made);
    } catch (error) {
      if (!(error instanceof PixelError)) throw error;
      failures.push(error);
    }
  }
  const [failure] = failures;
  if (rendered.length === 0 && failure !== undefined) throw failure ?? nothingPresented();
  const of = instances.length;
  const left = of - chosen.length;
  const warnings = [
    [left, 'have no rendering in the accepted media types'] as const,
    [failures.filter((one) => one === null).length, 'are for images that are not stored here'] as const,
    [failures.filter((one) => one !== null).length, 'cannot be parsed or hold nothing to show'] as const,
  ].flatMap(([count, why]) => (count === 0 ? [] : [`${count} of ${of} instances ${why} and are left out.`]));
  const answered = chosen.map(({ instance }) => instance);
  await sendParts(context, { rendered, multipart: true, instances: answered, warnings }, req, res);
}

/** What cannot be decoded has no rendering; where pictures are marked, neither has what cannot be marked. */
function isRenderable(instance: InstanceContent, isMarked: boolean): boolean {
  const category = categoryOf(instance);
  if (category === 'document' || category === 'video') return !isMarked;
  return instance.pixel_data === null || CODECS[instance.transfer_syntax_uid]?.decode === true;
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
