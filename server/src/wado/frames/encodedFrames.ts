import { checkDescription, type EncodedFrame, encodingRefusal, frameBytes, PixelError } from '@hutong/pixels';
import type { ObjectStore } from '@hutong/storage-config';
import type { PixelThreads } from '../../pixelThreads/index.ts';
import { inOrder } from '../ahead.ts';
import { type InstanceSource, openSource, type StoredImage } from '../source/instanceSource.ts';

/** Frames that are decoded and encoded while earlier ones are sent, and their bytes, for they are held until then. */
const FRAMES_AHEAD = 3;
const BYTES_AHEAD = 32 * 1024 * 1024;

/** Why frames of a source cannot be had in a transfer syntax, as far as is known before one is decoded. */
export function refusalOf(source: InstanceSource, target: string): PixelError | null {
  return encodingRefusal(source.description, target);
}

/** Opens an image that is to be encoded anew; one whose head cannot be parsed, or says what cannot be, is refused. */
export async function openOrRefuse(
  objects: ObjectStore,
  image: StoredImage,
): Promise<InstanceSource | PixelError> {
  try {
    const source = await openSource(objects, image);
    // Looked at, so that what is wrong with it is known here.
    checkDescription(source.description);
    return source;
  } catch (error) {
    if (error instanceof PixelError) return error;
    throw error;
  }
}

/**
 * Frames of an instance (1-based) in another transfer syntax, in order. Frames are read one after the other, and
 * encoded by several threads at once.
 *
 * @throws PixelError what the codecs say; HttpProblem 503 where too many jobs wait
 */
export async function* encodedFrames(
  pixelThreads: PixelThreads,
  source: InstanceSource,
  frames: Iterable<number>,
  target: string,
  signal: AbortSignal,
): AsyncGenerator<EncodedFrame> {
  let reading: Promise<unknown> = Promise.resolve();
  const read = (number: number): Promise<Uint8Array> => {
    const bytes = reading.then(() => {
      signal.throwIfAborted();
      return source.frame(number);
    });
    reading = bytes.catch(() => undefined);
    return bytes;
  };
  const { description } = source;
  try {
    const size = frameBytes(description);
    const ahead = Math.max(1, Math.min(FRAMES_AHEAD, Math.floor(BYTES_AHEAD / size)));
    yield* inOrder(frames, ahead, (number) =>
      pixelThreads.withRoom(
        size,
        async () => pixelThreads.transcode({ bytes: await read(number), description, target }, signal),
        signal,
      ),
    );
  } finally {
    source.close();
  }
}
