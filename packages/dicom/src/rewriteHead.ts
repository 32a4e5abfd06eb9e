import { Buffer } from 'node:buffer';
import { TAG, tagNumber, tagText, type Vr } from './attributes.ts';
import { DatasetError } from './datasetError.ts';
import { DicomError } from './dicomError.ts';
import { readHeader, readTag, registeredVr, UNDEFINED_LENGTH, type ElementHeader } from './elementHeader.ts';
import { elementHeader } from './elementSink.ts';
import { part10Head } from './fileMeta.ts';
import { hasPart10Prefix, PART10_PREFIX_LENGTH } from './preamble.ts';
import { actualEncoding, paddingOff, saysSigned, type RawElement, type RawEncoding } from './rawElements.ts';
import { readElements } from './readElements.ts';
import { rewriteElements } from './rewriteElements.ts';
import { planText, type TextPlan } from './textPlan.ts';
import { transferSyntax, TRANSFER_SYNTAXES } from './transferSyntaxes.ts';
import type { DicomJson, DicomJsonAttribute } from './types.ts';

/** Attributes of the top level by tag: replaced or added by what is given, removed where it is null. */
export type DatasetChanges = Readonly<Record<string, DicomJsonAttribute | null>>;

export interface RewriteOptions {
  /** Transfer syntax the object is stored in. */
  from: string;
  /** Transfer syntax it is to be in: one of the explicit little endian ones, deflated and encapsulated included. */
  to: string;
  /**
   * SpecificCharacterSet follows the text and cannot be changed. Where pixel data is encoded anew, remove the extended
   * offset table (7FE0,0001–0003) or give the new one. Values by reference cannot be given.
   */
  changes?: DatasetChanges;
  /** Whether the value of the pixel data follows the bytes, or the dataset ends with them. */
  pixelDataFollows: boolean;
}

export interface RewrittenHead {
  /** Preamble, `DICM` and group 0002: never deflated. */
  prefix: Buffer;
  /** The dataset up to the pixel data, or all of it. */
  dataset: Buffer;
  /** The element of the pixel data, whose value follows; null where there is none. */
  pixelData: PixelDataHeader | null;
  /** For {@link rewriteTail}. Plain data. */
  continuation: Continuation;
}

export interface PixelDataHeader {
  /** `7FE00010`, or that of float or double float pixel data. */
  tag: string;
  vr: Vr;
  /** Whether the stored value is big endian, so that its words have to be swapped. */
  bigEndian: boolean;
  /** The element header for the value as stored, fragments of encapsulated pixel data included. */
  header: Buffer;
}

/** What the head says of the elements behind the pixel data. */
export interface Continuation {
  encoding: RawEncoding;
  text: TextPlan;
  changes: DatasetChanges;
}

/** Float, double float and integer pixel data (7FE0,0008–0010). */
const FIRST_PIXEL_DATA = 0x7fe00008;
const LAST_PIXEL_DATA = 0x7fe00010;

/**
 * Rewrites the beginning of a stored object for another transfer syntax, with changed attributes, or both.
 *
 * Elements keep their bytes where both transfer syntaxes encode datasets alike, else each is encoded anew: VRs by the
 * registry and the known private creators, UN where neither knows it, values swapped from big endian. Group lengths
 * and padding are dropped. New text takes the repertoire of the dataset; where that lacks a character or is not true
 * of the text that is there, all text becomes UTF-8 and SpecificCharacterSet `ISO_IR 192`.
 *
 * Of a deflated object give group 0002 as stored followed by the inflated dataset; for a deflated one, deflate
 * `dataset` with what follows it (PS3.5 §A.5), not `prefix`. The pixel data is the caller's: behind `dataset` come
 * `pixelData.header` and the value as stored (words swapped if big endian), or pixel data of another encoding behind
 * `nativePixelDataHeader` or `encapsulatedStart`; then the tail.
 *
 * @param head Bytes of the object from its first to the value of the pixel data, or to its end where it has none.
 * @throws DicomError where the bytes are no such head; DatasetError for changes that cannot be encoded; RangeError for
 * a target that is not explicit little endian.
 */
export function rewriteHead(head: Uint8Array, options: RewriteOptions): RewrittenHead {
  const { from, to, changes = {}, pixelDataFollows } = options;
  const target = transferSyntax(to);
  if (target?.explicit !== true || target.bigEndian)
    throw new RangeError(`Datasets are not written in the transfer syntax ${to}.`);
  const bytes = asBuffer(head);
  const start = datasetOffset(bytes);
  const declared = transferSyntax(from) ?? TRANSFER_SYNTAXES.explicitVrLittleEndian;
  const encoding = { ...actualEncoding(bytes, start, declared), signedPixels: false };
  const pixelData = pixelDataFollows ? readPixelDataHeader(bytes, start, encoding) : null;
  const elements = readElements(
    pixelData === null ? bytes : bytes.subarray(0, pixelData.start),
    start,
    encoding,
  );
  for (const element of elements) encoding.signedPixels = saysSigned(bytes, element) ?? encoding.signedPixels;
  const text = planText(bytes, elements, added(changes));
  const own = changesWhere(changes, (tag) => !pixelDataFollows || tag < FIRST_PIXEL_DATA);
  const dataset = rewriteElements(bytes, elements, { encoding, text, changes: own, declaresText: true });
  const uid = (tag: string): string => changedText(changes, tag) ?? elementText(bytes, elements, tag);
  const prefix = part10Head({
    transferSyntaxUid: to,
    sopClassUid: uid(TAG.SOPClassUID),
    sopInstanceUid: uid(TAG.SOPInstanceUID),
  });
  const behind = changesWhere(changes, (tag) => pixelDataFollows && tag >= FIRST_PIXEL_DATA);
  return {
    prefix,
    dataset,
    pixelData: pixelData?.element ?? null,
    continuation: { encoding, text, changes: behind },
  };
}

/**
 * Rewrites what follows the pixel data as {@link rewriteHead} did what precedes it. Changed attributes that belong
 * there are added also where nothing follows, so call it with no bytes then.
 *
 * @param tail Bytes from the end of the pixel data to the end of the dataset.
 * @throws DicomError, DatasetError as rewriteHead.
 */
export function rewriteTail(tail: Uint8Array, { encoding, text, changes }: Continuation): Buffer {
  const pixelData = Object.keys(changes).find((tag) => tagNumber(tag) <= LAST_PIXEL_DATA);
  if (pixelData !== undefined)
    throw new DatasetError('INVALID_VALUE', pixelData, 'is the pixel data, which is not rewritten here');
  const bytes = asBuffer(tail);
  const elements = readElements(bytes, 0, encoding);
  return rewriteElements(bytes, elements, { encoding, text, changes, declaresText: false });
}

/**
 * Where the dataset of a stored object begins: after group 0002 (PS3.10 §7.1).
 *
 * @param bytes The object, or as much of it as holds group 0002 and the first element after it.
 * @throws DicomError NOT_PART10, TRUNCATED.
 */
export function datasetOffset(bytes: Uint8Array): number {
  const buffer = asBuffer(bytes);
  if (!hasPart10Prefix(buffer))
    throw new DicomError('NOT_PART10', 'The object has no DICM prefix at byte 128 (PS3.10 §7.1).', 128);
  const header: ElementHeader = { tag: 0, vr: null, length: 0, headerLength: 0, explicit: false };
  const encoding = { explicit: true, bigEndian: false };
  let at = PART10_PREFIX_LENGTH;
  while (at + 8 <= buffer.length && readTag(buffer, at, false) >>> 16 === 2) {
    const isRead = readHeader(buffer, at, buffer.length - at, encoding, header);
    const length = header.length === UNDEFINED_LENGTH ? Infinity : header.length;
    if (!isRead || at + header.headerLength + length > buffer.length)
      throw new DicomError(
        'TRUNCATED',
        `The input ends in group 0002 at byte ${buffer.length}.`,
        buffer.length,
      );
    at += header.headerLength + length;
  }
  return at;
}

/** The header with which the bytes end, of 12 bytes in explicit datasets, else of 8. */
function readPixelDataHeader(
  bytes: Buffer,
  from: number,
  { explicit, bigEndian }: RawEncoding,
): { start: number; element: PixelDataHeader } {
  const header: ElementHeader = { tag: 0, vr: null, length: 0, headerLength: 0, explicit };
  for (const start of [bytes.length - 12, bytes.length - 8]) {
    if (start < from || !readHeader(bytes, start, bytes.length - start, { explicit, bigEndian }, header))
      continue;
    const { tag, length } = header;
    if (tag < FIRST_PIXEL_DATA || tag > LAST_PIXEL_DATA || start + header.headerLength !== bytes.length)
      continue;
    const byRegistry = length === UNDEFINED_LENGTH ? 'OB' : registeredVr(tag, false);
    const vr = header.vr === null || header.vr === 'UN' ? byRegistry : header.vr;
    return {
      start,
      element: { tag: tagText(tag), vr, bigEndian, header: elementHeader(tag, vr, length) },
    };
  }
  throw new DicomError(
    'MALFORMED',
    `No pixel data begins at byte ${bytes.length}.`,
    bytes.length,
    TAG.PixelData,
  );
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length);
}

function added(changes: DatasetChanges): DicomJson {
  return Object.fromEntries(
    Object.entries(changes).flatMap(([tag, attribute]) => (attribute === null ? [] : [[tag, attribute]])),
  );
}

function changesWhere(changes: DatasetChanges, belongs: (tag: number) => boolean): DatasetChanges {
  return Object.fromEntries(
    Object.entries(changes).filter(([tag]) => tag !== TAG.SpecificCharacterSet && belongs(tagNumber(tag))),
  );
}

function changedText(changes: DatasetChanges, tag: string): string | null {
  const value = changes[tag]?.Value?.[0];
  return typeof value === 'string' ? value : null;
}

function elementText(bytes: Buffer, elements: readonly RawElement[], tag: string): string {
  const element = elements.find((each) => tagText(each.tag) === tag);
  if (element === undefined) throw new DicomError('MISSING_UID', 'An UID of the instance is absent.', 0, tag);
  return paddingOff(bytes.toString('latin1', element.valueStart, element.valueEnd));
}
