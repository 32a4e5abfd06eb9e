import { type DicomJson, items, parseUid, text, texts, type Uid } from '@hutong/dicom';
import { type InstanceContent, listContents } from '../lookUp.ts';
import { readDataset } from '../source/instanceSource.ts';
import type { Picture } from './pictures.ts';
import type { RenderContext } from './renderContext.ts';

/** An image that a presentation state is for, and its frames; all of them where none are named. */
export interface ReferencedImage {
  series: Uid;
  instance: Uid;
  frames: number[];
}

const REFERENCED_SERIES = '00081115';
const SERIES_INSTANCE_UID = '0020000E';
const REFERENCED_IMAGES = '00081140';
const REFERENCED_SOP_INSTANCE_UID = '00081155';
const REFERENCED_FRAME_NUMBER = '00081160';

/** The images a softcopy presentation state applies to (PS3.3 C.11.11). */
export function referencedImages(presentationState: DicomJson): ReferencedImage[] {
  return items(presentationState, REFERENCED_SERIES).flatMap((series) => {
    const seriesUid = parseUid(text(series, SERIES_INSTANCE_UID));
    if (seriesUid === null) return [];
    return items(series, REFERENCED_IMAGES).flatMap((image) => {
      const instance = parseUid(text(image, REFERENCED_SOP_INSTANCE_UID));
      if (instance === null) return [];
      const frames = texts(image, REFERENCED_FRAME_NUMBER).map(Number).filter(Number.isInteger);
      return [{ series: seriesUid, instance, frames }];
    });
  });
}

/**
 * The pictures of a presentation state: one for each frame it is for that is stored and may be shown here, none where
 * there is no such frame (PS3.18 10.4.2).
 *
 * @throws PixelError where the state cannot be parsed
 */
export async function presentedPictures(
  { parts, view, shownSeries, study }: Pick<RenderContext, 'parts' | 'view' | 'shownSeries' | 'study'>,
  instance: InstanceContent,
): Promise<Picture[]> {
  const state: DicomJson = await readDataset(parts.objects, instance);
  const pictures: Picture[] = [];
  for (const reference of referencedImages(state)) {
    if (shownSeries?.includes(reference.series) === false) continue;
    const path = { study, series: reference.series, instance: reference.instance };
    const [image] = await listContents(parts.index, path, view);
    if (image?.pixel_data == null) continue;
    const count = image.pixel_data.numberOfFrames;
    const all = Array.from({ length: count }, (_, i) => i + 1);
    const frames =
      reference.frames.length === 0 ? all : reference.frames.filter((frame) => frame >= 1 && frame <= count);
    for (const frame of frames) pictures.push({ instance: image, frames: [frame], presentationState: state });
  }
  return pictures;
}
