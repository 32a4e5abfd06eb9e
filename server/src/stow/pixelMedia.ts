import {
  number,
  TAG,
  TRANSFER_SYNTAXES,
  transferSyntax,
  type DicomJson,
  type TransferSyntax,
} from '@hutong/dicom';
import { codestreamHeader, jpegHeader, SOF, type CodestreamHeader, type JpegHeader } from './frameHeader.ts';

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

/** Bytes from the beginning of a frame that are enough to tell its encoding: colour profiles may stand before that. */
export const FRAME_HEAD = 256 * 1024;

/** Whether a pixel data part holds uncompressed pixels. */
export function isNative(mediaType: string): boolean {
  return mediaType === NATIVE;
}

/** Transfer syntaxes whose uncompressed values are little endian, as bulk data is (PS3.18 10.5.2). */
const NATIVE_SYNTAXES: readonly string[] = [
  TRANSFER_SYNTAXES.explicitVrLittleEndian.uid,
  TRANSFER_SYNTAXES.implicitVrLittleEndian.uid,
];

/** Whether what an `application/octet-stream` part names as its transfer syntax, if anything, is how it is taken. */
export function isNativeSyntax(named: string | null): boolean {
  return named === null || named === '' || NATIVE_SYNTAXES.includes(named);
}

const {
  jpegBaseline8Bit,
  jpegExtended12Bit,
  jpegSpectralSelection68,
  jpegFullProgression1012,
  jpegLossless,
  jpegLosslessSv1,
  jpegLsLossless,
  jpegLsNearLossless,
  jpeg2000,
  jpeg2000Lossless,
  htj2k,
  htj2kLossless,
  htj2kLosslessRpcl,
  rleLossless,
} = TRANSFER_SYNTAXES;

/**
 * The transfer syntax of an object whose pixel data came in this media type (PS3.18 Tables 8.7.3-5 and 10.5.2-1): the one
 * that is named, else the one that the frame itself tells, else the one that covers all frames of the type. Null where
 * the media type is not known, or the frame is not of that type or not what is named: pixels are never labelled as what
 * they are not.
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
  const isOfType = (syntax: TransferSyntax | undefined): syntax is TransferSyntax =>
    syntax?.encapsulated === true && syntax.frameMediaType?.toLowerCase() === type.toLowerCase();
  const possible = syntaxesOfFrame(type, head);
  const checked = (syntax: TransferSyntax): TransferSyntax | null =>
    possible === null || possible.includes(syntax) ? syntax : null;
  const [fromPart = null, fromMetadata = null] = named;
  if (fromPart !== null && fromPart !== '') {
    const syntax = transferSyntax(fromPart);
    return isOfType(syntax) ? checked(syntax) : null;
  }
  const syntax = transferSyntax(fromMetadata ?? '');
  return isOfType(syntax) ? checked(syntax) : (possible?.[0] ?? null);
}

/**
 * Transfer syntaxes that the frame may be of, the one it has when none is named first; none where it is no frame of the
 * type. Null where the type says nothing of its frames, and it is to be named.
 */
function syntaxesOfFrame(type: string, head: Uint8Array): readonly TransferSyntax[] | null {
  switch (type) {
    case 'image/jpeg':
      return jpegSyntaxes(jpegHeader(head));
    case 'image/jls': {
      const frame = jpegHeader(head);
      if (frame?.process !== SOF.jpegLs) return [];
      return frame.firstOfScan > 0 ? [jpegLsNearLossless] : [jpegLsLossless, jpegLsNearLossless];
    }
    case 'image/jp2':
      return codestreamSyntaxes(codestreamHeader(head), false, [jpeg2000, jpeg2000Lossless]);
    case 'image/jphc':
      return codestreamSyntaxes(codestreamHeader(head), true, [htj2k, htj2kLossless, htj2kLosslessRpcl]);
    case 'image/dicom-rle':
      return [rleLossless];
    default:
      return null;
  }
}

/** By the Start of Frame marker, and for lossless pictures by the predictor of the scan. */
function jpegSyntaxes(frame: JpegHeader | null): readonly TransferSyntax[] {
  if (frame === null) return [];
  switch (frame.process) {
    // Every decoder of the extended process takes a baseline frame.
    case SOF.baseline:
      return [jpegBaseline8Bit, jpegExtended12Bit];
    case SOF.extended:
      return [jpegExtended12Bit];
    case SOF.progressive:
      return [jpegFullProgression1012, jpegSpectralSelection68];
    case SOF.lossless:
      return frame.firstOfScan === 1 ? [jpegLosslessSv1, jpegLossless] : [jpegLossless];
    default:
      return [];
  }
}

/** @param all the general transfer syntax, which holds lossless frames as well, and those of lossless frames alone */
function codestreamSyntaxes(
  header: CodestreamHeader | null,
  highThroughput: boolean,
  all: readonly [TransferSyntax, ...TransferSyntax[]],
): readonly TransferSyntax[] {
  if (header?.highThroughput !== highThroughput) return [];
  return header.reversible ? all : [all[0]];
}

/**
 * The first attribute of the image that says otherwise than the frame (PS3.5 §8.2), or null. Frames of types that say
 * nothing of themselves are not compared.
 *
 * @param head the first {@link FRAME_HEAD} bytes of the first frame
 */
export function contradictedAttribute(
  dataset: DicomJson,
  mediaType: string,
  head: Uint8Array,
): string | null {
  const type = ALIASES[mediaType] ?? mediaType;
  const frame = ['image/jpeg', 'image/jls'].includes(type)
    ? jpegHeader(head)
    : ['image/jp2', 'image/jphc'].includes(type)
      ? codestreamHeader(head)
      : null;
  if (frame === null) return null;
  const { rows, columns, components, precision } = frame;
  // A JPEG may tell its height behind the first scan (ITU-T T.81 B.2.5).
  if (rows !== 0 && number(dataset, TAG.Rows) !== rows) return TAG.Rows;
  if (number(dataset, TAG.Columns) !== columns) return TAG.Columns;
  if (number(dataset, TAG.SamplesPerPixel) !== components) return TAG.SamplesPerPixel;
  return (number(dataset, TAG.BitsAllocated) ?? 0) < precision ? TAG.BitsAllocated : null;
}

const us = (value: number) => ({ vr: 'US', Value: [value] });
const cs = (value: string) => ({ vr: 'CS', Value: [value] });

/**
 * The attributes of the image that a JPEG frame tells by itself, which a sender of pictures may leave out (PS3.18
 * 10.5.2). Null where the frame is no JPEG of one or three components.
 *
 * @param head the first {@link FRAME_HEAD} bytes of the first frame
 */
export function jpegAttributes(head: Uint8Array): DicomJson | null {
  const frame = jpegHeader(head);
  if (frame === null || (frame.components !== 1 && frame.components !== 3)) return null;
  const colour = frame.isRgb ? 'RGB' : frame.subsampled ? 'YBR_FULL_422' : 'YBR_FULL';
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
    ...(frame.process === SOF.lossless
      ? {}
      : { [TAG.LossyImageCompression]: cs('01'), [TAG.LossyImageCompressionMethod]: cs('ISO_10918_1') }),
  };
}
