import {
  type ByteRange,
  type DicomJson,
  pixelElement,
  type PixelElement,
  readPart10,
  TRANSFER_SYNTAXES,
} from '@hutong/dicom';
import { PixelError } from '@hutong/pixels';

/** What is in front of the pixel data is parsed in memory, up to this size; acquisitions write a few kilobytes. */
export const MAX_HEAD_BYTES = 32 * 1024 * 1024;
/** Values of this size, such as palettes and look-up tables, are wanted inline. */
export const INLINE_BYTES = 4 * 1024 * 1024;
const ZERO_PREAMBLE = 128;

/** What stands in front of the pixel data of an instance. */
export interface ImageHead {
  /** Attributes up to the pixel data, which is not among them; look-up tables inline. */
  dataset: DicomJson;
  /** What is known of the pixel data itself. */
  element: PixelElement;
}

/**
 * Parses the bytes of an instance up to the first one of its pixel data.
 *
 * @param inflated whether they are of an inflated dataset, which has no group 0002
 * @throws PixelError CORRUPT
 */
export function parseHead(head: Buffer, transferSyntaxUid: string, inflated: boolean): ImageHead {
  try {
    const { element, start } = pixelElement(head, transferSyntaxUid);
    const before = head.subarray(0, start);
    const bytes = inflated ? Buffer.concat([plainMeta(), before]) : before;
    const { dataset } = readPart10(bytes, {
      bulkThreshold: INLINE_BYTES,
      valueThreshold: INLINE_BYTES,
      maxHeaderBytes: 2 * MAX_HEAD_BYTES,
    });
    return { dataset, element };
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

/** The length of ranges together. */
export const lengthOfRanges = (ranges: readonly ByteRange[]): number =>
  ranges.reduce((sum, { length }) => sum + length, 0);
