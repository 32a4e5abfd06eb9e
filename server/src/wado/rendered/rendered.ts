import { CODECS } from '@hutong/pixels';
import type { Request, Response } from 'express';
import { callerOf, rootOf, viewOf } from '../../context.ts';
import { type MediaRange, notAcceptable, retrieveRanges } from '../../dicomweb/accept.ts';
import { multipartFraming } from '../../dicomweb/multipart.ts';
import { problem } from '../../problem.ts';
import { inOrder } from '../ahead.ts';
import { auditFound } from '../audited.ts';
import { sendDocument, sendVideo } from '../bulk/bulkData.ts';
import { entityTag, notModified, weak } from '../caching.ts';
import { findContents, type InstanceContent, type RetrievePath } from '../lookUp.ts';
import { sendBody, whileConnected } from '../outlet.ts';
import { renderParameters } from './parameters.ts';
import { SourceKeeper } from './pictures.ts';
import { partsOf, type RenderContext, type RenderedPart, type RenderParts } from './renderedParts.ts';
import { categoryOf, chooseRenderForm, formsIn, renderedTypes, type RenderForm } from './renderForms.ts';

/** Changes whenever the same request would be answered with other bytes. */
const RENDERING_VERSION = '1';
/** Pictures that are made while earlier ones are sent. */
const PICTURES_AHEAD = 3;

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
    const document = instance.bulk_data?.['00420011'];
    if (document !== undefined) {
      await sendDocument(parts, instance, document, 'application/pdf', ranges, req, res);
      return;
    }
  } else if (isWhole && category === 'video') {
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
    category === 'presentationState' ? { ...context, parameters: context.stateParameters() } : context;
  const types = renderedTypes(instance);
  const several = frames !== null && frames.length > 1;
  const forms = several
    ? [...formsIn(types, [true]), { mediaType: 'image/gif', multipart: false }]
    : formsIn(types, shapes);
  const form = chooseRenderForm(ranges, forms);
  if (form === null) throw noRendering(types, several);
  await sendParts(checked, await partsOf(checked, instance, frames, form), [instance], form, req, res);
}

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

async function sendParts(
  context: RenderContext,
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
