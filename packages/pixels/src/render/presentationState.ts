import { type DicomJson, items, number, numbers, text } from '@hutong/dicom';
import type { Viewport } from '../types.ts';
import { pixelAspect, type Placement, sane, sizeOf } from './placement.ts';

const SOP_INSTANCE_UID = '00080018';
const REFERENCED_IMAGE_SEQUENCE = '00081140';
const REFERENCED_SOP_INSTANCE_UID = '00081155';
const REFERENCED_FRAME_NUMBER = '00081160';
const SOFTCOPY_VOI_LUT_SEQUENCE = '00283110';
const DISPLAYED_AREA_SELECTION_SEQUENCE = '0070005A';
const DISPLAYED_AREA_TOP_LEFT = '00700052';
const DISPLAYED_AREA_BOTTOM_RIGHT = '00700053';
const PRESENTATION_SIZE_MODE = '00700100';
const PRESENTATION_PIXEL_SPACING = '00700101';
const PRESENTATION_PIXEL_ASPECT_RATIO = '00700102';
const PRESENTATION_PIXEL_MAGNIFICATION_RATIO = '00700103';
const IMAGE_HORIZONTAL_FLIP = '00700041';
const IMAGE_ROTATION = '00700042';
const GRAPHIC_ANNOTATION_SEQUENCE = '00700001';

/** What a presentation state says of one frame (PS3.3 A.33, C.10.4–C.11). */
export interface Presentation {
  state: DicomJson;
  voi: DicomJson | null;
  displayedArea: DicomJson | null;
  annotations: DicomJson[];
}

/** The parts of a presentation state that hold for a frame of an image. */
export function presentationOf(state: DicomJson, image: DicomJson, frame: number): Presentation {
  const uid = text(image, SOP_INSTANCE_UID);
  const holding = (sequence: string): DicomJson[] =>
    items(state, sequence).filter((item) => holdsFor(item, uid, frame));
  return {
    state,
    voi: holding(SOFTCOPY_VOI_LUT_SEQUENCE)[0] ?? null,
    displayedArea: holding(DISPLAYED_AREA_SELECTION_SEQUENCE)[0] ?? null,
    annotations: holding(GRAPHIC_ANNOTATION_SEQUENCE),
  };
}

/** An item without references holds for all images, one without frame numbers for all frames. */
function holdsFor(item: DicomJson, uid: string, frame: number): boolean {
  const references = items(item, REFERENCED_IMAGE_SEQUENCE);
  if (references.length === 0) return true;
  return references.some((reference) => {
    if (text(reference, REFERENCED_SOP_INSTANCE_UID) !== uid) return false;
    const frames = numbers(reference, REFERENCED_FRAME_NUMBER);
    return frames.length === 0 || frames.includes(frame);
  });
}

/** Displayed area, rotation and flip (PS3.3 C.10.4, C.10.6). @throws PixelError TOO_LARGE */
export function placementOfPresentation(
  { state, displayedArea }: Presentation,
  image: { width: number; height: number },
  dataset: DicomJson,
  frame: number,
  viewport: Viewport | null,
): Placement {
  const turn = (((number(state, IMAGE_ROTATION) ?? 0) % 360) + 360) % 360;
  const rotation = turn === 90 || turn === 180 || turn === 270 ? turn : 0;
  const area = displayedArea ?? {};
  const [x1 = 1, y1 = 1] = numbers(area, DISPLAYED_AREA_TOP_LEFT);
  const [x2 = image.width, y2 = image.height] = numbers(area, DISPLAYED_AREA_BOTTOM_RIGHT);
  // Corners are named as they come to lie after turning, and are pixels, both of which belong to the area.
  const region = {
    x: Math.min(x1, x2) - 1,
    y: Math.min(y1, y2) - 1,
    width: Math.abs(x2 - x1) + 1,
    height: Math.abs(y2 - y1) + 1,
  };
  const magnified = text(area, PRESENTATION_SIZE_MODE) === 'MAGNIFY';
  const magnification = magnified ? (number(area, PRESENTATION_PIXEL_MAGNIFICATION_RATIO) ?? 1) : 1;
  return {
    region,
    rotation,
    flipHorizontally: text(state, IMAGE_HORIZONTAL_FLIP) === 'Y',
    flipVertically: false,
    ...sizeOf(region, aspectOf(area) ?? pixelAspect(dataset, frame), rotation, viewport, magnification),
  };
}

function aspectOf(area: DicomJson): number | null {
  for (const tag of [PRESENTATION_PIXEL_SPACING, PRESENTATION_PIXEL_ASPECT_RATIO]) {
    const [vertical = 0, horizontal = 0] = numbers(area, tag);
    if (vertical > 0 && horizontal > 0) return sane(vertical / horizontal);
  }
  return null;
}
