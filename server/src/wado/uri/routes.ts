import { type Request, type Response, Router } from 'express';
import { callerOf, rootOf, type ServerParts, viewOf, type View } from '../../context.ts';
import { acceptableRanges, type MediaRange, typeFits } from '../../dicomweb/accept.ts';
import { problem } from '../../problem.ts';
import { auditFound } from '../audited.ts';
import { sendFound } from '../instances/instances.ts';
import { findContents, type InstanceContent } from '../lookUp.ts';
import { DICOM } from '../mediaTypes.ts';
import { bad } from '../rendered/parameters.ts';
import { SourceKeeper } from '../rendered/pictures.ts';
import { categoryOf, renderedTypes } from '../rendered/renderForms.ts';
import { sendInstance } from '../rendered/rendered.ts';
import type { RenderContext } from '../rendered/renderContext.ts';
import { readDataset } from '../source/instanceSource.ts';
import { type UriRequest, uriRequest } from './parameters.ts';

type UriParts = Pick<ServerParts, 'index' | 'objects' | 'pixelThreads' | 'audit'>;

/** WADO-URI (PS3.18 chapter 9): one instance, named by parameters, as a picture, a text, or as it is. */
export function wadoUriRoutes(parts: UriParts): Router {
  const router = Router();
  router.get('/', (req, res) => sendByUri(parts, req, res));
  return router;
}

async function sendByUri(parts: UriParts, req: Request, res: Response): Promise<void> {
  const asked = uriRequest(req.originalUrl);
  const root = rootOf(res);
  const view = viewOf(callerOf(res), root);
  // What a link names is meant, whatever its browser would take; programs of this service may send no Accept at all.
  const ranges =
    asked.contentType === null
      ? acceptableRanges(req.get('accept'), undefined)
      : acceptableRanges(undefined, asked.contentType);
  const { study, series, instance: uid } = asked;
  const [instance] = await findContents(parts.index, { study, series, instance: uid }, view);
  if (instance === undefined) throw problem('not-found');
  const dicom = wantsDicom(ranges, instance);
  await auditFound(parts, dicom ? 'retrieve' : 'render', study, [instance], req, res);
  if (dicom) {
    const [contradiction] = asked.pictureParameters;
    if (contradiction !== undefined)
      throw bad(
        contradiction,
        'it is of pictures, and application/dicom was asked for',
        '该参数仅用于渲染图像，与 application/dicom 矛盾',
      );
    await sendFound(parts, [instance], dicomRanges(ranges, asked), true, req, res);
    return;
  }
  if (asked.transferSyntax !== null)
    throw bad(
      'transferSyntax',
      'it goes with contentType=application/dicom',
      '仅可与 contentType=application/dicom 同用',
    );
  const shown = (more: readonly InstanceContent[]): Promise<void> =>
    auditFound(parts, 'render', study, more, req, res);
  const sources = new SourceKeeper(parts.objects);
  const context: RenderContext = {
    parts,
    view,
    shownSeries: root.shownSeries ?? null,
    study,
    studyUrl: `${root.url}/studies/${study}`,
    parameters: asked.render,
    stateParameters: () => stateParameters(asked),
    shown,
    presentationState: await presentationState(parts, asked, view, shown),
    sources,
  };
  try {
    await sendInstance(context, instance, frameOf(asked, instance), ranges, [false], req, res);
  } finally {
    await sources.close();
  }
}

/** Whether the best range that fits is application/dicom; by default an instance is rendered (PS3.18 9.3). */
function wantsDicom(ranges: readonly MediaRange[], instance: InstanceContent): boolean {
  const types = renderedTypes(instance);
  for (const range of ranges) {
    if (range.q === 0) continue;
    if (types.some((mediaType) => typeFits({ mediaType, multipart: false }, range))) return false;
    if (typeFits({ mediaType: DICOM, multipart: false }, range)) return true;
  }
  return false;
}

/** One range for a single part; the parameter names the transfer syntax where the media type does not. */
function dicomRanges(ranges: readonly MediaRange[], asked: UriRequest): MediaRange[] {
  const named = ranges.find((range) => range.type === DICOM && range.q > 0)?.transferSyntax ?? null;
  return [{ type: DICOM, inner: null, transferSyntax: named ?? asked.transferSyntax, q: 1 }];
}

/** PS3.18 9.5.2.1. @throws HttpProblem 400 */
function frameOf({ frameNumber }: UriRequest, instance: InstanceContent): number[] | null {
  if (frameNumber === null) return null;
  const count = instance.pixel_data?.numberOfFrames ?? 0;
  if (count <= 1) throw bad('frameNumber', 'the instance is no multi-frame image', '该实例不是多帧图像');
  if (frameNumber > count)
    throw bad('frameNumber', `the instance has ${count} frames`, `该实例共 ${count} 帧`);
  return [frameNumber];
}

function stateParameters({ render, pictureParameters }: UriRequest): UriRequest['render'] {
  const other = pictureParameters.find((name) => name !== 'rows' && name !== 'columns');
  if (other !== undefined)
    throw bad(other, 'a presentation state takes only rows and columns', '显示状态只接受 rows 与 columns');
  return render;
}

async function presentationState(
  parts: UriParts,
  asked: UriRequest,
  view: View,
  shown: RenderContext['shown'],
) {
  if (asked.presentationState === null) return null;
  const [state] = await findContents(parts.index, { study: asked.study, ...asked.presentationState }, view);
  if (state === undefined || categoryOf(state) !== 'presentationState')
    throw bad('presentationUID', 'it names no softcopy presentation state', '所指实例不是软拷贝显示状态');
  await shown([state]);
  return readDataset(parts.objects, state);
}
