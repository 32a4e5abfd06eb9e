import { PixelError } from '@hutong/pixels';
import { openDocument, writeDocument } from '../bulk/documents.ts';
import { writeVideo } from '../bulk/storedValues.ts';
import type { InstanceContent } from '../lookUp.ts';
import type { Outlet } from '../outlet.ts';
import { readDataset } from '../source/instanceSource.ts';
import { bad } from './parameters.ts';
import { type Picture, renderPicture, representativeFrame } from './pictures.ts';
import { presentedPictures } from './presentationState.ts';
import type { RenderContext } from './renderContext.ts';
import { categoryOf, type PictureType, type RenderForm, type TextType } from './renderForms.ts';
import { reportAs } from './reports.ts';
import { renderStored } from './storedPicture.ts';

/** What a part says: its bytes, or what writes them where they may be many. */
export type PartBody = Uint8Array | ((write: Outlet) => Promise<void>);

/** One part of an answer. */
export interface RenderedPart {
  contentType: string;
  /** Where the client finds what this is a rendering of. */
  location: string;
  /** The instance whose pixels are drawn; null where none are. */
  image: InstanceContent | null;
  /** @throws PixelError where it cannot be made */
  make(signal: AbortSignal): Promise<PartBody>;
}

/**
 * What an instance gives in one form: one part, or one for each frame; none where a presentation state has no image here.
 *
 * @throws PixelError where it cannot be parsed
 */
export async function partsOf(
  context: RenderContext,
  instance: InstanceContent,
  frames: readonly number[] | null,
  form: RenderForm,
): Promise<RenderedPart[]> {
  const category = categoryOf(instance);
  if (category === 'report') return [reportPart(context, instance, form)];
  if (category === 'document') return [await documentPart(context, instance, form)];
  if (category === 'video') return [videoPart(context, instance, form)];
  checkProfile(context, form);
  if (category === 'presentationState')
    return presentedParts(context, instance, await presentedPictures(context, instance), form);
  const { presentationState } = context;
  const picture = (numbers: number[]): RenderedPart =>
    pictureOf(context, { instance, frames: numbers, presentationState }, form);
  const all = frames ?? Array.from({ length: instance.pixel_data?.numberOfFrames ?? 1 }, (_, i) => i + 1);
  const moving = form.mediaType === 'image/gif' && (frames === null || !form.multipart);
  if (moving) return [picture([...all])];
  if (frames === null && !form.multipart && all.length > 1)
    return [picture([representativeFrame(await context.sources.source(instance))])];
  return all.map((frame) => picture([frame]));
}

/** Pictures of a presentation state as parts, recorded as shown: they may be another hospital's, and another series'. */
export async function presentedParts(
  context: RenderContext,
  state: InstanceContent,
  pictures: readonly Picture[],
  form: RenderForm,
): Promise<RenderedPart[]> {
  checkProfile(context, form);
  if (pictures.length > 0) await context.shown([...new Set(pictures.map(({ instance }) => instance))]);
  // Under the address of the image alone there is another picture.
  const location = `${urlOf(context, state)}/rendered`;
  return pictures.map((picture) => ({ ...pictureOf(context, picture, form), location }));
}

/** @throws HttpProblem 400 */
function checkProfile({ parameters: { iccProfile } }: RenderContext, form: RenderForm): void {
  if (iccProfile !== null && iccProfile !== 'no' && form.mediaType === 'image/gif')
    throw bad('iccprofile', 'image/gif holds no ICC profile', 'image/gif 不能包含 ICC 配置文件');
}

const urlOf = (context: RenderContext, instance: InstanceContent): string =>
  `${context.studyUrl}/series/${instance.series_instance_uid}/instances/${instance.sop_instance_uid}`;

function reportPart(context: RenderContext, instance: InstanceContent, form: RenderForm): RenderedPart {
  const make = async (): Promise<Uint8Array> =>
    Buffer.from(
      reportAs(await readDataset(context.parts.objects, instance, true), form.mediaType as TextType),
    );
  const location = `${urlOf(context, instance)}/rendered`;
  return { contentType: `${form.mediaType}; charset=utf-8`, location, image: null, make };
}

async function documentPart(
  { parts, ...context }: RenderContext,
  instance: InstanceContent,
  form: RenderForm,
): Promise<RenderedPart> {
  const document = await openDocument(parts.objects, instance);
  if (document === null)
    throw new PixelError('DESCRIPTION', 'the instance holds no document', '该实例不含文档');
  document.value.close();
  const location = `${urlOf({ parts, ...context }, instance)}/rendered`;
  const make = (): Promise<PartBody> =>
    Promise.resolve((write) => writeDocument(parts.objects, instance, write));
  return { contentType: form.mediaType, location, image: null, make };
}

function videoPart(context: RenderContext, instance: InstanceContent, form: RenderForm): RenderedPart {
  const location = `${urlOf(context, instance)}/rendered`;
  const make = (): Promise<PartBody> =>
    Promise.resolve((write) => writeVideo(context.parts.objects, instance, write));
  return { contentType: form.mediaType, location, image: null, make };
}

function pictureOf(context: RenderContext, picture: Picture, form: RenderForm): RenderedPart {
  const { instance, frames } = picture;
  const all = frames.length === instance.pixel_data?.numberOfFrames;
  const url = urlOf(context, instance);
  return {
    contentType: form.mediaType,
    location: all ? `${url}/rendered` : `${url}/frames/${frames.join(',')}/rendered`,
    image: instance,
    make: async (signal) => {
      const type = form.mediaType as PictureType;
      const direct = await renderStored(context.parts, picture, context.parameters, type, signal);
      if (direct !== null) return direct.bytes;
      const source = await context.sources.source(instance);
      return (await renderPicture(context.parts, source, picture, context.parameters, type, signal)).bytes;
    },
  };
}
