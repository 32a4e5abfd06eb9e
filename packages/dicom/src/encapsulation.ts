import { Buffer } from 'node:buffer';
import { TAG, tagNumber, type Vr } from './attributes.ts';
import { UNDEFINED_LENGTH } from './elementHeader.ts';
import { elementHeader, itemHeader, sequenceDelimiter } from './elementSink.ts';
import type { DicomJson } from './types.ts';

const PIXEL_DATA = tagNumber(TAG.PixelData);

/**
 * What stands before the fragments of encapsulated pixel data (PS3.5 §A.4): the element header of (7FE0,0010) with
 * undefined length and the Basic Offset Table. Then follow, for each fragment, {@link fragmentHeader} and its bytes
 * padded with a zero to an even length, and {@link ENCAPSULATED_END}.
 *
 * @param basicOffsets Entries of the Basic Offset Table (see {@link basicOffsets}); none where the lengths are not
 * known beforehand, or where an Extended Offset Table is written.
 */
export function encapsulatedStart(basicOffsets: readonly number[] = []): Buffer {
  const table = Buffer.alloc(basicOffsets.length * 4);
  basicOffsets.forEach((offset, index) => table.writeUInt32LE(offset, index * 4));
  return Buffer.concat([elementHeader(PIXEL_DATA, 'OB', UNDEFINED_LENGTH), itemHeader(table.length), table]);
}

/**
 * The item header of one fragment.
 *
 * @param length Bytes of the fragment before padding.
 */
export function fragmentHeader(length: number): Buffer {
  return itemHeader(evenLength(length));
}

/** Ends encapsulated pixel data. */
export const ENCAPSULATED_END: Buffer = sequenceDelimiter;

/** Bytes from the first to the last of encapsulated pixel data, its element header included. */
export function encapsulatedLength(fragmentLengths: readonly number[], offsetTableEntries = 0): number {
  const fragments = fragmentLengths.reduce((sum, length) => sum + 8 + evenLength(length), 0);
  return 12 + 8 + offsetTableEntries * 4 + fragments + ENCAPSULATED_END.length;
}

/**
 * The entries of a Basic Offset Table; null where they do not fit into 32 bits (then write an Extended Offset Table,
 * or none).
 *
 * @param frames For each frame the lengths of its fragments before padding.
 */
export function basicOffsets(frames: readonly (readonly number[])[]): number[] | null {
  const offsets = frameOffsets(frames);
  return (offsets.at(-1) ?? 0) <= 0xffffffff ? offsets : null;
}

/**
 * Extended Offset Table and its lengths (7FE0,0001–0002; PS3.3 §C.7.6.3.1.8), which stand before PixelData; the Basic
 * Offset Table must then be empty. Each frame is one fragment.
 *
 * @param frameLengths Bytes of each frame before padding.
 */
export function extendedOffsetTable(frameLengths: readonly number[]): DicomJson {
  return {
    '7FE00001': { vr: 'OV', InlineBinary: uint64s(frameOffsets(frameLengths.map((length) => [length]))) },
    '7FE00002': { vr: 'OV', InlineBinary: uint64s(frameLengths) },
  };
}

/**
 * The element header of native pixel data in Explicit VR Little Endian (PS3.5 §A.2): OW beyond 8 bits allocated, else OB.
 *
 * @param length Bytes of the value before padding; an odd one is to be followed by a zero.
 * @throws RangeError beyond 4 GiB, which an element cannot hold.
 */
export function nativePixelDataHeader(bitsAllocated: number, length: number): Buffer {
  if (evenLength(length) >= UNDEFINED_LENGTH) throw new RangeError('Native pixel data is limited to 4 GiB.');
  const vr: Vr = bitsAllocated > 8 ? 'OW' : 'OB';
  return elementHeader(PIXEL_DATA, vr, evenLength(length));
}

/** Offsets of each frame's first item header from the first byte after the offset table. */
function frameOffsets(frames: readonly (readonly number[])[]): number[] {
  let offset = 0;
  return frames.map((fragments) => {
    const start = offset;
    for (const length of fragments) offset += 8 + evenLength(length);
    return start;
  });
}

function evenLength(length: number): number {
  return length + (length % 2);
}

function uint64s(values: readonly number[]): string {
  const bytes = Buffer.alloc(values.length * 8);
  values.forEach((value, index) => bytes.writeBigUInt64LE(BigInt(value), index * 8));
  return bytes.toString('base64');
}
