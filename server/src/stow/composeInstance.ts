import {
  DatasetError,
  encodeDataset,
  number,
  parseUid,
  part10Head,
  readReference,
  TAG,
  text,
  TRANSFER_SYNTAXES,
  type ByteRange,
  type DatasetPiece,
  type DicomJson,
  type DicomJsonAttribute,
  type InstanceReference,
} from '@hutong/dicom';
import type { BulkPart, BulkParts } from './bulkParts.ts';
import {
  contradictedAttribute,
  FRAME_HEAD,
  isNative,
  isNativeSyntax,
  jpegAttributes,
  pixelSyntax,
} from './pixelMedia.ts';
import { PartFailure } from './receivePart.ts';

/** A run of the object: bytes, or a range of the spool. */
export type ObjectPiece = { literal: Buffer } | { spooled: ByteRange };

export interface ComposeContext {
  bulk: BulkParts;
  /** Reads the first bytes of a spooled range. */
  head: (range: ByteRange, length: number) => Promise<Buffer>;
  /** Decodes a consumer picture into the spool. @throws PartFailure */
  decode: (mediaType: string, range: ByteRange) => Promise<DecodedPicture>;
}

/** A picture as native pixel data in the spool. */
export interface DecodedPicture {
  range: ByteRange;
  /** The attributes of the image that it makes. */
  attributes: DicomJson;
}

/** What one request may have written beyond what it sent, by naming a part as the value of many attributes. */
export const MAX_REPEATED_BYTES = 256 * 1024 * 1024;
const OFTEN_REPEATED = {
  en: 'bulk data is the value of too many attributes',
  zh: '同一批量数据被过多属性引用',
};

/** Media types that are decoded into native pixel data (PS3.18 Table 10.5.2-1). */
export const DECODED_MEDIA_TYPES = ['image/png', 'image/gif'];

/**
 * The object in the DICOM File Format that metadata and bulk data make up (PS3.18 10.5.2), piece by piece: Explicit VR
 * Little Endian, or the transfer syntax of the compressed pixel data.
 *
 * @throws PartFailure
 */
export async function composeInstance(dataset: DicomJson, context: ComposeContext): Promise<ObjectPiece[]> {
  const identity = readReference(dataset);
  try {
    // All are looked up before any is judged: a part that was asked for is never reported as unused.
    const found = references(dataset, '').map((reference) => ({
      ...reference,
      ...context.bulk.find(reference.uri),
    }));
    if (context.bulk.repeatedBytes > MAX_REPEATED_BYTES)
      throw new PartFailure('METADATA', { detail: OFTEN_REPEATED });
    const values = new Map(found.map((value) => [value.path, partsOf(value)]));
    const syntaxUid = await settlePixelData(dataset, values, context);
    const encapsulated = syntaxUid !== TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
    const pieces = encodeDataset(withPathsAsUris(dataset, ''), {
      bulkLength: (_uri, path) => {
        const lengths = (values.get(path) ?? []).map(({ range }) => range.length);
        if (encapsulated && path === TAG.PixelData) return lengths;
        return lengths.reduce((sum, length) => sum + length, 0);
      },
    });
    if (identity === null) throw new PartFailure('UNIDENTIFIED', { tag: missingUid(dataset) });
    const head = part10Head({ transferSyntaxUid: syntaxUid, ...identity });
    return [{ literal: head }, ...pieces.flatMap((piece) => spooledPieces(piece, values))];
  } catch (error) {
    throw toFailure(error, identity);
  }
}

function toFailure(error: unknown, identity: InstanceReference | null): PartFailure {
  if (error instanceof PartFailure) {
    const { reason, tag, detail, cause } = error;
    return new PartFailure(reason, { tag: tag ?? undefined, detail, cause, identity });
  }
  if (error instanceof DatasetError)
    return new PartFailure('METADATA', { tag: lastTag(error.path), identity, cause: error });
  // A value beyond what an element can hold.
  if (error instanceof RangeError) return new PartFailure('BULK_DATA_LENGTH', { identity, cause: error });
  return new PartFailure('PROCESSING_FAILURE', { identity, cause: error });
}

function missingUid(dataset: DicomJson): string {
  return parseUid(text(dataset, TAG.SOPClassUID)) === null ? TAG.SOPClassUID : TAG.SOPInstanceUID;
}

interface Reference {
  /** Path of the attribute, as in Part10Instance.bulkData. */
  path: string;
  vr: string;
  uri: string;
}

/** Every value by reference, at any depth. */
function references(dataset: DicomJson, prefix: string): Reference[] {
  return Object.entries(dataset).flatMap(([tag, { vr, Value, BulkDataURI }]) => {
    const path = prefix + tag;
    if (BulkDataURI !== undefined) return [{ path, vr, uri: BulkDataURI }];
    if (vr !== 'SQ') return [];
    return (Value ?? []).flatMap((item, i) => references((item ?? {}) as DicomJson, `${path}/${i}/`));
  });
}

/** Bytes of one value of the VR, where they must be whole ones. */
const UNITS: Record<string, number> = {
  ...{ AT: 4, FD: 8, FL: 4, OD: 8, OF: 4, OL: 4, OV: 8, OW: 2 },
  ...{ SL: 4, SS: 2, SV: 8, UL: 4, US: 2, UV: 8 },
};

const frameMissing = (frame: number) => ({
  en: `frame ${frame} was not sent`,
  zh: `未收到第 ${frame} 帧`,
});

/** @throws PartFailure */
function partsOf({
  path,
  vr,
  parts,
  numbered,
  ambiguous,
  missingFrame,
}: Reference & ReturnType<BulkParts['find']>): readonly BulkPart[] {
  const tag = lastTag(path);
  if (parts.length === 0) throw new PartFailure('BULK_DATA_MISSING', { tag });
  if (missingFrame !== null)
    throw new PartFailure('BULK_DATA_MISSING', { tag, detail: frameMissing(missingFrame) });
  if (parts.some(({ lost }) => lost)) throw new PartFailure('OUT_OF_RESOURCES', { tag });
  const areFrames =
    path === TAG.PixelData && (numbered || parts.every(({ mediaType }) => !isNative(mediaType)));
  if (ambiguous || (parts.length > 1 && !areFrames)) throw new PartFailure('BULK_DATA_AMBIGUOUS', { tag });
  // The bytes of a value stand in the order of little endian, whatever else a part may say (PS3.18 10.5.2).
  const isOrdered = path === TAG.PixelData || UNITS[vr] !== undefined;
  const isOther = (part: BulkPart): boolean =>
    isNative(part.mediaType) && !isNativeSyntax(part.transferSyntaxUid);
  if (isOrdered && parts.some(isOther)) throw new PartFailure('PIXEL_MEDIA_TYPE', { tag });
  const length = parts.reduce((sum, { range }) => sum + range.length, 0);
  if (!areFrames && length % (UNITS[vr] ?? 1) !== 0) throw new PartFailure('BULK_DATA_LENGTH', { tag });
  return parts;
}

/**
 * Finds out how the object is encoded, and that its pixel data fits the attributes of the image. Returns the UID of the
 * transfer syntax. @throws PartFailure
 */
async function settlePixelData(
  dataset: DicomJson,
  values: Map<string, readonly BulkPart[]>,
  { head, decode }: ComposeContext,
): Promise<string> {
  const native = TRANSFER_SYNTAXES.explicitVrLittleEndian.uid;
  const pixelData = dataset[TAG.PixelData];
  if (pixelData === undefined) return native;
  const tag = TAG.PixelData;
  const sent = values.get(tag) ?? [];
  const [picture] = sent;
  if (picture !== undefined && sent.length === 1 && DECODED_MEDIA_TYPES.includes(picture.mediaType)) {
    const { range, attributes } = await decode(picture.mediaType, picture.range);
    Object.assign(dataset, attributes);
    values.set(tag, [{ ...picture, mediaType: 'application/octet-stream', range }]);
  }
  const parts = values.get(tag) ?? [];
  const types = new Set(parts.map(({ mediaType }) => mediaType));
  if (types.size > 1) throw new PartFailure('PIXEL_MEDIA_TYPE', { tag });
  const [first] = parts;
  const frame = first === undefined || isNative(first.mediaType) ? null : await head(first.range, FRAME_HEAD);
  if (frame !== null && first?.mediaType === 'image/jpeg' && !describesImage(dataset))
    Object.assign(dataset, { ...jpegAttributes(frame), ...dataset });
  const missing = missingImageAttribute(dataset);
  if (missing !== undefined) throw new PartFailure('PIXEL_ATTRIBUTE', { tag: missing });
  if (first === undefined || frame === null) {
    const length =
      first === undefined ? inlineLength(pixelData) : parts.reduce((sum, { range }) => sum + range.length, 0);
    const expected = nativeLength(dataset);
    if (length !== expected && length !== expected + (expected % 2))
      throw new PartFailure('BULK_DATA_LENGTH', { tag });
    pixelData.vr = (number(dataset, TAG.BitsAllocated) ?? 0) > 8 ? 'OW' : pixelData.vr === 'OW' ? 'OW' : 'OB';
    return native;
  }
  const named = [first.transferSyntaxUid, text(dataset, TAG.TransferSyntaxUID)];
  const syntax = pixelSyntax(first.mediaType, named, frame);
  if (syntax === null) throw new PartFailure('PIXEL_MEDIA_TYPE', { tag });
  const contradicted = contradictedAttribute(dataset, first.mediaType, frame);
  if (contradicted !== null) throw new PartFailure('FRAME_MISMATCH', { tag: contradicted });
  if (!syntax.video && parts.length !== numberOfFrames(dataset))
    throw new PartFailure('BULK_DATA_LENGTH', { tag });
  return syntax.uid;
}

const IMAGE_ATTRIBUTES = [TAG.Rows, TAG.Columns, TAG.BitsAllocated, TAG.SamplesPerPixel];

const missingImageAttribute = (dataset: DicomJson): string | undefined =>
  IMAGE_ATTRIBUTES.find((attribute) => number(dataset, attribute) === null);

/** Whether any of the attributes of the image is given: they are taken from the frame all together or not at all. */
const describesImage = (dataset: DicomJson): boolean =>
  IMAGE_ATTRIBUTES.some((attribute) => number(dataset, attribute) !== null);

const numberOfFrames = (dataset: DicomJson): number => number(dataset, TAG.NumberOfFrames) ?? 1;

function inlineLength({ InlineBinary = '' }: DicomJsonAttribute): number {
  return Buffer.byteLength(InlineBinary, 'base64');
}

/** Bytes of native pixel data by the attributes of the image (PS3.5 §8.1.1, PS3.3 §C.7.6.3.1.2). */
function nativeLength(dataset: DicomJson): number {
  const [rows = 0, columns = 0, bits = 0, samples = 0] = IMAGE_ATTRIBUTES.map(
    (tag) => number(dataset, tag) ?? 0,
  );
  const isSubsampled = /_422$/.test(text(dataset, TAG.PhotometricInterpretation));
  const perPixel = isSubsampled ? 2 : samples;
  return Math.ceil((rows * columns * perPixel * bits * numberOfFrames(dataset)) / 8);
}

/** The dataset with each reference called by its path, which is unique, while one part may be the value of several attributes. */
function withPathsAsUris(dataset: DicomJson, prefix: string): DicomJson {
  return Object.fromEntries(
    Object.entries(dataset).map(([tag, attribute]) => {
      const path = prefix + tag;
      if (attribute.BulkDataURI !== undefined) return [tag, { vr: attribute.vr, BulkDataURI: path }];
      if (attribute.vr !== 'SQ' || attribute.Value === undefined) return [tag, attribute];
      const Value = attribute.Value.map((item, i) =>
        withPathsAsUris((item ?? {}) as DicomJson, `${path}/${i}/`),
      );
      return [tag, { vr: 'SQ', Value }];
    }),
  );
}

function spooledPieces(piece: DatasetPiece, values: ReadonlyMap<string, readonly BulkPart[]>): ObjectPiece[] {
  if ('literal' in piece) return [piece];
  const parts = values.get(piece.bulk) ?? [];
  const taken = piece.fragment === undefined ? parts : parts.slice(piece.fragment, piece.fragment + 1);
  return taken.map(({ range }) => ({ spooled: range }));
}

/** The tag at the end of a path of tags and item numbers. */
function lastTag(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1);
}
