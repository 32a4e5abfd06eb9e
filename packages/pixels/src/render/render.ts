import { type DicomJson, text } from '@hutong/dicom';
import { CODECS } from '../codecTable.ts';
import { decodeFrame } from '../decode.ts';
import { checkDescription } from '../description.ts';
import { badDescription, unsupported } from '../pixelError.ts';
import type { NativeFrame, PixelDescription, RenderedPicture, RenderSettings } from '../types.ts';
import { annotationsSvg } from './annotations.ts';
import { arranged } from './arrange.ts';
import { colourPicture, palettePicture } from './colourPicture.ts';
import { graphicsSvg } from './graphics.ts';
import { greyPipeline } from './grey.ts';
import { greyPicture, type Picture } from './greyPicture.ts';
import { giveBack } from './lentSamples.ts';
import { type Composed, outputOf } from './output.ts';
import { activatedGroups, burnIn, overlayPlane } from './overlays.ts';
import { pixelAspect, type Placement, placementOfRequest, toPicture } from './placement.ts';
import { type Presentation, placementOfPresentation, presentationOf } from './presentationState.ts';
import { watermarkSvg } from './watermark.ts';
import { shutterGrey, shutterGroup, shutterSvg } from './shutters.ts';

const SOP_CLASS_UID = '00080016';
const GRAYSCALE_SOFTCOPY_PRESENTATION_STATE = '1.2.840.10008.5.1.4.1.1.11.1';
const COLOR_SOFTCOPY_PRESENTATION_STATE = '1.2.840.10008.5.1.4.1.1.11.2';

export interface RenderJob {
  /** As stored, fragments joined. */
  frames: Uint8Array[];
  description: PixelDescription;
  /** Whole metadata; bulk values that rendering needs inline. */
  dataset: DicomJson;
  settings: RenderSettings;
}

/**
 * Frames as one picture (PS3.18 8.3.5.1, by the grayscale pipeline of PS3.4 N.2): several frames move as a GIF; of other
 * media types it is the first.
 *
 * @throws PixelError
 */
export async function renderFrames(job: RenderJob): Promise<RenderedPicture> {
  const { description, settings, dataset } = job;
  checkDescription(description);
  const state = settings.presentationState;
  const sopClass = state === null ? '' : text(state, SOP_CLASS_UID);
  if (
    state !== null &&
    sopClass !== GRAYSCALE_SOFTCOPY_PRESENTATION_STATE &&
    sopClass !== COLOR_SOFTCOPY_PRESENTATION_STATE
  )
    throw unsupported(
      'presentation states other than grayscale and color softcopy are not applied',
      '仅支持灰度和彩色软拷贝显示状态',
    );
  const count = settings.mediaType === 'image/gif' ? job.frames.length : 1;
  const composed: Composed[] = [];
  for (let i = 0; i < count; i++) composed.push(await compose(job, i));
  const [first, ...others] = composed;
  if (first === undefined) throw badDescription('there is no frame to render', '没有可渲染的图像帧');
  const output = await outputOf([first, ...others], settings, dataset);
  for (const { lent } of composed) if (lent !== undefined) giveBack(lent);
  return output;
}

async function compose(
  { frames, description, dataset, settings }: RenderJob,
  index: number,
): Promise<Composed> {
  const frame = settings.frameNumbers[index] ?? 1;
  const image = { width: description.columns, height: description.rows };
  const presentation =
    settings.presentationState === null ? null : presentationOf(settings.presentationState, dataset, frame);
  const placement =
    presentation === null
      ? placementOfRequest(image, pixelAspect(dataset, frame), settings.viewport)
      : placementOfPresentation(presentation, image, dataset, frame, settings.viewport);

  const planes = presentation === null ? [] : overlayGroups(presentation, dataset);
  const wanted = planes.length > 0 ? 1 : shrinkFor(placement);
  const bytes = frames[index];
  if (bytes === undefined) throw badDescription('there is no frame to render', '没有可渲染的图像帧');
  const halvings = isJpeg2000(description) ? Math.floor(Math.log2(wanted)) : 0;
  const native = await decodeFrame(bytes, description, halvings);
  const halved =
    halvings > 0 && native.description.columns < description.columns ? reductionOf(native, description) : 1;
  const shrink = Math.max(1, Math.floor(wanted / halved));
  const picture = displayed(native, dataset, frame, settings, presentation, shrink);
  for (const { group, source, grey } of planes) {
    const plane = overlayPlane(source, group, frame, native);
    if (plane !== null) burnIn(picture, plane, grey);
  }

  const { width, height } = placement;
  const place = toPicture(placement);
  const svg =
    presentation === null
      ? ''
      : shutterSvg(presentation.state, place, placement) +
        graphicsSvg(presentation.state, presentation.annotations, place, placement);
  return {
    lent: picture.lent,
    picture: arranged(picture, placement, halved * shrink),
    width,
    height,
    svg:
      svg +
      annotationsSvg(settings.annotations, placement) +
      watermarkSvg(settings.watermark ?? [], placement),
  };
}

function isJpeg2000({ transferSyntaxUid }: PixelDescription): boolean {
  return CODECS[transferSyntaxUid]?.decode === true && /\.4\.(90|91|20[123])$/.test(transferSyntaxUid);
}

/** The power of two by which the decoder made the frame smaller. */
function reductionOf(native: NativeFrame, { columns }: PixelDescription): number {
  return 2 ** Math.round(Math.log2(columns / native.description.columns));
}

/** The whole factor by which the image may be made smaller before it is brought to its size. */
function shrinkFor({ region, rotation, width, height }: Placement): number {
  const [across, down] = rotation % 180 === 0 ? [width, height] : [height, width];
  return Math.max(1, Math.floor(Math.min(region.width / across, region.height / down)));
}

function displayed(
  native: NativeFrame,
  dataset: DicomJson,
  frame: number,
  settings: RenderSettings,
  presentation: Presentation | null,
  shrink: number,
): Picture {
  const { description } = native;
  if (description.photometricInterpretation === 'PALETTE COLOR')
    return palettePicture(native, dataset, shrink);
  if (description.samplesPerPixel === 3) return colourPicture(native, shrink);
  const isGrey =
    presentation !== null &&
    text(presentation.state, SOP_CLASS_UID) === GRAYSCALE_SOFTCOPY_PRESENTATION_STATE;
  const greyState = isGrey ? presentation : null;
  return greyPicture(native, greyPipeline(dataset, description, frame, settings.window, greyState), shrink);
}

/** Overlays that the presentation state turns on, and its bitmap shutter: its own planes, else those of the image. */
function overlayGroups(
  { state }: Presentation,
  dataset: DicomJson,
): { group: string; source: DicomJson; grey: number }[] {
  const shutter = shutterGroup(state);
  const sourceOf = (group: string): DicomJson => (`${group}0010` in state ? state : dataset);
  const shown = activatedGroups(state)
    .filter((group) => group !== shutter)
    .map((group) => ({ group, source: sourceOf(group), grey: 255 }));
  return shutter === null
    ? shown
    : [{ group: shutter, source: sourceOf(shutter), grey: shutterGrey(state) }, ...shown];
}
