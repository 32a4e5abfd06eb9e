/**
 * Draws stored pixels with cornerstone3D: decoding in a worker, drawing with WebGL. Loaded when the first picture is there
 * already, for it is ten times the size of the page.
 */
import {
  cache,
  Enums,
  getConfiguration,
  init as initCore,
  registerImageLoader,
  RenderingEngine,
  type Types,
  utilities,
} from '@cornerstonejs/core';
import { createImage, init as initLoader, wadors } from '@cornerstonejs/dicom-image-loader/imageLoader';
import { cameraOf, type Placement } from '../geometry.ts';
import type { Point } from '../gestures.ts';
import type { Window } from '../windows.ts';
import { frameFacts, ofFrame, windowOf, type Dataset, type FrameFacts } from './frameFacts.ts';
import { readFrame } from './frames.ts';

const SCHEME = 'hutong';
const VIEWPORT = 'share';
/** Transfer syntaxes of frames that are not compressed. */
const NATIVE = new Set(['1.2.840.10008.1.2', '1.2.840.10008.1.2.1', '1.2.840.10008.1.2.2']);

/** A frame whose pixels are here. */
export interface PixelFrame {
  id: string;
  facts: FrameFacts;
  bytes: number;
  /** The value at a place of the image, after the modality's rescaling; null outside, and for colours. */
  valueAt: (place: Point) => number | null;
  /** What is shown without a choice of the reader. */
  ownWindow: Window;
  close: () => void;
}

export { frameFacts as factsOf } from './frameFacts.ts';

export interface PixelView {
  /** Draws a frame as it is placed; false when another one was asked for meanwhile. */
  show: (frame: PixelFrame, placement: Placement, look: Look) => Promise<boolean>;
  /** Draws the frame that is shown in another way. */
  adjust: (placement: Placement, look: Look) => void;
  resize: () => void;
  close: () => void;
}

/** A window of null is the image's own. */
export interface Look {
  window: Window | null;
  inverted: boolean;
}

const images = new Map<string, Types.IImage>();
let isPrepared = false;
/** One for the page: phones have few WebGL contexts to give. */
let engine: RenderingEngine | null = null;

function prepare(): void {
  if (isPrepared) return;
  isPrepared = true;
  const { debug, rendering } = getConfiguration();
  initCore({ debug, isMobile: true, rendering: { ...rendering, webGlContextCount: 1 } });
  initLoader({ maxWebWorkers: 1, useLegacyMetadataProvider: true });
  registerImageLoader(SCHEME, (imageId) => {
    const image = images.get(imageId);
    return {
      promise: image === undefined ? Promise.reject(new Error('not loaded')) : Promise.resolve(image),
    };
  });
}

/** Gets and decodes one frame. @throws when our drawing would not be what a reading station shows */
export async function loadFrame(
  path: string,
  dataset: Dataset,
  frame: number,
  signal: AbortSignal,
): Promise<PixelFrame> {
  prepare();
  const facts = frameFacts(dataset, frame);
  if (facts === null) throw new Error('left to the server');
  const id = `${SCHEME}:${path}`;
  const { bytes, transferSyntax } = await readFrame(path, signal);
  // Colours that are stored halved: what decodes expects them whole.
  if (NATIVE.has(transferSyntax) && bytes.byteLength < facts.nativeBytes)
    throw new Error('left to the server');
  const { '52009229': _shared, '52009230': _each, '00280008': _count, ...own } = ofFrame(dataset, frame);
  wadors.metaDataManager.add(id, own as Parameters<typeof wadors.metaDataManager.add>[1]);
  const image = (await createImage(id, bytes, transferSyntax, { useRGBA: false })) as Types.IImage;
  images.set(id, image);
  return {
    id,
    facts,
    bytes: image.sizeInBytes,
    ownWindow: image.color
      ? { center: 128, width: 256 }
      : (facts.window ?? windowOf(image.getPixelData(), facts.padding)),
    valueAt: ({ x, y }) => {
      const [column, row] = [Math.floor(x), Math.floor(y)];
      const isInside = column >= 0 && row >= 0 && column < image.columns && row < image.rows;
      return isInside && !image.color ? (image.getPixelData()[row * image.columns + column] ?? null) : null;
    },
    close: () => {
      images.delete(id);
      wadors.metaDataManager.remove(id);
      if (cache.getImageLoadObject(id) !== undefined) cache.removeImageLoadObject(id, { force: true });
    },
  };
}

/**
 * A view on an element.
 *
 * @param ids of all frames of the series, in their order
 * @throws where the device cannot draw
 */
export function openView(element: HTMLDivElement, ids: readonly string[]): PixelView {
  prepare();
  const drawing = (engine ??= new RenderingEngine(SCHEME));
  drawing.enableElement({ viewportId: VIEWPORT, element, type: Enums.ViewportType.STACK });
  const viewport = drawing.getViewport<Types.IStackViewport>(VIEWPORT);
  let wanted: PixelFrame | null = null;
  let drawn: PixelFrame | null = null;
  let isOpen = true;

  const apply = (frame: PixelFrame, placement: Placement, look: Look): void => {
    const image = images.get(frame.id);
    // Nothing before the first image, whatever its type says.
    const data = viewport.getImageData() as Types.IImageData | undefined;
    if (image === undefined || data === undefined) return;
    const { center, width } = frame.facts.colour ? frame.ownWindow : (look.window ?? frame.ownWindow);
    viewport.setProperties({
      voiRange: utilities.windowLevel.toLowHighRange(width, center),
      invert: look.inverted !== (image.photometricInterpretation === 'MONOCHROME1' || image.invert),
    });
    const { origin, direction, spacing, dimensions } = data;
    const along = (index: number): [number, number, number] => [
      direction[index * 3] ?? 0,
      direction[index * 3 + 1] ?? 0,
      direction[index * 3 + 2] ?? 0,
    ];
    const [alongRow, alongColumn] = [along(0), along(1)];
    const middle = [0, 1, 2].map(
      (axis) =>
        (origin[axis] ?? 0) +
        (alongRow[axis] ?? 0) * spacing[0] * ((dimensions[0] - 1) / 2) +
        (alongColumn[axis] ?? 0) * spacing[1] * ((dimensions[1] - 1) / 2),
    ) as [number, number, number];
    const { focalPoint, viewUp, viewPlaneNormal, parallelScale } = cameraOf(placement, {
      middle,
      alongRow,
      alongColumn,
      columnSpacing: spacing[0],
    });
    const distance = Math.max(100, parallelScale * 4);
    const position = focalPoint.map((at, axis) => at + (viewPlaneNormal[axis] ?? 0) * distance);
    viewport.setCamera({
      parallelProjection: true,
      focalPoint,
      viewUp,
      viewPlaneNormal,
      parallelScale,
      position: position as [number, number, number],
      clippingRange: [distance / 100, distance * 3],
    });
    viewport.render();
  };

  const show: PixelView['show'] = async (frame, placement, look) => {
    wanted = frame;
    const index = ids.indexOf(frame.id);
    if (drawn === null) await viewport.setStack([...ids], index);
    else await viewport.setImageIdIndex(index);
    if (!isOpen || wanted !== frame || viewport.getCurrentImageId() !== frame.id) return false;
    drawn = frame;
    apply(frame, placement, look);
    return true;
  };
  return {
    show,
    adjust: (placement, look) => {
      if (isOpen && drawn !== null && viewport.getCurrentImageId() === drawn.id)
        apply(drawn, placement, look);
    },
    resize: () => {
      if (isOpen) drawing.resize(true, false);
    },
    close: () => {
      if (!isOpen) return;
      isOpen = false;
      drawing.disableElement(VIEWPORT);
    },
  };
}
