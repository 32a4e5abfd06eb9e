import type { WorklistStudy } from '../contract.ts';
import { readableName } from '../dicomweb/personName.ts';

/** A row of the worklist's statement. */
export interface WorklistRow extends Record<string, unknown> {
  counted: number;
  /** null where no study matched and the row holds only the count. */
  study_id: number | null;
  hospital_code: string;
  name_zh: string;
  name_en: string;
  study_instance_uid: string;
  patient_id: string;
  patient_name_alphabetic: string;
  patient_name_ideographic: string;
  patient_birth_date: string;
  patient_sex: string;
  study_date: string;
  /** Date and time together, the key of the order. */
  study_moment: string;
  study_time: string;
  accession_number: string;
  study_description: string;
  modalities: string[];
  number_of_series: number;
  number_of_instances: number;
  received_at: string;
  judged: boolean | null;
  not_listed: WorklistStudy['notListed'];
  items: WorklistStudy['items'] | null;
  labels: WorklistStudy['labels'] | null;
}

export function worklistStudy(row: WorklistRow): WorklistStudy {
  const alphabeticName = readableName(row.patient_name_alphabetic);
  const ideographicName = readableName(row.patient_name_ideographic);
  const sex = row.patient_sex;
  return {
    hospital: { code: row.hospital_code, name: { zh: row.name_zh, en: row.name_en } },
    studyInstanceUid: row.study_instance_uid,
    patient: {
      name: ideographicName === '' ? alphabeticName : ideographicName,
      alphabeticName,
      id: row.patient_id,
      sex: sex === 'M' || sex === 'F' || sex === 'O' ? sex : '',
      birthDate: isoDate(row.patient_birth_date),
      age: ageAt(row.patient_birth_date, row.study_date),
    },
    studyDate: isoDate(row.study_date),
    studyTime: /^\d{4}/.test(row.study_time)
      ? `${row.study_time.slice(0, 2)}:${row.study_time.slice(2, 4)}`
      : '',
    description: row.study_description,
    accessionNumber: row.accession_number,
    modalities: row.modalities,
    numberOfSeries: row.number_of_series,
    numberOfInstances: row.number_of_instances,
    status: row.judged === true ? 'done' : 'pending',
    notListed: row.not_listed ?? null,
    items: row.items ?? [],
    labels: row.labels ?? [],
    receivedAt: row.received_at,
  };
}

/** YYYYMMDD as YYYY-MM-DD; empty for anything else. */
function isoDate(date: string): string {
  return /^\d{8}$/.test(date) ? `${date.slice(0, 4)}-${date.slice(4, 6)}-${date.slice(6)}` : '';
}

/** The oldest age known is 122 years; beyond 130 a date is a placeholder. */
const OLDEST_MONTHS = 130 * 12;

/**
 * Age at a date, both DICOM DA: years from two on, months from one on, else days, as it is said of children.
 * null when a date is missing, the birth comes after, or nobody has grown so old: then one of the dates is wrong.
 */
export function ageAt(birthDate: string, date: string): WorklistStudy['patient']['age'] {
  const [birth, at] = [Date.parse(isoDate(birthDate)), Date.parse(isoDate(date))];
  if (Number.isNaN(birth) || Number.isNaN(at) || birth > at) return null;
  const [from, to] = [new Date(birth), new Date(at)];
  let months = (to.getUTCFullYear() - from.getUTCFullYear()) * 12 + to.getUTCMonth() - from.getUTCMonth();
  if (to.getUTCDate() < from.getUTCDate()) months -= 1;
  if (months > OLDEST_MONTHS) return null;
  if (months >= 24) return { value: Math.floor(months / 12), unit: 'Y' };
  if (months >= 1) return { value: months, unit: 'M' };
  return { value: Math.round((at - birth) / 86_400_000), unit: 'D' };
}
