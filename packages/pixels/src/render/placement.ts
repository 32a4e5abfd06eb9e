import { type DicomJson, number, numbers, texts } from '@hutong/dicom';
import { badDescription, tooLarge } from '../pixelError.ts';
import type { Viewport } from '../types.ts';
import { attributesOfFrame, MACRO } from './frameAttributes.ts';

/** Which part of an image is shown, how it is turned, and how large it comes out. */
export interface Placement {
  /** In pixels of the image, from the corner of its first pixel; may reach beyond it. */
  region: { x: number; y: number; width: number; height: number };
  /** Degrees clockwise, before the flips. */
  rotation: 0 | 90 | 180 | 270;
  flipHorizontally: boolean;
  flipVertically: boolean;
  /** Of the picture, in pixels. */
  width: number;
  height: number;
}

/** Longest side and area of a picture. */
export const MAX_SIDE = 16_384;
export const MAX_AREA = 64 * 1024 * 1024;

const PIXEL_ASPECT_RATIO = '00280034';
const SPACINGS = ['00280030', '00181164', '00182010'];

/** Height of a pixel over its width (PS3.3 C.7.6.3.1.7); 1 where nothing says otherwise. */
export function pixelAspect(dataset: DicomJson, frame: number): number {
  const measures = attributesOfFrame(dataset, frame, MACRO.pixelMeasures);
  for (const item of [measures, dataset]) {
    for (const tag of [...SPACINGS, PIXEL_ASPECT_RATIO]) {
      const [vertical = 0, horizontal = 0] =
        tag === PIXEL_ASPECT_RATIO ? texts(item, tag).map(Number) : numbers(item, tag);
      if (vertical > 0 && horizontal > 0) return sane(vertical / horizontal);
    }
  }
  return 1;
}

/** Differences that nobody sees are none, and those that no detector has are mistakes. */
export function sane(aspect: number): number {
  return Math.abs(aspect - 1) < 0.01 || aspect > 20 || aspect < 0.05 ? 1 : aspect;
}

/** The placement that a request asks for (PS3.18 8.3.5.1.3), without a presentation state. @throws PixelError */
export function placementOfRequest(
  image: { width: number; height: number },
  aspect: number,
  viewport: Viewport | null,
): Placement {
  const asked = viewport?.region ?? { x: 0, y: 0, ...image };
  const clipped = clip(asked, image);
  return {
    region: clipped,
    rotation: 0,
    flipHorizontally: asked.width < 0,
    flipVertically: asked.height < 0,
    ...sizeOf(clipped, aspect, 0, viewport, 1),
  };
}

function clip(
  region: { x: number; y: number; width: number; height: number },
  image: { width: number; height: number },
): Placement['region'] {
  const x = Math.max(0, Math.min(image.width, region.x));
  const y = Math.max(0, Math.min(image.height, region.y));
  const width = Math.min(image.width - x, Math.abs(region.width) + Math.min(0, region.x));
  const height = Math.min(image.height - y, Math.abs(region.height) + Math.min(0, region.y));
  if (width <= 0 || height <= 0)
    throw badDescription('the region asked for lies outside of the image', '请求的区域位于图像之外');
  return { x, y, width, height };
}

/**
 * Size of the picture: that of the region with square pixels, or the largest of that shape that fits the viewport.
 *
 * @param magnification used where there is no viewport
 */
export function sizeOf(
  region: { width: number; height: number },
  aspect: number,
  rotation: number,
  viewport: { width: number; height: number } | null,
  magnification: number,
): { width: number; height: number } {
  // The shorter side of a pixel is stretched, so that no line is lost.
  const natural = {
    width: region.width * Math.max(1, 1 / aspect),
    height: region.height * Math.max(1, aspect),
  };
  const turned = rotation % 180 === 0 ? natural : { width: natural.height, height: natural.width };
  const scale =
    viewport === null
      ? magnification
      : Math.min(viewport.width / turned.width, viewport.height / turned.height);
  const width = Math.max(1, Math.round(turned.width * scale));
  const height = Math.max(1, Math.round(turned.height * scale));
  if (width > MAX_SIDE || height > MAX_SIDE || width * height > MAX_AREA)
    throw tooLarge(
      `a picture of ${width}×${height} pixels is larger than are made; ask for a smaller viewport`,
      `图片尺寸 ${width}×${height} 超出上限，请指定较小的视口`,
    );
  return { width, height };
}

/** Where a point of the image, in pixels from its first corner, comes to lie in the picture. */
export function toPicture(placement: Placement): (x: number, y: number) => [number, number] {
  const { region, rotation, flipHorizontally, flipVertically, width, height } = placement;
  return (x, y) => {
    let u = (x - region.x) / region.width;
    let v = (y - region.y) / region.height;
    if (rotation === 90) [u, v] = [1 - v, u];
    else if (rotation === 180) [u, v] = [1 - u, 1 - v];
    else if (rotation === 270) [u, v] = [v, 1 - u];
    if (flipHorizontally) u = 1 - u;
    if (flipVertically) v = 1 - v;
    return [u * width, v * height];
  };
}

/** An integer value of a dataset or another one. */
export function integer(item: DicomJson, tag: string, otherwise: number): number {
  return Math.round(number(item, tag) ?? otherwise);
}
