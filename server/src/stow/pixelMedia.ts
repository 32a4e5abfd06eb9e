import { TAG, TRANSFER_SYNTAXES, transferSyntax, type DicomJson, type TransferSyntax } from '@hutong/dicom';

/** Names that clients use beside the registered ones. */
const ALIASES: Record<string, string> = {
  'image/jpg': 'image/jpeg',
  'image/x-jls': 'image/jls',
  'image/x-jpx': 'image/jpx',
  'image/j2c': 'image/jp2',
  'image/x-dicom-rle': 'image/dicom-rle',
  'video/mpeg2': 'video/mpeg',
  'video/h265': 'video/H265',
};

const NATIVE = 'application/octet-stream';

/** Media types of pixel data parts that are stored encapsulated. */
export const PIXEL_MEDIA_TYPES: readonly string[] = [
  ...new Set(
    Object.values(TRANSFER_SYNTAXES).flatMap(({ frameMediaType, encapsulated, retired }) =>
      frameMediaType !== null && frameMediaType !== NATIVE && encapsulated && !retired
        ? [frameMediaType]
        : [],
    ),
  ),
];

/** Bytes from the beginning of a frame that are enough to tell its encoding. */
export const FRAME_HEAD = 64 * 1024;

/** Whether a pixel data part holds uncompressed pixels. */
export function isNative(mediaType: string): boolean {
  return mediaType === NATIVE;
}

/**
 * The transfer syntax of an object whose pixel data came in this media type (PS3.18 Tables 8.7.3-5 and 10.5.2-1): the one
 * that is named, else the one that the frame itself tells, else the one that covers all frames of the type. Null where
 * the media type is not known, or what is named is not of that type.
 *
 * @param named UIDs that the part and the metadata name, in this order; empty ones count as not named
 * @param head the first {@link FRAME_HEAD} bytes of the first frame
 */
export function pixelSyntax(
  mediaType: string,
  named: readonly (string | null)[],
  head: Uint8Array,
): TransferSyntax | null {
  const type = ALIASES[mediaType] ?? mediaType;
  const isOfType = (syntax: TransferSyntax | undefined): boolean =>
    syntax?.encapsulated === true && syntax.frameMediaType?.toLowerCase() === type.toLowerCase();
  if ((type === 'image/jp2' || type === 'image/jphc') && !isCodestream(head)) return null;
  const [fromPart = null, fromMetadata = null] = named;
  if (fromPart !== null && fromPart !== '') {
    const syntax = transferSyntax(fromPart);
    return isOfType(syntax) ? (syntax ?? null) : null;
  }
  const syntax = transferSyntax(fromMetadata ?? '');
  if (isOfType(syntax)) return syntax ?? null;
  return syntaxOfFrame(type, head);
}

function syntaxOfFrame(type: string, head: Uint8Array): TransferSyntax | null {
  switch (type) {
    case 'image/jpeg':
      return jpegSyntax(head);
    case 'image/jls':
      return TRANSFER_SYNTAXES[isNearLossless(head) ? 'jpegLsNearLossless' : 'jpegLsLossless'];
    // The general ones hold lossless frames as well.
    case 'image/jp2':
      return TRANSFER_SYNTAXES.jpeg2000;
    case 'image/jphc':
      return TRANSFER_SYNTAXES.htj2k;
    case 'image/dicom-rle':
      return TRANSFER_SYNTAXES.rleLossless;
    default:
      return null;
  }
}

/** Of JPEG 2000 the codestream is encapsulated, without the boxes of a JP2 file (PS3.5 §A.4.4). */
function isCodestream(head: Uint8Array): boolean {
  return head[0] === 0xff && head[1] === 0x4f;
}

/** The segments of a JPEG or JPEG-LS picture up to its first scan: marker, and the bytes behind its length. */
function* segments(head: Uint8Array): Iterable<{ marker: number; content: Uint8Array }> {
  if (head[0] !== 0xff || head[1] !== 0xd8) return;
  for (let at = 2; at + 4 <= head.length && head[at] === 0xff;) {
    const marker = head[at + 1] ?? 0;
    if (marker === 0xff) {
      at++;
      continue;
    }
    const length = ((head[at + 2] ?? 0) << 8) | (head[at + 3] ?? 0);
    yield { marker, content: head.subarray(at + 4, at + 2 + length) };
    if (marker === 0xda) return;
    at += 2 + length;
  }
}

interface JpegFrame {
  /** The Start of Frame marker (ITU-T T.81 Table B.1). */
  process: number;
  precision: number;
  rows: number;
  columns: number;
  components: number;
  /** Whether the colour components have fewer samples than the first. */
  subsampled: boolean;
}

const LOSSLESS = 0xc3;

function jpegFrame(head: Uint8Array): JpegFrame | null {
  for (const { marker, content } of segments(head)) {
    if (marker < 0xc0 || marker > 0xcf || [0xc4, 0xc8, 0xcc].includes(marker)) continue;
    const [precision = 0, r1 = 0, r0 = 0, c1 = 0, c0 = 0, components = 0] = content;
    const sampling = Array.from({ length: components }, (_, i) => content[7 + 3 * i]);
    const subsampled = sampling.some((factors) => factors !== sampling[0]);
    return {
      process: marker,
      precision,
      rows: (r1 << 8) | r0,
      columns: (c1 << 8) | c0,
      components,
      subsampled,
    };
  }
  return null;
}

/** By the Start of Frame marker, and for lossless pictures by the predictor of the scan. */
function jpegSyntax(head: Uint8Array): TransferSyntax | null {
  const process = jpegFrame(head)?.process;
  if (process === 0xc0) return TRANSFER_SYNTAXES.jpegBaseline8Bit;
  if (process === 0xc1) return TRANSFER_SYNTAXES.jpegExtended12Bit;
  if (process !== LOSSLESS) return null;
  for (const { marker, content } of segments(head)) {
    const predictor = content[1 + 2 * (content[0] ?? 0)];
    if (marker === 0xda) return TRANSFER_SYNTAXES[predictor === 1 ? 'jpegLosslessSv1' : 'jpegLossless'];
  }
  return null;
}

const us = (value: number) => ({ vr: 'US', Value: [value] });
const cs = (value: string) => ({ vr: 'CS', Value: [value] });

/**
 * The attributes of the image that a JPEG frame tells by itself, which a sender of pictures may leave out (PS3.18
 * 10.5.2). Null where the frame is no JPEG.
 *
 * @param head the first {@link FRAME_HEAD} bytes of the first frame
 */
export function jpegAttributes(head: Uint8Array): DicomJson | null {
  const frame = jpegFrame(head);
  if (frame === null) return null;
  const colour = frame.process === LOSSLESS ? 'RGB' : frame.subsampled ? 'YBR_FULL_422' : 'YBR_FULL';
  return {
    [TAG.SamplesPerPixel]: us(frame.components),
    [TAG.PhotometricInterpretation]: cs(frame.components === 1 ? 'MONOCHROME2' : colour),
    ...(frame.components === 1 ? {} : { [TAG.PlanarConfiguration]: us(0) }),
    [TAG.Rows]: us(frame.rows),
    [TAG.Columns]: us(frame.columns),
    [TAG.BitsAllocated]: us(frame.precision > 8 ? 16 : 8),
    [TAG.BitsStored]: us(frame.precision),
    [TAG.HighBit]: us(frame.precision - 1),
    [TAG.PixelRepresentation]: us(0),
    ...(frame.process === LOSSLESS
      ? {}
      : { [TAG.LossyImageCompression]: cs('01'), [TAG.LossyImageCompressionMethod]: cs('ISO_10918_1') }),
  };
}

/** NEAR of the first scan (ISO/IEC 14495-1 C.2.3). */
function isNearLossless(head: Uint8Array): boolean {
  for (const { marker, content } of segments(head)) {
    if (marker === 0xda) return (content[1 + 2 * (content[0] ?? 0)] ?? 0) > 0;
  }
  return false;
}
