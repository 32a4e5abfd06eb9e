import type { DicomJson, Uid } from '@hutong/dicom';
import type { ServerParts, View } from '../../context.ts';
import { notAcceptable } from '../../dicomweb/accept.ts';
import { problem } from '../../problem.ts';
import { type InstanceContent, listContents } from '../lookUp.ts';
import { readDataset } from '../source/instanceSource.ts';
import { bad, type RenderParameters } from './parameters.ts';
import { type Picture, renderPicture, representativeFrame, type SourceKeeper } from './pictures.ts';
import { referencedImages } from './presentationState.ts';
import { categoryOf, type PictureType, type RenderForm, type TextType } from './renderForms.ts';
import { reportAs } from './reports.ts';
import { renderStored } from './storedPicture.ts';

export type RenderParts = Pick<ServerParts, 'index' | 'objects' | 'pixelThreads' | 'audit'>;

/** One part of an answer. */
export interface RenderedPart {
  contentType: string;
  /** Where the client finds what this is a rendering of. */
  location: string;
  make(signal: AbortSignal): Promise<Uint8Array>;
}

/** What the pictures of one answer are made with. */
export interface RenderContext {
  parts: RenderParts;
  view: View;
  /** Series that may be shown, null: all. Of what refers to others nothing is shown. */
  shownSeries: readonly string[] | null;
  study: Uid;
  /** URL of the study under the root that was asked. */
  studyUrl: string;
  parameters: RenderParameters;
  /** The parameters where a presentation state is rendered, which takes the size alone. @throws HttpProblem 400 */
  stateParameters: () => RenderParameters;
  /** Records images that are shown beside those which were asked for. To be awaited before the answer. */
  shown: (images: readonly InstanceContent[]) => Promise<void>;
  /** Applied to every image; null: none. */
  presentationState: DicomJson | null;
  sources: SourceKeeper;
}

/** What an instance gives in one form: one part, or one for each frame. */
export async function partsOf(
  context: RenderContext,
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
  if (moving)
    return [
      pictureOf(context, { instance, frames: all, presentationState: context.presentationState }, form),
    ];
  if (frames === null && !form.multipart && all.length > 1) {
    const source = await context.sources.source(instance);
    const frame = representativeFrame(source);
    return [
      pictureOf(context, { instance, frames: [frame], presentationState: context.presentationState }, form),
    ];
  }
  return all.map((frame) =>
    pictureOf(context, { instance, frames: [frame], presentationState: context.presentationState }, form),
  );
}

/** The images that a presentation state is for, shown as it says (PS3.18 10.4.2). */
async function presentedParts(
  context: RenderContext,
  instance: InstanceContent,
  form: RenderForm,
): Promise<RenderedPart[]> {
  const { parts, view, shownSeries, study } = context;
  const state: DicomJson = await readDataset(parts.objects, instance);
  const pictures: RenderedPart[] = [];
  const shown: InstanceContent[] = [];
  for (const reference of referencedImages(state)) {
    if (shownSeries?.includes(reference.series) === false) continue;
    const path = { study, series: reference.series, instance: reference.instance };
    const [image] = await listContents(parts.index, path, view);
    if (image?.pixel_data == null) continue;
    shown.push(image);
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
  // They may be another hospital's copy, and another series, than the state.
  await context.shown(shown);
  return pictures;
}

const urlOf = (context: RenderContext, instance: InstanceContent): string =>
  `${context.studyUrl}/series/${instance.series_instance_uid}/instances/${instance.sop_instance_uid}`;

function pictureOf(context: RenderContext, picture: Picture, form: RenderForm): RenderedPart {
  const { instance, frames } = picture;
  const all = frames.length === instance.pixel_data?.numberOfFrames;
  const url = urlOf(context, instance);
  return {
    contentType: form.mediaType,
    location: all ? `${url}/rendered` : `${url}/frames/${frames.join(',')}/rendered`,
    make: async (signal) => {
      const type = form.mediaType as PictureType;
      const direct = await renderStored(context.parts, picture, context.parameters, type, signal);
      if (direct !== null) return direct.bytes;
      const source = await context.sources.source(instance);
      return (await renderPicture(context.parts, source, picture, context.parameters, type, signal)).bytes;
    },
  };
}
