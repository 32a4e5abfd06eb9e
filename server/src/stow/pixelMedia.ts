import { TRANSFER_SYNTAXES, transferSyntax, type TransferSyntax } from '@hutong/dicom';

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

/** By the Start of Frame marker (ITU-T T.81 Table B.1), and for lossless pictures by the predictor of the scan. */
function jpegSyntax(head: Uint8Array): TransferSyntax | null {
  let frame: number | null = null;
  for (const { marker, content } of segments(head)) {
    if (marker >= 0xc0 && marker <= 0xcf && ![0xc4, 0xc8, 0xcc].includes(marker)) frame = marker;
    if (frame === 0xc0) return TRANSFER_SYNTAXES.jpegBaseline8Bit;
    if (frame === 0xc1) return TRANSFER_SYNTAXES.jpegExtended12Bit;
    if (frame === 0xc3 && marker === 0xda) {
      const predictor = content[1 + 2 * (content[0] ?? 0)];
      return TRANSFER_SYNTAXES[predictor === 1 ? 'jpegLosslessSv1' : 'jpegLossless'];
    }
  }
  return null;
}

/** NEAR of the first scan (ISO/IEC 14495-1 C.2.3). */
function isNearLossless(head: Uint8Array): boolean {
  for (const { marker, content } of segments(head)) {
    if (marker === 0xda) return (content[1 + 2 * (content[0] ?? 0)] ?? 0) > 0;
  }
  return false;
}
