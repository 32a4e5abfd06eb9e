export type * from './types.ts';
export { PixelError, type PlainPixelError } from './pixelError.ts';
export { checkDescription, frameBytes, MAX_FRAME_BYTES, pixelDescription } from './description.ts';
export { CODECS, type Codec, encodingRefusal, type Encoding } from './codecTable.ts';
