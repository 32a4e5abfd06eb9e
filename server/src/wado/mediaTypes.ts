import { TRANSFER_SYNTAXES, transferSyntax } from '@hutong/dicom';

export const OCTET_STREAM = 'application/octet-stream';
export const DICOM = 'application/dicom';
/** What every receiver can read, and what a media type without transfer-syntax means (PS3.18 8.7.3). */
export const EXPLICIT_LITTLE_ENDIAN = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;

/**
 * Transfer syntax that a media type of frames means when none is named (PS3.18 Tables 8.7.3-4 and 8.7.3-5), the first
 * ones preferred where a wildcard leaves the choice.
 */
export const DEFAULT_TRANSFER_SYNTAX: Readonly<Record<string, string>> = {
  [OCTET_STREAM]: EXPLICIT_LITTLE_ENDIAN,
  'image/jpeg': TRANSFER_SYNTAXES.jpegLosslessSv1.uid,
  'image/jls': TRANSFER_SYNTAXES.jpegLsLossless.uid,
  'image/jp2': TRANSFER_SYNTAXES.jpeg2000Lossless.uid,
  'image/jphc': TRANSFER_SYNTAXES.htj2kLossless.uid,
  'image/dicom-rle': TRANSFER_SYNTAXES.rleLossless.uid,
};

/** Names that clients use for a media type of PS3.18 Table 8.7.3-5. */
const ALIASES: Record<string, readonly string[]> = {
  'image/jls': ['image/x-jls'],
  'image/dicom-rle': ['image/x-dicom-rle', 'image/dicom+rle'],
  'image/jphc': ['image/jhc', 'image/x-jphc', 'image/jph'],
  'video/mpeg': ['video/mpeg2'],
};

export const aliasesOf = (mediaType: string): readonly string[] => ALIASES[mediaType] ?? [];

/**
 * Transfer syntaxes that may have lost something. Of them the server has no other pixels, so they are sent as stored
 * where a media type alone would mean another one (PS3.18 8.7.3.3).
 */
const MAY_BE_LOSSY = new Set(
  [
    TRANSFER_SYNTAXES.jpegBaseline8Bit,
    TRANSFER_SYNTAXES.jpegExtended12Bit,
    TRANSFER_SYNTAXES.jpegLsNearLossless,
    TRANSFER_SYNTAXES.jpeg2000,
    TRANSFER_SYNTAXES.jpeg2000Part2,
    TRANSFER_SYNTAXES.htj2k,
    TRANSFER_SYNTAXES.jpegXl,
    TRANSFER_SYNTAXES.jpegXlJpegRecompression,
  ].map(({ uid }) => uid),
);

export function mayBeLossy(transferSyntaxUid: string): boolean {
  return MAY_BE_LOSSY.has(transferSyntaxUid) || transferSyntax(transferSyntaxUid)?.video === true;
}

/** Whether frames of an object are uncompressed, so that little endian they are octet streams as they are. */
export function isNative(transferSyntaxUid: string): boolean {
  const syntax = transferSyntax(transferSyntaxUid);
  if (syntax === undefined || syntax.frameMediaType === null) return false;
  return !syntax.encapsulated || syntax.uid === TRANSFER_SYNTAXES.encapsulatedUncompressed.uid;
}
