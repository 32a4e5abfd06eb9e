import { type DicomJson, items, parseUid, text, texts, type Uid } from '@hutong/dicom';

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
