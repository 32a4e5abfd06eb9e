import { type DicomJson, number, numbers, text } from '@hutong/dicom';
import { words } from '../samples.ts';
import type { NativeFrame } from '../types.ts';
import type { Picture } from './greyPicture.ts';
import { bytesOfAttribute } from './lookUpTable.ts';

/** A plane of one bit to the pixel, at its place in the image (PS3.3 C.9.2). */
export interface OverlayPlane {
  /** 0-based place of its first pixel in the image; may be negative. */
  x: number;
  y: number;
  width: number;
  height: number;
  bit(x: number, y: number): boolean;
}

const GROUPS = Array.from({ length: 16 }, (_, i) => (0x6000 + i * 2).toString(16).toUpperCase());
const IMAGE_BOX = 8192;

/** Groups of the overlays that a presentation state turns on: those that it gives an activation layer. */
export function activatedGroups(state: DicomJson): string[] {
  return GROUPS.filter((group) => text(state, `${group}1001`) !== '');
}

/**
 * The plane of an overlay group for a frame: in its own attribute, or in an unused bit of the pixel data (retired).
 *
 * @param frame 1-based
 * @param native the frame with all of its bits
 * @returns null where the dataset has no such overlay
 * @throws PixelError DESCRIPTION where its data are missing
 */
export function overlayPlane(
  dataset: DicomJson,
  group: string,
  frame: number,
  native: NativeFrame,
): OverlayPlane | null {
  const height = number(dataset, `${group}0010`) ?? 0;
  const width = number(dataset, `${group}0011`) ?? 0;
  if (height < 1 || width < 1 || height > IMAGE_BOX * 8 || width > IMAGE_BOX * 8) return null;
  const [row = 1, column = 1] = numbers(dataset, `${group}0050`);
  const place = { x: column - 1, y: row - 1, width, height };
  if (!(`${group}3000` in dataset)) return inPixelData(dataset, group, place, native);
  const frames = number(dataset, `${group}0015`) ?? 1;
  const index = frame - (number(dataset, `${group}0051`) ?? 1);
  if (index < 0 || (frames > 1 && index >= frames)) return null;
  const bytes = bytesOfAttribute(dataset, `${group}3000`);
  const start = frames > 1 ? index * width * height : 0;
  return {
    ...place,
    bit(x, y) {
      const at = start + y * width + x;
      return (((bytes[at >> 3] ?? 0) >> (at & 7)) & 1) === 1;
    },
  };
}

function inPixelData(
  dataset: DicomJson,
  group: string,
  place: Omit<OverlayPlane, 'bit'>,
  { description, bytes }: NativeFrame,
): OverlayPlane | null {
  const position = number(dataset, `${group}0102`) ?? 0;
  const { columns, rows, bitsAllocated, bitsStored, highBit, samplesPerPixel } = description;
  const outside = position > highBit || position <= highBit - bitsStored;
  if (!outside || bitsAllocated !== 16 || position > 15 || samplesPerPixel !== 1) return null;
  const samples = words(bytes);
  return {
    ...place,
    width: Math.min(place.width, columns),
    height: Math.min(place.height, rows),
    bit: (x, y) => (((samples[y * columns + x] ?? 0) >> position) & 1) === 1,
  };
}

/** Sets the pixels of a plane in a picture of the whole image. */
export function burnIn(picture: Picture, plane: OverlayPlane, grey: number): void {
  const { samples, width, height, channels } = picture;
  const [fromX, fromY] = [Math.max(0, plane.x), Math.max(0, plane.y)];
  const [toX, toY] = [Math.min(width, plane.x + plane.width), Math.min(height, plane.y + plane.height)];
  for (let y = fromY; y < toY; y++)
    for (let x = fromX; x < toX; x++)
      if (plane.bit(x - plane.x, y - plane.y))
        samples.fill(grey, (y * width + x) * channels, (y * width + x + 1) * channels);
}
