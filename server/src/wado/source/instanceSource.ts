import { type ByteRange, type DicomJson, frameRanges, type PixelDataLayout, readPart10 } from '@hutong/dicom';
import { MAX_FRAME_BYTES, type PixelDescription, pixelDescription, PixelError } from '@hutong/pixels';
import type { ObjectStore } from '@hutong/storage-config';
import type { StoredInstance } from '../lookUp.ts';
import { alignBits, bitFrameRange } from './bitFrames.ts';
import { INLINE_BYTES, lengthOfRanges, MAX_HEAD_BYTES, orderBytes, parseHead } from './imageSource.ts';
import { ForwardReader, inflatedDataset } from './inflate.ts';

/** An instance whose frames are to be decoded: its attributes and, on demand, its frames as stored. */
export interface InstanceSource {
  transferSyntaxUid: string;
  /** Attributes up to the pixel data, look-up tables inline. */
  dataset: DicomJson;
  /** @throws PixelError DESCRIPTION */
  readonly description: PixelDescription;
  /** Frame as stored, 1-based, fragments joined, in a buffer of its own. @throws PixelError UNSUPPORTED, CORRUPT */
  frame(number: number): Promise<Uint8Array>;
  /** Ends what a stream of a deflated object holds; needed once frames were read. */
  close(): void;
}

export type StoredImage = StoredInstance & { pixel_data: PixelDataLayout | null };

/**
 * Opens an instance with one read: what lies in front of its pixel data.
 *
 * @throws PixelError where there are no pixels, or the head cannot be parsed
 * @throws ObjectNotFound
 */
export async function openSource(objects: ObjectStore, instance: StoredImage): Promise<InstanceSource> {
  const { pixel_data: layout, transfer_syntax_uid: uid } = instance;
  if (layout === null) {
    throw new PixelError('DESCRIPTION', 'the instance has no pixel data', '该实例没有像素数据');
  }
  if (layout.value.offset > MAX_HEAD_BYTES) {
    throw new PixelError(
      'TOO_LARGE',
      'the attributes in front of the pixel data are larger than is worked on',
      '像素数据之前的属性过大，超出处理上限',
    );
  }
  const inflated =
    layout.inDeflated === true ? new ForwardReader(() => inflatedDataset(objects, instance)) : null;
  const read = (range: ByteRange): Promise<Buffer> =>
    inflated === null ? objects.read(instance.object_key, range) : inflated.read(range);
  const head = await read({ offset: 0, length: layout.value.offset });
  const { dataset, pixelVr } = parseHead(head, uid, inflated !== null);
  let description: PixelDescription | null = null;
  const described = (): PixelDescription => (description ??= pixelDescription(dataset, uid));
  return {
    transferSyntaxUid: uid,
    dataset,
    get description() {
      return described();
    },
    frame: async (number) => {
      const bytes = await readFrame(read, layout, described(), number);
      orderBytes(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), described(), pixelVr);
      return bytes;
    },
    close: () => {
      inflated?.close();
    },
  };
}

async function readFrame(
  read: (range: ByteRange) => Promise<Buffer>,
  layout: PixelDataLayout,
  description: PixelDescription,
  number: number,
): Promise<Uint8Array> {
  const { rows, columns, samplesPerPixel, bitsAllocated, numberOfFrames } = description;
  const frameBits = rows * columns * samplesPerPixel * bitsAllocated;
  if (!layout.encapsulated && frameBits % 8 !== 0 && numberOfFrames > 1) {
    const { offset, length, shift } = bitFrameRange(number, frameBits);
    if (offset + length > layout.value.length) throw tooShort();
    return alignBits(await read({ offset: layout.value.offset + offset, length }), shift, frameBits);
  }
  const ranges = rangesOf(layout, number);
  if (lengthOfRanges(ranges) > MAX_FRAME_BYTES)
    throw new PixelError('TOO_LARGE', 'the frame is larger than is worked on', '图像帧过大，超出处理上限');
  const [only] = ranges;
  if (ranges.length === 1 && only !== undefined) return read(only);
  const parts = [];
  for (const range of ranges) parts.push(await read(range));
  return Buffer.concat(parts);
}

function rangesOf(layout: PixelDataLayout, number: number): ByteRange[] {
  try {
    return frameRanges(layout, number);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new PixelError(
      'CORRUPT',
      layout.undividedReason ?? 'the pixel data is shorter than its attributes say',
      '像素数据无法按帧划分',
      { cause: error },
    );
  }
}

const tooShort = (): PixelError =>
  new PixelError('CORRUPT', 'the pixel data is shorter than its attributes say', '像素数据短于其属性所示');

/** A non-image instance, or one whose pixels are not needed, with all of its values inline. */
export async function readDataset(objects: ObjectStore, instance: StoredInstance): Promise<DicomJson> {
  const size = instance.object_size;
  if (size > MAX_HEAD_BYTES) {
    throw new PixelError('TOO_LARGE', 'the instance is larger than is worked on', '该实例过大，超出处理上限');
  }
  const bytes = await objects.read(instance.object_key, { offset: 0, length: size });
  try {
    return readPart10(bytes, {
      bulkThreshold: INLINE_BYTES,
      valueThreshold: INLINE_BYTES,
      maxHeaderBytes: 2 * MAX_HEAD_BYTES,
    }).dataset;
  } catch (error) {
    throw new PixelError('CORRUPT', 'the instance cannot be parsed', '无法解析该实例', { cause: error });
  }
}
