import { openedBy, type View } from '../context.ts';
import type { WorklistStudy } from '../contract.ts';
import { ageAt, isoDate } from '../dicomweb/age.ts';
import { readableName } from '../dicomweb/personName.ts';

type SummaryItem = Omit<WorklistStudy['items'][number], 'decided' | 'stale'>;

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
  /** What the machine found. */
  items: SummaryItem[] | null;
  /** By item code: the verdict that holds. */
  held: Record<string, Pick<WorklistStudy['items'][number], 'verdict' | 'decided' | 'stale'>> | null;
  labels: WorklistStudy['labels'] | null;
}

export function worklistStudy(row: WorklistRow, view: View): WorklistStudy {
  const opened = openedBy(view, { hospital: row.hospital_code, studyInstanceUid: row.study_instance_uid });
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
    items: (row.items ?? []).map((item) => effective(item, row.held ?? {})),
    labels: row.labels ?? [],
    receivedAt: row.received_at,
    ...(opened === null || opened === 'hospital'
      ? {}
      : { access: { grant: opened.grant, ground: opened.ground, expiresAt: opened.expiresAt } }),
  };
}

/** The verdict that holds, in place of the machine's. */
function effective(
  item: SummaryItem,
  held: NonNullable<WorklistRow['held']>,
): WorklistStudy['items'][number] {
  const { verdict = item.verdict, decided = false, stale = false } = held[item.code] ?? {};
  return { ...item, verdict, decided, stale };
}
