import { TAG, tagText, type Vr } from './attributes.ts';
import { DicomError } from './dicomError.ts';
import { type ElementHeader, readHeader, registeredVr, UNDEFINED_LENGTH } from './elementHeader.ts';
import { actualEncoding } from './rawElements.ts';
import { datasetOffset } from './rewriteHead.ts';
import { TRANSFER_SYNTAXES, transferSyntax } from './transferSyntaxes.ts';

/** The element whose value the frames are cut from: what its samples are, and in which order their bytes lie. */
export interface PixelElement {
  tag: '7FE00008' | '7FE00009' | '7FE00010';
  /** That of the header; where it says none or UN, that of the registry. */
  vr: Vr;
  /** Whether the words of the value are big endian. */
  bigEndian: boolean;
}

const TAGS: readonly string[] = [TAG.FloatPixelData, TAG.DoubleFloatPixelData, TAG.PixelData];

/**
 * Reads the element header that stands in front of the pixel data (PS3.5 §7.1).
 *
 * @param head the bytes of an object up to the value of its pixel data; of a deflated one, those of the inflated dataset
 * @param transferSyntaxUid as the object declares it; its first element tells more
 * @returns the element, and where its header begins
 * @throws DicomError MALFORMED where no header of pixel data ends the bytes
 */
export function pixelElement(
  head: Uint8Array,
  transferSyntaxUid: string,
): { element: PixelElement; start: number } {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.length);
  const declared = transferSyntax(transferSyntaxUid) ?? TRANSFER_SYNTAXES.explicitVrLittleEndian;
  const from = declared.deflated ? 0 : datasetOffset(bytes);
  const { explicit, bigEndian } = actualEncoding(bytes, from, declared);
  const header: ElementHeader = { tag: 0, vr: null, length: 0, headerLength: 0, explicit };
  for (const start of [bytes.length - 12, bytes.length - 8]) {
    if (start < from || !readHeader(bytes, start, bytes.length - start, { explicit, bigEndian }, header))
      continue;
    const tag = tagText(header.tag);
    if (!TAGS.includes(tag) || start + header.headerLength !== bytes.length) continue;
    const registered = header.length === UNDEFINED_LENGTH ? 'OB' : registeredVr(header.tag, false);
    const element: PixelElement = {
      tag: tag as PixelElement['tag'],
      vr: header.vr === null || header.vr === 'UN' ? registered : header.vr,
      // A value of VR UN is little endian in every transfer syntax (PS3.5 §6.2.2).
      bigEndian: bigEndian && header.vr !== 'UN',
    };
    return { element, start };
  }
  throw new DicomError(
    'MALFORMED',
    `No pixel data begins at byte ${bytes.length}.`,
    bytes.length,
    TAG.PixelData,
  );
}
