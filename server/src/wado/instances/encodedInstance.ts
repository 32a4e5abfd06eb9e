import {
  type ByteRange,
  datasetOffset,
  ENCAPSULATED_END,
  encapsulatedStart,
  fragmentHeader,
  nativePixelDataHeader,
  rewriteHead,
  type RewrittenHead,
  rewriteTail,
  transferSyntax,
} from '@hutong/dicom';
import { type EncodedFrame, type PixelDescription, PixelError } from '@hutong/pixels';
import { once } from 'node:events';
import { createDeflateRaw } from 'node:zlib';
import type { ServerParts } from '../../context.ts';
import { encodedFrames, refusalOf } from '../frames/encodedFrames.ts';
import type { InstanceContent } from '../lookUp.ts';
import { isNative } from '../mediaTypes.ts';
import type { Outlet } from '../outlet.ts';
import { ForwardReader, inflatedDataset } from '../source/inflate.ts';
import { BitJoiner } from '../source/bitJoiner.ts';
import { MAX_HEAD_BYTES } from '../source/imageSource.ts';
import { openSource } from '../source/instanceSource.ts';
import { openValue } from '../source/valueReader.ts';

export type EncodeParts = Pick<ServerParts, 'objects' | 'pixelThreads'>;

const PIECE = 1024 * 1024;
const META_READ = 64 * 1024;
/** Fragments follow the offset tables, which would no longer be true. */
const NO_EXTENDED_OFFSETS = { '7FE00001': null, '7FE00002': null, '7FE00003': null };

/** An instance that is ready to be written in another transfer syntax: its first frame is encoded. */
export interface EncodedInstance {
  write: (write: Outlet) => Promise<void>;
  /** Ends what reads ahead; needed where it is not written to its end. */
  close: () => Promise<void>;
}

/**
 * Why an instance cannot be had in a transfer syntax, as far as its attributes tell.
 *
 * @throws ObjectNotFound
 */
export async function instanceRefusal(
  { objects }: EncodeParts,
  instance: InstanceContent,
  target: string,
): Promise<PixelError | null> {
  const copies =
    instance.pixel_data === null || (isNative(instance.transfer_syntax_uid) && writesNative(target));
  if (copies) return null;
  try {
    const source = await openSource(objects, instance);
    source.close();
    return refusalOf(source, target);
  } catch (error) {
    if (error instanceof PixelError) return error;
    throw error;
  }
}

/** Whether pixel data of a transfer syntax is one value of native samples. */
const writesNative = (target: string): boolean => transferSyntax(target)?.encapsulated === false;

/**
 * Makes an instance ready to be sent in another transfer syntax: a new head (PS3.5 §7, Annex A), pixel data copied or
 * encoded frame by frame, changed attributes applied.
 *
 * @throws PixelError where it cannot be had so
 */
export async function encodeInstance(
  parts: EncodeParts,
  instance: InstanceContent,
  target: string,
  signal: AbortSignal,
): Promise<EncodedInstance> {
  const body = await bodyOf(parts, instance, target, signal);
  if (transferSyntax(target)?.deflated !== true) {
    return {
      write: async (write) => {
        await write(body.prefix);
        await body.write(write);
      },
      close: body.close,
    };
  }
  return {
    write: async (write) => {
      await write(body.prefix);
      await deflated(body.write, write);
    },
    close: body.close,
  };
}

interface Body {
  prefix: Buffer;
  /** Writes the dataset. */
  write: (write: Outlet) => Promise<void>;
  close: () => Promise<void>;
}

async function bodyOf(
  parts: EncodeParts,
  instance: InstanceContent,
  target: string,
  signal: AbortSignal,
): Promise<Body> {
  const { objects } = parts;
  const { pixel_data: layout, transfer_syntax_uid: from } = instance;
  const stored = storedBytes(objects, instance);
  const rewrite = (
    head: Buffer,
    changes: Record<string, EncodedFrame['changedAttributes'][string] | null>,
  ): RewrittenHead =>
    parsed(() => rewriteHead(head, { from, to: target, changes, pixelDataFollows: layout !== null }));
  if (layout === null) {
    const head = rewrite(await stored.head(null), {});
    return { prefix: head.prefix, write: (write) => write(head.dataset), close: nothing };
  }
  const headBytes = await stored.head(layout.value.offset);
  const end = layout.value.offset + layout.value.length;
  const tail = async (head: RewrittenHead): Promise<Buffer> => {
    const bytes = await stored.rest(end);
    return parsed(() => rewriteTail(bytes, head.continuation));
  };
  if (isNative(from) && !layout.encapsulated && writesNative(target)) {
    const head = rewrite(headBytes, {});
    const value = await openValue(objects, instance, layout.value, instance.bits_allocated ?? 0);
    return {
      prefix: head.prefix,
      write: async (write) => {
        try {
          await write(head.dataset, head.pixelData?.header ?? Buffer.alloc(0));
          for (let at = 0; at < layout.value.length; at += PIECE)
            await write(await value.read({ offset: at, length: Math.min(PIECE, layout.value.length - at) }));
        } finally {
          value.close();
        }
        await write(await tail(head));
      },
      close: nothing,
    };
  }
  const source = await openSource(objects, instance);
  const { description } = source;
  const refusal = refusalOf(source, target);
  if (refusal !== null) throw refusal;
  const numbers = Array.from({ length: description.numberOfFrames }, (_, i) => i + 1);
  const frames = encodedFrames(parts.pixelThreads, source, numbers, target, signal);
  const first = await frames.next();
  if (first.done === true)
    throw new PixelError('DESCRIPTION', 'the instance has no frames', '该实例没有图像帧');
  const { changedAttributes, bytes } = first.value;
  const head = rewrite(headBytes, { ...NO_EXTENDED_OFFSETS, ...changedAttributes });
  const all = resumed(first.value, frames);
  const pixels = writesNative(target)
    ? nativePixels(all, description, bytes.length)
    : encapsulatedPixels(all);
  return {
    prefix: head.prefix,
    write: async (write) => {
      await write(head.dataset);
      for await (const chunks of pixels) await write(...chunks);
      await write(await tail(head));
    },
    close: async () => {
      await frames.return(undefined);
    },
  };
}

const nothing = (): Promise<void> => Promise.resolve();

async function* resumed(
  first: EncodedFrame,
  rest: AsyncGenerator<EncodedFrame>,
): AsyncGenerator<EncodedFrame> {
  yield first;
  yield* rest;
}

/** Frames as one value, each as long as the first. */
function nativePixels(
  frames: AsyncIterable<EncodedFrame>,
  { rows, columns, bitsAllocated, numberOfFrames: count }: PixelDescription,
  frameLength: number,
): AsyncGenerator<Uint8Array[]> {
  // Only frames of one bit, which have one sample, may end inside of a byte.
  const frameBits = bitsAllocated === 1 ? rows * columns : frameLength * 8;
  const length = Math.ceil((frameBits * count) / 8);
  if (length >= 0xfffffffe) {
    throw new PixelError(
      'TOO_LARGE',
      'the pixels do not fit into one uncompressed value',
      '解压后的像素数据超出单个数据元素上限',
    );
  }
  return (async function* write() {
    yield [nativePixelDataHeader(bitsAllocated, length)];
    const bits = new BitJoiner(frameBits);
    for await (const { bytes } of frames) {
      if (bytes.length !== frameLength) throw new Error('frames of one image have different lengths');
      yield [frameBits % 8 === 0 ? bytes : bits.add(bytes)];
    }
    yield [bits.rest];
    if (length % 2 === 1) yield [Buffer.alloc(1)];
  })();
}

/** Each frame as one fragment, without an offset table: lengths are not known beforehand. */
async function* encapsulatedPixels(frames: AsyncIterable<EncodedFrame>): AsyncGenerator<Uint8Array[]> {
  yield [encapsulatedStart()];
  for await (const { bytes } of frames)
    yield [fragmentHeader(bytes.length), bytes, Buffer.alloc(bytes.length % 2)];
  yield [ENCAPSULATED_END];
}

/** Deflates a dataset while it is written (PS3.5 §A.5), padded to an even length. */
async function deflated(produce: (write: Outlet) => Promise<void>, write: Outlet): Promise<void> {
  const deflate = createDeflateRaw();
  const feed = (async () => {
    await produce(async (...chunks) => {
      for (const chunk of chunks) if (!deflate.write(chunk)) await once(deflate, 'drain');
    });
    deflate.end();
  })();
  feed.catch((error: unknown) => deflate.destroy(error as Error));
  let length = 0;
  for await (const chunk of deflate as AsyncIterable<Buffer>) {
    length += chunk.length;
    await write(chunk);
  }
  await feed;
  if (length % 2 === 1) await write(Buffer.alloc(1));
}

/** The bytes of an object around its pixel data; of a deflated one, inflated. Ranges count as the index counts. */
function storedBytes(
  objects: ServerParts['objects'],
  instance: InstanceContent,
): { head(end: number | null): Promise<Buffer>; rest(offset: number): Promise<Buffer> } {
  const { object_key: key, object_size: size, transfer_syntax_uid: uid } = instance;
  const bounded = (range: ByteRange): ByteRange => {
    if (range.length > MAX_HEAD_BYTES)
      throw new PixelError(
        'TOO_LARGE',
        'the attributes are larger than is worked on',
        '属性过大，超出处理上限',
      );
    return range;
  };
  if (transferSyntax(uid)?.deflated !== true) {
    return {
      head: (end) => objects.read(key, bounded({ offset: 0, length: end ?? size })),
      rest: (offset) => objects.read(key, bounded({ offset, length: size - offset })),
    };
  }
  const reader = new ForwardReader(() => inflatedDataset(objects, instance));
  const finishing = async (work: Promise<Buffer>): Promise<Buffer> => {
    try {
      return await work;
    } finally {
      reader.close();
    }
  };
  return {
    head: async (end) => {
      const meta = await objects.read(key, { offset: 0, length: Math.min(META_READ, size) });
      const dataset = await finishing(
        end === null ? reader.rest(0, MAX_HEAD_BYTES) : reader.read(bounded({ offset: 0, length: end })),
      );
      return Buffer.concat([
        meta.subarray(
          0,
          parsed(() => datasetOffset(meta)),
        ),
        dataset,
      ]);
    },
    rest: (offset) => finishing(reader.rest(offset, MAX_HEAD_BYTES)),
  };
}

/** An object that cannot be rewritten cannot be had so. */
function parsed<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new PixelError('CORRUPT', 'the dataset cannot be encoded anew', '无法重新编码该数据集', {
      cause: error,
    });
  }
}
