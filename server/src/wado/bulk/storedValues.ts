import type { ByteRange } from '@hutong/dicom';
import type { ObjectStore } from '@hutong/storage-config';
import type { InstanceContent, StoredInstance } from '../lookUp.ts';
import type { Outlet } from '../outlet.ts';
import { fragmentRanges } from '../source/fragments.ts';
import { openValue, type ValueReader } from '../source/valueReader.ts';

/** Values that are converted while they are sent are read in pieces of this size. */
const PIECE = 1024 * 1024;

/** Writes a part of a value that is converted while it is read. */
export async function writeValue(value: ValueReader, part: ByteRange, write: Outlet): Promise<void> {
  const end = part.offset + part.length;
  for (let at = part.offset; at < end; at += PIECE)
    await write(await value.read({ offset: at, length: Math.min(PIECE, end - at) }));
}

/**
 * Writes one whole value of an instance as little-endian bytes.
 *
 * @param bitsAllocated of pixel data, else 0
 * @param head what stands in front of it, written once the value is open
 */
export async function writeStoredValue(
  objects: ObjectStore,
  instance: StoredInstance,
  range: ByteRange,
  write: Outlet,
  bitsAllocated = 0,
  head: (() => Buffer) | null = null,
): Promise<void> {
  const value = await openValue(objects, instance, range, bitsAllocated);
  try {
    if (head !== null) await write(head());
    await writeValue(value, { offset: 0, length: range.length }, write);
  } finally {
    value.close();
  }
}

/** Writes the stream of a video, without the fragments' headers. */
export async function writeVideo(
  objects: ObjectStore,
  instance: StoredInstance & Pick<InstanceContent, 'pixel_data'>,
  write: Outlet,
): Promise<void> {
  const value = instance.pixel_data?.value ?? { offset: 0, length: 0 };
  for (const range of await fragmentRanges(objects, instance.object_key, value))
    await writeStoredValue(objects, instance, range, write);
}
