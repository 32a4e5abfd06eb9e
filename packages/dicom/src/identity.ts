import { describeTag, TAG } from './attributes.ts';
import { DicomError } from './dicomError.ts';
import { text } from './dicomJson.ts';
import type { DicomJson, InstanceIdentity, Uid } from './types.ts';
import { parseUid } from './uid.ts';

/** The UIDs that an instance is referred to by (PS3.3 Table 10-11). */
export interface InstanceReference {
  sopClassUid: Uid;
  sopInstanceUid: Uid;
}

/**
 * The reference to an instance that cannot be taken, of a dataset of any origin or of what was read of it; null where
 * either UID is not to be had.
 *
 * @param fileMeta Group 0002, which names the instance where the dataset broke off before it did.
 */
export function readReference(dataset: unknown, fileMeta: unknown = {}): InstanceReference | null {
  const sopClassUid = knownUid(dataset, TAG.SOPClassUID, fileMeta, TAG.MediaStorageSOPClassUID);
  const sopInstanceUid = knownUid(dataset, TAG.SOPInstanceUID, fileMeta, TAG.MediaStorageSOPInstanceUID);
  return sopClassUid === null || sopInstanceUid === null ? null : { sopClassUid, sopInstanceUid };
}

function knownUid(dataset: unknown, tag: string, fileMeta: unknown, fileMetaTag: string): Uid | null {
  const values = valuesOf(dataset, tag) ?? valuesOf(fileMeta, fileMetaTag) ?? [];
  const [value] = values;
  return values.length === 1 && typeof value === 'string' ? parseUid(value) : null;
}

function valuesOf(dataset: unknown, tag: string): unknown[] | undefined {
  const values = (dataset as Record<string, { Value?: unknown } | null> | null)?.[tag]?.Value;
  return Array.isArray(values) ? values : undefined;
}

/**
 * The identity of an instance. Nothing is guessed here: an instance under a wrong UID is worse than none.
 *
 * @param offset Where reading stood, for the error.
 * @throws DicomError MISSING_UID or INVALID_UID; its `tag` says which.
 */
export function readIdentity(dataset: DicomJson, offset: number): InstanceIdentity {
  return {
    sopClassUid: readUid(dataset, TAG.SOPClassUID, offset),
    sopInstanceUid: readUid(dataset, TAG.SOPInstanceUID, offset),
    studyInstanceUid: readUid(dataset, TAG.StudyInstanceUID, offset),
    seriesInstanceUid: readUid(dataset, TAG.SeriesInstanceUID, offset),
  };
}

function readUid(dataset: DicomJson, tag: string, offset: number): Uid {
  const values = dataset[tag]?.Value ?? [];
  const value = text(dataset, tag);
  if (value === '' && values.length <= 1) {
    throw new DicomError('MISSING_UID', `${describeTag(tag)} is absent or empty.`, offset, tag);
  }
  const uid = values.length === 1 ? parseUid(value) : null;
  if (uid !== null) return uid;
  const why =
    values.length > 1
      ? `has ${values.length} values`
      : value.length > 64
        ? `has ${value.length} characters; 64 are allowed`
        : 'is no UID';
  throw new DicomError('INVALID_UID', `${describeTag(tag)} ${why}.`, offset, tag);
}
