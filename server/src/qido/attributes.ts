import { HR_ELEMENT, hrTag } from '../dicomweb/hrAttributes.ts';

export type Level = 'study' | 'series' | 'instance';

/** How a key is compared (PS3.4 C.2.2.2) and what columns hold. */
export type Matching =
  /** Single value, wildcard, list of values; case-sensitive. */
  | 'text'
  | 'uid'
  | 'date'
  | 'time'
  | 'integer'
  /** Person name in three columns of the study: `<column>_alphabetic`, `_ideographic`, `_phonetic`. */
  | 'personName'
  /** Person name in one column, groups separated by `=`. */
  | 'personNameText'
  /** Array column: any element matches. */
  | 'textList'
  | 'uidList'
  /** A key inside RequestAttributesSequence, kept as DICOM JSON. */
  | 'requestAttribute'
  /** Not a column: looked up beside the study. */
  | 'hrLabel'
  | 'hrVerdict';

export interface SearchAttribute {
  tag: string;
  /** Dotted path as it is asked for, `RequestAttributesSequence.RequestedProcedureID`. */
  keyword: string;
  level: Level;
  vr: string;
  /** Column of the level's table; for keys of a sequence the tag of the key. */
  column: string;
  /** null: returned, never matched. */
  matching: Matching | null;
  /** `always` even when empty, `known` when it has a value, `asked` only by includefield, `never` (keys of sequences). */
  returned: 'always' | 'known' | 'asked' | 'never';
  /** Id of one that an operator made searchable, whose values stand in a table of their own. */
  registered?: number;
}

type Row = [
  tag: string,
  keyword: string,
  vr: string,
  column: string,
  matching: Matching | null,
  returned: SearchAttribute['returned'],
];

const of = (level: Level, rows: Row[]): SearchAttribute[] =>
  rows.map(([tag, keyword, vr, column, matching, returned]) => ({
    tag,
    keyword,
    level,
    vr,
    column,
    matching,
    returned,
  }));

/**
 * What can be searched for and returned from the columns of the index: the one list behind matching, results
 * and the conformance statement (PS3.18 tables 10.6.1-5 and 10.6.3-3 to 10.6.3-5), ascending by tag.
 */
export const SEARCH_ATTRIBUTES: readonly SearchAttribute[] = [
  ...of('study', [
    ['00080020', 'StudyDate', 'DA', 'study_date', 'date', 'always'],
    ['00080030', 'StudyTime', 'TM', 'study_time', 'time', 'always'],
    ['00080050', 'AccessionNumber', 'SH', 'accession_number', 'text', 'always'],
    ['00080061', 'ModalitiesInStudy', 'CS', 'modalities', 'textList', 'always'],
    ['00080062', 'SOPClassesInStudy', 'UI', 'sop_classes', 'uidList', 'asked'],
    ['00080090', 'ReferringPhysicianName', 'PN', 'referring_physician_name', 'personNameText', 'always'],
    ['00080201', 'TimezoneOffsetFromUTC', 'SH', 'timezone_offset', null, 'known'],
    ['00081030', 'StudyDescription', 'LO', 'study_description', 'text', 'always'],
    ['00100010', 'PatientName', 'PN', 'patient_name', 'personName', 'always'],
    ['00100020', 'PatientID', 'LO', 'patient_id', 'text', 'always'],
    ['00100021', 'IssuerOfPatientID', 'LO', 'issuer_of_patient_id', 'text', 'known'],
    ['00100030', 'PatientBirthDate', 'DA', 'patient_birth_date', 'date', 'always'],
    ['00100040', 'PatientSex', 'CS', 'patient_sex', 'text', 'always'],
    ['0020000D', 'StudyInstanceUID', 'UI', 'study_instance_uid', 'uid', 'always'],
    ['00200010', 'StudyID', 'SH', 'study_id_text', 'text', 'always'],
    ['00201206', 'NumberOfStudyRelatedSeries', 'IS', 'number_of_series', null, 'always'],
    ['00201208', 'NumberOfStudyRelatedInstances', 'IS', 'number_of_instances', null, 'always'],
  ]),
  ...of('series', [
    ['00080060', 'Modality', 'CS', 'modality', 'text', 'always'],
    ['0008103E', 'SeriesDescription', 'LO', 'series_description', 'text', 'known'],
    ['00180015', 'BodyPartExamined', 'CS', 'body_part_examined', 'text', 'known'],
    ['0020000E', 'SeriesInstanceUID', 'UI', 'series_instance_uid', 'uid', 'always'],
    ['00200011', 'SeriesNumber', 'IS', 'series_number', 'integer', 'always'],
    ['00201209', 'NumberOfSeriesRelatedInstances', 'IS', 'number_of_instances', null, 'always'],
    [
      '00400244',
      'PerformedProcedureStepStartDate',
      'DA',
      'performed_procedure_step_start_date',
      'date',
      'known',
    ],
    [
      '00400245',
      'PerformedProcedureStepStartTime',
      'TM',
      'performed_procedure_step_start_time',
      'time',
      'known',
    ],
    ['00400275', 'RequestAttributesSequence', 'SQ', 'request_attributes', null, 'known'],
    [
      '00400275.00400009',
      'RequestAttributesSequence.ScheduledProcedureStepID',
      'SH',
      '00400009',
      'requestAttribute',
      'never',
    ],
    [
      '00400275.00401001',
      'RequestAttributesSequence.RequestedProcedureID',
      'SH',
      '00401001',
      'requestAttribute',
      'never',
    ],
  ]),
  ...of('instance', [
    ['00080016', 'SOPClassUID', 'UI', 'sop_class_uid', 'uid', 'always'],
    ['00080018', 'SOPInstanceUID', 'UI', 'sop_instance_uid', 'uid', 'always'],
    ['00083002', 'AvailableTransferSyntaxUID', 'UI', 'transfer_syntax_uid', 'uid', 'always'],
    ['00200013', 'InstanceNumber', 'IS', 'instance_number', 'integer', 'always'],
    ['00280008', 'NumberOfFrames', 'IS', 'number_of_frames', 'integer', 'known'],
    ['00280010', 'Rows', 'US', 'rows', 'integer', 'known'],
    ['00280011', 'Columns', 'US', 'columns', 'integer', 'known'],
    ['00280100', 'BitsAllocated', 'US', 'bits_allocated', 'integer', 'known'],
  ]),
];

const verdictSequence = hrTag(HR_ELEMENT.VerdictSequence);

/** Keys of our private block (block 10 until a query reserves another), all of the study level. */
export const HR_SEARCH_ATTRIBUTES: readonly SearchAttribute[] = of('study', [
  [hrTag(HR_ELEMENT.LabelText), 'HRLabelText', 'LO', 'text', 'hrLabel', 'never'],
  [hrTag(HR_ELEMENT.HospitalCode), 'HRHospitalCode', 'LO', 'hospital_code', 'text', 'never'],
  [`${verdictSequence}.${hrTag(HR_ELEMENT.ItemCode)}`, 'HRItemCode', 'SH', 'item_code', 'hrVerdict', 'never'],
  [`${verdictSequence}.${hrTag(HR_ELEMENT.Verdict)}`, 'HRVerdict', 'CS', 'verdict', 'hrVerdict', 'never'],
]);

const tags = (list: string): ReadonlySet<string> => new Set(list.trim().split(/\s+/));

/** Attributes of the patient and study modules that are read from a dataset when includefield asks for them. */
export const STUDY_DATASET_TAGS: ReadonlySet<string> = tags(`
  00080051 00080080 00080081 00081010 00081032 00081048 00081060 00081080 00081110 00081111
  00100022 00100024 00100032 00101000 00101001 00101002 00101010 00101020 00101030 00102000
  00102110 00102160 00102180 001021B0 001021C0 00104000 00120010 00120040 00120062 00120063
  00321032 00321060 00321064 00380010 00380500
`);

/** Attributes of the series and equipment modules, likewise. */
export const SERIES_DATASET_TAGS: ReadonlySet<string> = tags(`
  00080021 00080031 00080068 00080070 0008103F 00081040 00081050 00081052 00081070 00081090
  00181000 00181020 00181030 00185100 00200052 00200060 00201040 00400250 00400251 00400253
  00400254 00400260
`);

const LEVELS: readonly Level[] = ['study', 'series', 'instance'];

/** Whether an attribute of `level` may appear in results of `resultLevel` (never one of a lower level). */
export function isAtOrAbove(level: Level, resultLevel: Level): boolean {
  return LEVELS.indexOf(level) <= LEVELS.indexOf(resultLevel);
}

/** Level of an attribute that only datasets hold. */
export function datasetLevel(tag: string): Level {
  if (STUDY_DATASET_TAGS.has(tag)) return 'study';
  return SERIES_DATASET_TAGS.has(tag) ? 'series' : 'instance';
}
