import { type ByteRange, frameRanges, transferSyntax } from '@hutong/dicom';
import { MAX_FRAME_BYTES, type RenderedPicture } from '@hutong/pixels';
import type { StoredPictureJob } from '../../pixelThreads/index.ts';
import type { InstanceContent } from '../lookUp.ts';
import { lengthOfRanges, MAX_HEAD_BYTES } from '../source/imageSource.ts';
import { type RenderParameters, viewportFor } from './parameters.ts';
import type { Picture, PictureParts } from './pictures.ts';
import type { PictureType } from './renderForms.ts';

/** Head and frame are read as one when what lies between them and they are no longer than this together. */
const ONE_READ_BYTES = 4 * 1024 * 1024;

/**
 * Renders a picture of a stored image in a thread that reads and parses it by itself: here nothing of it is touched where
 * objects are files. Null where the index does not know enough of the image, or something else than is so: then it has
 * to be opened first.
 *
 * @throws PixelError what cannot be decoded
 * @throws HttpProblem 400 where a parameter does not fit the image, 503 where too many jobs wait
 * @throws ObjectNotFound
 */
export async function renderStored(
  { objects, pixelThreads }: PictureParts,
  { instance, frames, presentationState }: Picture,
  parameters: RenderParameters,
  mediaType: PictureType,
  signal?: AbortSignal,
): Promise<RenderedPicture | null> {
  const image = describedImage(instance, frames);
  if (image === null) return null;
  const { rows, columns, headLength, ranges, roomBytes } = image;
  const settings = {
    mediaType,
    quality: parameters.quality,
    viewport: viewportFor(parameters.viewport, { rows, columns }),
    window: parameters.window,
    iccProfile: parameters.iccProfile ?? 'no',
    watermark: parameters.watermark ?? [],
    presentationState,
    frameNumbers: [...frames],
  };
  const render = async (): Promise<RenderedPicture | null> => {
    const file = objects.fileOf?.(instance.object_key);
    const object = file === undefined ? await readImage(objects, instance.object_key, image) : { file };
    signal?.throwIfAborted();
    const job: StoredPictureJob = {
      object,
      objectKey: instance.object_key,
      transferSyntaxUid: instance.transfer_syntax_uid,
      annotations: parameters.annotations,
      settings,
      ...{ rows, columns, headLength, ranges, roomBytes },
    };
    return pixelThreads.renderStored(job, signal);
  };
  return pixelThreads.withRoom(roomBytes, render, signal);
}

type DescribedImage = Pick<StoredPictureJob, 'rows' | 'columns' | 'headLength' | 'ranges' | 'roomBytes'>;

/** What the index alone says of an image; null where frames cannot be cut out by that. */
function describedImage(instance: InstanceContent, frames: readonly number[]): DescribedImage | null {
  const { pixel_data: layout, rows, columns, bits_allocated: bits } = instance;
  if (layout === null || rows === null || columns === null || bits === null || bits < 8) return null;
  if (layout.inDeflated === true || layout.value.offset > MAX_HEAD_BYTES) return null;
  if (transferSyntax(instance.transfer_syntax_uid)?.bigEndian === true) return null;
  const samples = layout.encapsulated && bits === 8 ? 3 : 1;
  const frameBytes = Math.max(rows * columns * Math.ceil(bits / 8) * samples, layout.frameLength ?? 0);
  if (frames.length !== 1 || frameBytes > MAX_FRAME_BYTES) return null;
  try {
    const ranges = frames.map((frame) => frameRanges(layout, frame));
    if (ranges.some((parts) => parts.length === 0 || lengthOfRanges(parts) > MAX_FRAME_BYTES)) return null;
    return { rows, columns, headLength: layout.value.offset, ranges, roomBytes: frameBytes * frames.length };
  } catch (error) {
    if (error instanceof RangeError) return null;
    throw error;
  }
}

async function readImage(
  objects: PictureParts['objects'],
  key: string,
  { headLength, ranges }: DescribedImage,
): Promise<{ head: Uint8Array; frames: Uint8Array[] }> {
  const [only] = ranges;
  const [first] = only ?? [];
  const end = first === undefined ? 0 : first.offset + first.length;
  if (ranges.length === 1 && only?.length === 1 && first !== undefined && end <= ONE_READ_BYTES) {
    const bytes = await objects.read(key, { offset: 0, length: end });
    return { head: bytes.subarray(0, headLength), frames: [bytes.subarray(first.offset)] };
  }
  const read = (range: ByteRange): Promise<Buffer> => objects.read(key, range);
  const head = await read({ offset: 0, length: headLength });
  const frames = [];
  for (const parts of ranges) {
    const bytes = [];
    for (const part of parts) bytes.push(await read(part));
    frames.push(bytes.length === 1 ? (bytes[0] ?? head) : Buffer.concat(bytes));
  }
  return { head, frames };
}
