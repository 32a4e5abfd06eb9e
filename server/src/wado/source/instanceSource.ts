import { type ByteRange, type DicomJson, frameRanges, type PixelDataLayout, readPart10 } from '@hutong/dicom';
import {
  type FrameCut,
  frameCut,
  littleEndian,
  MAX_FRAME_BYTES,
  type PixelDescription,
  pixelDescription,
  PixelError,
} from '@hutong/pixels';
import type { ObjectStore } from '@hutong/storage-config';
import type { StoredInstance } from '../lookUp.ts';
import { INLINE_BYTES, lengthOfRanges, MAX_HEAD_BYTES, parseHead } from './imageSource.ts';
import { ForwardReader, inflatedDataset } from './inflate.ts';

/** An instance whose frames are to be decoded: its attributes and, on demand, its frames as stored. */
export interface InstanceSource {
  transferSyntaxUid: string;
  /** Attributes up to the pixel data, look-up tables inline. */
  dataset: DicomJson;
  /** Of the frames as they are given here. @throws PixelError DESCRIPTION */
  readonly description: PixelDescription;
  /**
   * Frame as stored, 1-based: its fragments joined; of native pixel data little endian whatever it is stored as. In a
   * buffer of its own.
   *
   * @throws PixelError UNSUPPORTED, CORRUPT
   */
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
  const { dataset, element } = parseHead(head, uid, inflated !== null);
  let description: PixelDescription | null = null;
  const described = (): PixelDescription => (description ??= pixelDescription(dataset, uid, element));
  return {
    transferSyntaxUid: uid,
    dataset,
    get description() {
      return littleEndian(described());
    },
    frame: (number) =>
      layout.encapsulated
        ? readFragments(read, layout, number)
        : readNative(read, layout, nativeFrame(layout, described(), number)),
    close: () => {
      inflated?.close();
    },
  };
}

async function readFragments(
  read: (range: ByteRange) => Promise<Buffer>,
  layout: PixelDataLayout,
  number: number,
): Promise<Uint8Array> {
  const ranges = rangesOf(layout, number);
  if (lengthOfRanges(ranges) > MAX_FRAME_BYTES) throw tooLarge();
  const [only] = ranges;
  if (ranges.length === 1 && only !== undefined) return read(only);
  const parts = [];
  for (const range of ranges) parts.push(await read(range));
  return Buffer.concat(parts);
}

async function readNative(
  read: (range: ByteRange) => Promise<Buffer>,
  { value }: PixelDataLayout,
  { offset, length, cut }: FrameCut,
): Promise<Uint8Array> {
  if (length > MAX_FRAME_BYTES) throw tooLarge();
  return cut(await read({ offset: value.offset + offset, length }));
}

/** Where a frame of native pixel data lies in its value. */
function nativeFrame(layout: PixelDataLayout, description: PixelDescription, number: number): FrameCut {
  const { value } = layout;
  const { rows, columns, samplesPerPixel, bitsAllocated, numberOfFrames } = description;
  const bits = rows * columns * samplesPerPixel * bitsAllocated;
  if (bits % 8 !== 0) {
    if (number > numberOfFrames) throw tooShort();
    return frameCut(description, { start: (number - 1) * bits, bits }, value.length);
  }
  const [range] = rangesOf(layout, number);
  if (range === undefined) throw tooShort();
  const place = { start: (range.offset - value.offset) * 8, bits: range.length * 8 };
  return frameCut(description, place, value.length);
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

const tooLarge = (): PixelError =>
  new PixelError('TOO_LARGE', 'the frame is larger than is worked on', '图像帧过大，超出处理上限');

const tooShort = (): PixelError =>
  new PixelError('CORRUPT', 'the pixel data is shorter than its attributes say', '像素数据短于其属性所示');

/**
 * A non-image instance, or one whose pixels are not needed, with all of its values inline.
 *
 * @param decimalsAsWritten whether decimal strings stay text, for people to read
 */
export async function readDataset(
  objects: ObjectStore,
  instance: StoredInstance,
  decimalsAsWritten = false,
): Promise<DicomJson> {
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
      decimalsAsWritten,
    }).dataset;
  } catch (error) {
    throw new PixelError('CORRUPT', 'the instance cannot be parsed', '无法解析该实例', { cause: error });
  }
}
