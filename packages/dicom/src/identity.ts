import { describeTag, TAG } from './attributes.ts';
import { DicomError } from './dicomError.ts';
import { text } from './dicomJson.ts';
import type { DicomJson, InstanceIdentity, Uid } from './types.ts';
import { parseUid } from './uid.ts';

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
