import { buffer } from 'node:stream/consumers';
import { inflateRawSync } from 'node:zlib';
import { datasetOffset, ObjectDigestCheck, transferSyntax } from '@hutong/dicom';
import type { InstanceToCorrect, ObjectStore } from '@hutong/storage-config';

/** Why an object can never be written anew as it is; without values of the dataset. */
export class RewriteFailure extends Error {
  override name = 'RewriteFailure';
}

/** Most that is held in memory of one object: everything but its pixel data, or all of a deflated one. */
const MAX_HELD = 64 * 1024 * 1024;
const MAX_INFLATED = 256 * 1024 * 1024;

/** Where a stored object is and how. */
export type StoredInstance = Pick<
  InstanceToCorrect,
  'objectKey' | 'objectSize' | 'objectSha256' | 'transferSyntaxUid' | 'pixelData'
>;

/** A stored object in its parts. */
export interface Source {
  /** From the first byte to the value of the pixel data; inflated where it was deflated. */
  head: Buffer;
  pixelData: { length: number } | null;
  /** The value of the pixel data. To be read once. */
  value(): AsyncIterable<Buffer>;
  tail: Buffer;
  /** Whether the bytes that were read, all of them, are those that were stored. */
  isWhole(): boolean;
}

/**
 * Opens a stored object: what precedes and follows its pixel data is held, the pixel data streams.
 *
 * @throws RewriteFailure; ObjectNotFound
 */
export async function openSource(objects: ObjectStore, instance: StoredInstance): Promise<Source> {
  const { objectKey, objectSize, objectSha256, pixelData } = instance;
  const hash = new ObjectDigestCheck(objectSha256);
  if (transferSyntax(instance.transferSyntaxUid)?.deflated === true) {
    if (objectSize > MAX_HELD) throw new RewriteFailure('TOO_LARGE');
    const bytes = await buffer(await objects.get(objectKey));
    hash.update(bytes);
    const start = datasetOffset(bytes);
    const inflated = inflate(bytes.subarray(start));
    const from = pixelData?.offset ?? inflated.length;
    const to = from + (pixelData?.length ?? 0);
    return {
      head: Buffer.concat([bytes.subarray(0, start), inflated.subarray(0, from)]),
      pixelData,
      value: () => only(inflated.subarray(from, to)),
      tail: inflated.subarray(to),
      isWhole: () => hash.matches(),
    };
  }
  const from = pixelData?.offset ?? objectSize;
  const to = from + (pixelData?.length ?? 0);
  if (from + objectSize - to > MAX_HELD) throw new RewriteFailure('TOO_LARGE');
  const head = await range(objects, objectKey, from, 0);
  const tail = await range(objects, objectKey, objectSize, to);
  hash.update(head);
  return {
    head,
    pixelData,
    value: () => hashedRange(objects, objectKey, { offset: from, length: to - from }, hash),
    tail,
    isWhole: () => hash.update(tail).matches(),
  };
}

async function* only(bytes: Buffer): AsyncGenerator<Buffer> {
  yield await Promise.resolve(bytes);
}

async function* hashedRange(
  objects: ObjectStore,
  key: string,
  { offset, length }: { offset: number; length: number },
  hash: ObjectDigestCheck,
): AsyncGenerator<Buffer> {
  if (length === 0) return;
  for await (const chunk of (await objects.get(key, { offset, length })) as AsyncIterable<Buffer>) {
    hash.update(chunk);
    yield chunk;
  }
}

/** Bytes up to `end`, from `start` on. */
async function range(objects: ObjectStore, key: string, end: number, start: number): Promise<Buffer> {
  if (end <= start) return Buffer.alloc(0);
  return buffer(await objects.get(key, { offset: start, length: end - start }));
}

function inflate(bytes: Buffer): Buffer {
  try {
    return inflateRawSync(bytes, { maxOutputLength: MAX_INFLATED });
  } catch {
    throw new RewriteFailure('INFLATE_FAILED');
  }
}
