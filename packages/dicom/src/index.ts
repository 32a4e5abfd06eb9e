export type {
  ByteRange,
  DicomJson,
  DicomJsonAttribute,
  DicomWarning,
  DicomWarningCode,
  InstanceIdentity,
  Part10Instance,
  PersonName,
  PixelDataLayout,
  Uid,
} from './types.ts';
export { attribute, describeTag, TAG, tagOf, type AttributeEntry, type Vr } from './attributes.ts';
export { MULTI_BYTE_REPERTOIRES, SINGLE_BYTE_REPERTOIRES } from './characterSets.ts';
export { DatasetError, type DatasetErrorCode } from './datasetError.ts';
export { DicomError, type DicomErrorCode } from './dicomError.ts';
export { doubtfulValue, type DoubtfulValue } from './doubtfulValue.ts';
export { readReference, type InstanceReference } from './identity.ts';
export { items, number, numbers, personName, serialiseDicomJson, text, texts } from './dicomJson.ts';
export type { BulkPiece, DatasetPiece } from './elementSink.ts';
export {
  basicOffsets,
  encapsulatedLength,
  encapsulatedStart,
  ENCAPSULATED_END,
  extendedOffsetTable,
  fragmentHeader,
  nativePixelDataHeader,
} from './encapsulation.ts';
export { datasetBytes, encodeDataset, type BulkLength, type EncodeOptions } from './encodeDataset.ts';
export {
  IMPLEMENTATION_CLASS_UID,
  IMPLEMENTATION_VERSION_NAME,
  part10Head,
  type FileMeta,
} from './fileMeta.ts';
export { createMemoryBudget, type MemoryBudget } from './memoryBudget.ts';
export { normaliseDate, normaliseTime } from './dateTime.ts';
export { frameRanges } from './frames.ts';
export { pixelElement, type PixelElement } from './pixelElement.ts';
export { ORIGINAL_ATTRIBUTES_SEQUENCE, originalAttributes, type Modification } from './originalAttributes.ts';
export { ObjectDigestCheck } from './objectDigest.ts';
export {
  createPart10Reader,
  readPart10,
  type Part10Reader,
  type Part10ReaderOptions,
} from './part10Reader.ts';
export {
  datasetOffset,
  rewriteHead,
  rewriteTail,
  type Continuation,
  type DatasetChanges,
  type PixelDataHeader,
  type RewriteOptions,
  type RewrittenHead,
} from './rewriteHead.ts';
export type { DatasetLimits } from './datasetLimits.ts';
export { parseNativeXml } from './parseNativeXml.ts';
export { parseDicomJson, parseDicomJsonArray } from './parseDicomJson.ts';
export { TRANSFER_SYNTAXES, transferSyntax, type TransferSyntax } from './transferSyntaxes.ts';
export { newUid, parseUid } from './uid.ts';
