export type * from './types.ts';
export { PixelError, type PlainPixelError } from './pixelError.ts';
export {
  checkDescription,
  frameBytes,
  littleEndian,
  MAX_FRAME_BYTES,
  pixelDescription,
  wordBytes,
} from './description.ts';
export { frameCut, swapWords, type FrameCut } from './frameCut.ts';
export { CODECS, type Codec, encodingRefusal, type Encoding } from './codecTable.ts';
