import { type ByteRange, type DicomJson, readPart10, TRANSFER_SYNTAXES, transferSyntax } from '@hutong/dicom';
import { type PixelDescription, PixelError } from '@hutong/pixels';

/** What is in front of the pixel data is parsed in memory, up to this size; acquisitions write a few kilobytes. */
export const MAX_HEAD_BYTES = 32 * 1024 * 1024;
/** Values of this size, such as palettes and look-up tables, are wanted inline. */
export const INLINE_BYTES = 4 * 1024 * 1024;
const ZERO_PREAMBLE = 128;

/** Header of the pixel data element that ends the head: tag, VR and length (PS3.5 §7.1.2, §7.1.3). */
const EXPLICIT_HEADER = 12;
const IMPLICIT_HEADER = 8;

/** What stands in front of the pixel data of an instance. */
export interface ImageHead {
  /** Attributes up to the pixel data, look-up tables inline. */
  dataset: DicomJson;
  pixelVr: string;
}

/**
 * Parses the bytes of an instance up to the first one of its pixel data.
 *
 * @param inflated whether they are of an inflated dataset, which has no group 0002
 * @throws PixelError CORRUPT
 */
export function parseHead(head: Buffer, transferSyntaxUid: string, inflated: boolean): ImageHead {
  const explicit = transferSyntax(transferSyntaxUid)?.explicit ?? true;
  const end = head.length - (explicit ? EXPLICIT_HEADER : IMPLICIT_HEADER);
  const pixelVr = explicit ? head.toString('latin1', end + 4, end + 6) : 'OW';
  const bytes = inflated ? Buffer.concat([plainMeta(), head.subarray(0, end)]) : head.subarray(0, end);
  try {
    const { dataset } = readPart10(bytes, {
      bulkThreshold: INLINE_BYTES,
      valueThreshold: INLINE_BYTES,
      maxHeaderBytes: 2 * MAX_HEAD_BYTES,
    });
    return { dataset, pixelVr };
  } catch (error) {
    throw new PixelError('CORRUPT', 'the attributes of the image cannot be parsed', '无法解析图像属性', {
      cause: error,
    });
  }
}

/** Preamble, prefix and a group 0002 that says explicit little endian, as which inflated datasets are read. */
function plainMeta(): Buffer {
  const uid = Buffer.from(`${TRANSFER_SYNTAXES.explicitVrLittleEndian.uid}\0`);
  const element = Buffer.concat([
    Buffer.from([0x02, 0, 0x10, 0]),
    Buffer.from('UI'),
    Buffer.from([uid.length, 0]),
    uid,
  ]);
  return Buffer.concat([Buffer.alloc(ZERO_PREAMBLE), Buffer.from('DICM'), element]);
}

/**
 * Puts the bytes of a frame in order, in place: of 8-bit samples in 16-bit words of a big-endian dataset the later pixel
 * lies in front (PS3.5 §8.1.2, Annex D).
 */
export function orderBytes(
  bytes: Buffer,
  { transferSyntaxUid, bitsAllocated }: Pick<PixelDescription, 'transferSyntaxUid' | 'bitsAllocated'>,
  pixelVr: string,
): void {
  const swaps = transferSyntaxUid === TRANSFER_SYNTAXES.explicitVrBigEndian.uid && pixelVr === 'OW';
  if (swaps && bitsAllocated <= 8 && bytes.length % 2 === 0) bytes.swap16();
}

/** The length of ranges together. */
export const lengthOfRanges = (ranges: readonly ByteRange[]): number =>
  ranges.reduce((sum, { length }) => sum + length, 0);
