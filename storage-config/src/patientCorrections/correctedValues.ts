import { type DicomJson, type DicomJsonAttribute, type PersonName, TAG } from '@hutong/dicom';
import { studyRow, type StudyRow } from '../indexing/indexRows.ts';

/** Attributes of a patient or study with the values they shall have; '' or no group empties one. */
export interface CorrectedValues {
  patientId?: string;
  issuerOfPatientId?: string;
  patientName?: PersonName;
  /** YYYYMMDD. */
  patientBirthDate?: string;
  patientSex?: string;
  accessionNumber?: string;
  referringPhysicianName?: PersonName;
  studyId?: string;
  studyDescription?: string;
}

/** Columns of the study row with their values. */
export type CorrectedColumns = Partial<StudyRow>;

interface Correctable {
  tag: string;
  vr: string;
  keyword: string;
  columns: readonly (keyof StudyRow)[];
}

const NAME_COLUMNS = [
  'patient_name_alphabetic',
  'patient_name_ideographic',
  'patient_name_phonetic',
  'patient_name_pinyin',
] as const satisfies readonly (keyof StudyRow)[];

/** What can be corrected, in the dataset and in the index. */
export const CORRECTABLE: Readonly<Record<keyof CorrectedValues, Correctable>> = {
  patientId: { tag: TAG.PatientID, vr: 'LO', keyword: 'PatientID', columns: ['patient_id'] },
  issuerOfPatientId: {
    tag: TAG.IssuerOfPatientID,
    vr: 'LO',
    keyword: 'IssuerOfPatientID',
    columns: ['issuer_of_patient_id'],
  },
  patientName: { tag: TAG.PatientName, vr: 'PN', keyword: 'PatientName', columns: NAME_COLUMNS },
  patientBirthDate: {
    tag: TAG.PatientBirthDate,
    vr: 'DA',
    keyword: 'PatientBirthDate',
    columns: ['patient_birth_date'],
  },
  patientSex: { tag: TAG.PatientSex, vr: 'CS', keyword: 'PatientSex', columns: ['patient_sex'] },
  accessionNumber: {
    tag: TAG.AccessionNumber,
    vr: 'SH',
    keyword: 'AccessionNumber',
    columns: ['accession_number'],
  },
  referringPhysicianName: {
    tag: TAG.ReferringPhysicianName,
    vr: 'PN',
    keyword: 'ReferringPhysicianName',
    columns: ['referring_physician_name'],
  },
  studyId: { tag: TAG.StudyID, vr: 'SH', keyword: 'StudyID', columns: ['study_id_text'] },
  studyDescription: {
    tag: TAG.StudyDescription,
    vr: 'LO',
    keyword: 'StudyDescription',
    columns: ['study_description'],
  },
};

/** Attributes that the judgement of a study may rest on: a study whose own they are is judged again. */
const JUDGED_BY: ReadonlySet<string> = new Set([TAG.StudyDescription, TAG.PatientBirthDate, TAG.PatientSex]);

export const isJudgedBy = (tags: readonly string[]): boolean => tags.some((tag) => JUDGED_BY.has(tag));

/** The values as attributes of a dataset, and as the columns that the index has of them. */
export function correctionOf(values: CorrectedValues): { attributes: DicomJson; columns: CorrectedColumns } {
  const named = Object.entries(values) as [keyof CorrectedValues, string | PersonName | undefined][];
  const given = named.filter(([, value]) => value !== undefined);
  const attributes = Object.fromEntries(
    given.map(([name, value]) => [CORRECTABLE[name].tag, attributeOf(CORRECTABLE[name].vr, value)]),
  );
  return { attributes, columns: columnsOf(attributes) };
}

/** What the index has of corrected attributes. */
export function columnsOf(attributes: DicomJson): CorrectedColumns {
  const row = studyRow(attributes, '');
  const corrected = Object.values(CORRECTABLE).filter(({ tag }) => attributes[tag] !== undefined);
  return Object.fromEntries(
    corrected.flatMap(({ columns }) => columns.map((column) => [column, row[column]])),
  );
}

function attributeOf(vr: string, value: string | PersonName | undefined): DicomJsonAttribute {
  if (typeof value === 'object') {
    const groups = Object.entries(value).filter(([, group]) => group !== '');
    return groups.length === 0 ? { vr } : { vr, Value: [Object.fromEntries(groups)] };
  }
  return value === undefined || value === '' ? { vr } : { vr, Value: [value] };
}
