import type { ByteRange, PixelDataLayout } from './types.ts';

/**
 * The bytes of one frame, in order; joined they are the frame as stored. Of encapsulated pixel data the item
 * headers are left out (PS3.18 §8.7.3). In deflated objects (`layout.inDeflated`) the ranges count from the first
 * byte of the inflated dataset.
 *
 * @param frameNumber 1-based.
 * @throws RangeError where the instance has no such frame, or where its frames cannot be told apart.
 */
export function frameRanges(layout: PixelDataLayout, frameNumber: number): ByteRange[] {
  if (!Number.isInteger(frameNumber) || frameNumber < 1 || frameNumber > layout.numberOfFrames) {
    throw new RangeError(`There is no frame ${frameNumber}: the instance has ${layout.numberOfFrames}.`);
  }
  const fragments = layout.frames?.[frameNumber - 1];
  if (fragments !== undefined) return fragments;
  if (layout.frameLength === undefined || layout.undividedReason !== undefined) {
    throw new RangeError(
      `Frames cannot be told apart: ${layout.undividedReason ?? 'their length is unknown'}.`,
    );
  }
  const start = (frameNumber - 1) * layout.frameLength;
  if (start + layout.frameLength > layout.value.length) {
    throw new RangeError(`Frame ${frameNumber} lies beyond the end of the pixel data.`);
  }
  return [{ offset: layout.value.offset + start, length: layout.frameLength }];
}
