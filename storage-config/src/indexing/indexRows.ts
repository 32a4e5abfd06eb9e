import {
  items,
  normaliseDate,
  normaliseTime,
  number,
  personName,
  serialiseDicomJson,
  TAG,
  text,
  type DicomJson,
  type Part10Instance,
} from '@hutong/dicom';
import { isAcquired } from './acquisition.ts';
import { namePinyin } from './namePinyin.ts';

/** Attributes of the study row; the first instance of a study gives them (see 0001_index.sql). */
export interface StudyRow {
  study_instance_uid: string;
  patient_id: string;
  issuer_of_patient_id: string;
  patient_name_alphabetic: string;
  patient_name_ideographic: string;
  patient_name_phonetic: string;
  /** As `namePinyin` makes it. */
  patient_name_pinyin: string;
  patient_birth_date: string;
  patient_sex: string;
  study_date: string;
  study_time: string;
  timezone_offset: string;
  accession_number: string;
  /** Component groups joined by `=`, empty ones in their place, without `=` at the end (PS3.5 6.2.1). */
  referring_physician_name: string;
  study_id_text: string;
  study_description: string;
}

export interface SeriesRow {
  series_instance_uid: string;
  modality: string;
  series_number: number | null;
  series_description: string;
  body_part_examined: string;
  performed_procedure_step_start_date: string;
  performed_procedure_step_start_time: string;
  /** JSON text. */
  request_attributes: string;
}

export interface InstanceRow {
  sop_instance_uid: string;
  sop_class_uid: string;
  instance_number: number | null;
  transfer_syntax_uid: string;
  rows: number | null;
  columns: number | null;
  bits_allocated: number | null;
  number_of_frames: number | null;
  object_key: string;
  object_size: number;
  /** As `ObjectDigest` of packages/dicom makes it. */
  object_sha256: Buffer;
  dataset_sha256: Buffer;
  /** JSON text. */
  pixel_data: string | null;
  bulk_data: string | null;
  dataset: string;
}

/** What the index keeps of one instance whose object is durable. */
export interface IndexRows {
  study: StudyRow;
  series: SeriesRow;
  instance: InstanceRow;
  /** Whether it is an image of the acquisition. */
  acquired: boolean;
}

/** Columns of a study that are attributes of its instances, in the order in which the statements of the index take them. */
export const STUDY_ATTRIBUTES = [
  'patient_id',
  'issuer_of_patient_id',
  'patient_name_alphabetic',
  'patient_name_ideographic',
  'patient_name_phonetic',
  'patient_name_pinyin',
  'patient_birth_date',
  'patient_sex',
  'study_date',
  'study_time',
  'timezone_offset',
  'accession_number',
  'referring_physician_name',
  'study_id_text',
  'study_description',
] as const satisfies readonly (keyof StudyRow)[];

/** Longest text kept in a searched column, in characters: any longer value is broken, and B-tree entries are limited. */
const MAX_COLUMN = 320;

/** NUL, and what may be half of a surrogate pair. */
const REFUSED = /[\0\ud800-\udfff]/;

/** A value as PostgreSQL can keep it: no NUL, no half surrogate pairs, bounded. */
function column(value: string): string {
  const bounded = value.length > MAX_COLUMN ? value.slice(0, MAX_COLUMN) : value;
  return REFUSED.test(bounded) ? bounded.replaceAll('\0', '').toWellFormed() : bounded;
}

/** A whole number that fits the column, or null. */
function integer(value: number | null): number | null {
  return value !== null && Number.isInteger(value) && Math.abs(value) <= 0x7fffffff ? value : null;
}

/** Escapes of what jsonb refuses: U+0000 and halves of surrogate pairs (or the text of such an escape, which is rare). */
const REFUSED_ESCAPE = /\\u(?:0000|d[89a-f])/;

/** JSON text that jsonb takes: it refuses U+0000 and half surrogate pairs, which JSON itself allows. */
function jsonb(value: unknown): string {
  const json = JSON.stringify(value);
  if (!REFUSED_ESCAPE.test(json)) return json;
  return JSON.stringify(value, (_key, member: unknown) =>
    typeof member === 'string' ? member.replaceAll('\0', '').toWellFormed() : member,
  );
}

/** Only the attributes of RequestAttributesSequence that are searched (PS3.18 Table 10.6.1-5). */
function requestAttributes(dataset: DicomJson): string {
  const searched = items(dataset, TAG.RequestAttributesSequence)
    .slice(0, 20)
    .map((item) => {
      const kept: DicomJson = {};
      for (const tag of [TAG.RequestedProcedureID, TAG.ScheduledProcedureStepID]) {
        if (item[tag] !== undefined) kept[tag] = { vr: 'SH', Value: [column(text(item, tag))] };
      }
      return kept;
    });
  return jsonb(searched);
}

/** The three component groups of a person name, each as a column can keep it. */
function nameGroups(dataset: DicomJson, tag: string): [string, string, string] {
  const { Alphabetic, Ideographic, Phonetic } = personName(dataset, tag);
  return [column(Alphabetic ?? ''), column(Ideographic ?? ''), column(Phonetic ?? '')];
}

/** Attributes of the study as one of its instances has them. */
export function studyRow(dataset: DicomJson, studyInstanceUid: string): StudyRow {
  const groups = nameGroups(dataset, TAG.PatientName);
  const [alphabetic, ideographic, phonetic] = groups;
  return {
    study_instance_uid: studyInstanceUid,
    patient_id: column(text(dataset, TAG.PatientID)),
    issuer_of_patient_id: column(text(dataset, TAG.IssuerOfPatientID)),
    patient_name_alphabetic: alphabetic,
    patient_name_ideographic: ideographic,
    patient_name_phonetic: phonetic,
    patient_name_pinyin: namePinyin(groups),
    patient_birth_date: normaliseDate(text(dataset, TAG.PatientBirthDate)),
    patient_sex: column(text(dataset, TAG.PatientSex)),
    study_date: normaliseDate(text(dataset, TAG.StudyDate)),
    study_time: normaliseTime(text(dataset, TAG.StudyTime)),
    timezone_offset: column(text(dataset, TAG.TimezoneOffsetFromUTC)),
    accession_number: column(text(dataset, TAG.AccessionNumber)),
    referring_physician_name: nameGroups(dataset, TAG.ReferringPhysicianName).join('=').replace(/=+$/, ''),
    study_id_text: column(text(dataset, TAG.StudyID)),
    study_description: column(text(dataset, TAG.StudyDescription)),
  };
}

/** Attributes of the series as one of its instances has them. */
export function seriesRow(dataset: DicomJson, seriesInstanceUid: string): SeriesRow {
  return {
    series_instance_uid: seriesInstanceUid,
    modality: column(text(dataset, TAG.Modality)),
    series_number: integer(number(dataset, TAG.SeriesNumber)),
    series_description: column(text(dataset, TAG.SeriesDescription)),
    body_part_examined: column(text(dataset, TAG.BodyPartExamined)),
    performed_procedure_step_start_date: normaliseDate(text(dataset, TAG.PerformedProcedureStepStartDate)),
    performed_procedure_step_start_time: normaliseTime(text(dataset, TAG.PerformedProcedureStepStartTime)),
    request_attributes: requestAttributes(dataset),
  };
}

/** The index rows of an instance that was read and lies under `objectKey`. */
export function indexRows(read: Part10Instance, objectKey: string): IndexRows {
  const { dataset, identity } = read;
  return {
    study: studyRow(dataset, identity.studyInstanceUid),
    series: seriesRow(dataset, identity.seriesInstanceUid),
    instance: {
      sop_instance_uid: identity.sopInstanceUid,
      sop_class_uid: identity.sopClassUid,
      instance_number: integer(number(dataset, TAG.InstanceNumber)),
      transfer_syntax_uid: read.transferSyntaxUid,
      rows: integer(number(dataset, TAG.Rows)),
      columns: integer(number(dataset, TAG.Columns)),
      bits_allocated: integer(number(dataset, TAG.BitsAllocated)),
      number_of_frames: integer(number(dataset, TAG.NumberOfFrames)),
      object_key: objectKey,
      object_size: read.objectSize,
      object_sha256: Buffer.from(read.objectDigest, 'hex'),
      dataset_sha256: Buffer.from(read.datasetSha256, 'hex'),
      pixel_data: read.pixelData === null ? null : jsonb(read.pixelData),
      bulk_data: Object.keys(read.bulkData).length === 0 ? null : jsonb(read.bulkData),
      dataset: serialiseDicomJson(dataset),
    },
    acquired: isAcquired(identity.sopClassUid, read.pixelData !== null),
  };
}
