import type { ByteRange } from '@hutong/dicom';
import { PixelError } from '@hutong/pixels';
import type { ObjectStore } from '@hutong/storage-config';

const ITEM_HEADER = 8;
const ITEM = 0xe000fffe;
const DELIMITER = 0xe0ddfffe;
/** A video of two hours in fragments of a second has fewer. */
const MAX_FRAGMENTS = 10_000;

/**
 * The fragments of encapsulated pixel data, in order, without the Basic Offset Table (PS3.5 §A.4); joined they are one
 * stream. For streams whose frames the index does not know.
 *
 * @param value the whole value, as the index has it
 * @throws PixelError CORRUPT
 */
export async function fragmentRanges(
  objects: ObjectStore,
  key: string,
  value: ByteRange,
): Promise<ByteRange[]> {
  const end = value.offset + value.length;
  const fragments: ByteRange[] = [];
  let at = value.offset;
  for (let item = 0; item <= MAX_FRAGMENTS && at + ITEM_HEADER <= end; item += 1) {
    const header = await objects.read(key, { offset: at, length: ITEM_HEADER });
    const tag = header.readUInt32LE(0);
    const length = header.readUInt32LE(4);
    if (tag === DELIMITER) return fragments;
    at += ITEM_HEADER;
    if (tag !== ITEM || at + length > end) break;
    if (item > 0 && length > 0) fragments.push({ offset: at, length });
    at += length;
  }
  // A value that ends with its last item lacks only the delimiter.
  if (at === end && fragments.length > 0) return fragments;
  throw new PixelError('CORRUPT', 'the fragments are damaged', '像素数据分片已损坏');
}
