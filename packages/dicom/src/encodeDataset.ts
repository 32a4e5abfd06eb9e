import type { Buffer } from 'node:buffer';
import { TAG, tagNumber } from './attributes.ts';
import { characterSet } from './characterSets.ts';
import { DatasetError } from './datasetError.ts';
import { number, texts } from './dicomJson.ts';
import { isVr } from './elementHeader.ts';
import { ElementSink, paddingOf, type DatasetPiece } from './elementSink.ts';
import { basicOffsets, encapsulatedStart, ENCAPSULATED_END, fragmentHeader } from './encapsulation.ts';
import { encodeUtf8, isAscii, UTF8_TERM } from './textEncoder.ts';
import type { DicomJson, DicomJsonAttribute } from './types.ts';
import { isText, valueBytes } from './valueBytes.ts';

/**
 * How long the value is that a BulkDataURI stands for: its bytes, or of encapsulated pixel data the bytes of each
 * fragment.
 *
 * @param path Path of the attribute, `7FE00010` or `00880200/0/7FE00010`.
 */
export type BulkLength = (uri: string, path: string) => number | readonly number[];

export interface EncodeOptions {
  /** Needed where the dataset holds a BulkDataURI. */
  bulkLength?: BulkLength;
}

/**
 * Encodes a dataset of the DICOM JSON Model (PS3.18 Annex F) in Explicit VR Little Endian (PS3.5 §7, §A.2), or for
 * encapsulated pixel data as §A.4: the bytes that follow group 0002, by tag, without group lengths and groups 0000 and
 * 0002. Text is UTF-8, declared where any of it is beyond ASCII.
 *
 * Values by reference stay so: the result is a list of bytes and references in their order, padding included. Where
 * each fragment is a frame by NumberOfFrames, a Basic Offset Table is written; else an empty one.
 *
 * @throws DatasetError INVALID_VALUE; its `path` says where.
 */
export function encodeDataset(dataset: DicomJson, { bulkLength }: EncodeOptions = {}): DatasetPiece[] {
  const sink = new ElementSink();
  writeRoot(sink, dataset, bulkLength);
  return sink.pieces();
}

/**
 * As {@link encodeDataset}, in one piece.
 * @throws DatasetError INVALID_VALUE, also where a value is by reference.
 */
export function datasetBytes(dataset: DicomJson): Buffer {
  const sink = new ElementSink();
  writeRoot(sink, dataset, undefined);
  return sink.bytes();
}

function writeRoot(sink: ElementSink, dataset: DicomJson, bulkLength: BulkLength | undefined): void {
  const declared = texts(dataset, TAG.SpecificCharacterSet);
  const beyondAscii = needsRepertoire(dataset) || characterSet(declared).unknown;
  const normalised = beyondAscii
    ? { ...dataset, [TAG.SpecificCharacterSet]: { vr: 'CS', Value: [UTF8_TERM] } }
    : dataset;
  writeDataset(sink, normalised, '', {
    encodeText: encodeUtf8,
    bulkLength,
    frames: number(dataset, TAG.NumberOfFrames) ?? 1,
  });
}

/** Whether any text that SpecificCharacterSet applies to is beyond ASCII. */
export function needsRepertoire(dataset: DicomJson): boolean {
  return Object.values(dataset).some(({ vr, Value }) => {
    if (Value === undefined) return false;
    if (vr === 'SQ') return Value.some((item) => needsRepertoire((item ?? {}) as DicomJson));
    return isVr(vr) && isText(vr) && !isAscii(JSON.stringify(Value));
  });
}

/** How the values of a dataset are written. */
export interface WriteContext {
  encodeText: (text: string) => Buffer;
  bulkLength: BulkLength | undefined;
  /** NumberOfFrames. */
  frames: number;
}

function writeDataset(sink: ElementSink, dataset: DicomJson, prefix: string, context: WriteContext): void {
  for (const tag of Object.keys(dataset).sort()) {
    const attribute = dataset[tag];
    // Of a dataset inside, the repertoire is that of the whole.
    const isLeftOut = /^000[02]|0000$/.test(tag) || (prefix !== '' && tag === TAG.SpecificCharacterSet);
    if (attribute !== undefined && !isLeftOut) writeAttribute(sink, tag, attribute, prefix + tag, context);
  }
}

/** Writes one attribute, sequences with their items. @throws DatasetError INVALID_VALUE. */
export function writeAttribute(
  sink: ElementSink,
  tag: string,
  attribute: DicomJsonAttribute,
  path: string,
  context: WriteContext,
): void {
  const { vr, Value, BulkDataURI } = attribute;
  if (!isVr(vr)) throw new DatasetError('INVALID_VALUE', path, 'has no VR that exists');
  if (BulkDataURI !== undefined) {
    writeBulk(sink, tag, attribute, path, context);
  } else if (vr === 'SQ') {
    sink.sequence(tagNumber(tag), false, () => {
      (Value ?? []).forEach((item, index) =>
        sink.item(false, () => writeDataset(sink, (item ?? {}) as DicomJson, `${path}/${index}/`, context)),
      );
    });
  } else {
    sink.element(tagNumber(tag), vr, valueBytes(vr, attribute, path, context.encodeText));
  }
}

function writeBulk(
  sink: ElementSink,
  tag: string,
  { vr, BulkDataURI: bulk = '' }: DicomJsonAttribute,
  path: string,
  { bulkLength, frames }: WriteContext,
): void {
  if (!isVr(vr) || vr === 'SQ') throw new DatasetError('INVALID_VALUE', path, 'cannot be bulk data');
  if (bulkLength === undefined)
    throw new DatasetError('INVALID_VALUE', path, 'is bulk data, which is not given here');
  const length = bulkLength(bulk, path);
  if (typeof length === 'number') {
    sink.bulkElement(tagNumber(tag), vr, { bulk, length });
    return;
  }
  if (tag !== TAG.PixelData) throw new DatasetError('INVALID_VALUE', path, 'cannot be encapsulated');
  const table = length.length === frames ? basicOffsets(length.map((each) => [each])) : null;
  sink.raw(encapsulatedStart(table ?? []));
  length.forEach((each, fragment) => {
    sink.raw(fragmentHeader(each));
    sink.bulk({ bulk, length: each, fragment }, paddingOf('OB'));
  });
  sink.raw(ENCAPSULATED_END);
}
