import type { Uid } from '@hutong/dicom';

import type { Dataset } from '../part10.ts';
import { hash32 } from '../random.ts';
import { clock, type Clock } from '../study/clock.ts';
import { studyUid, type SeriesSpec, type StudySpec } from '../study/study.ts';
import { patientAttributes, type DemoPatient } from './patients.ts';

/** Day of the newest demo study, YYYYMMDD: fixed, so that the same study has the same bytes every time. */
export const DEMO_BASE_DATE = '20261120';

/** What the cloud must say of a study. */
export interface Expected {
  /** The item that must be judged, or null where the headers leave it open. */
  itemCode: string | null;
  verdict: 'PASS' | 'FAIL' | 'REVIEW';
  /** Ids of the must requirements that are not satisfied. */
  missing: string[];
  /** HR label the study must carry, or null. */
  label: string | null;
}

/** A study of the demo, not yet rendered. */
export interface DemoStudy {
  key: string;
  /** Exam in Chinese, as a person would call it. */
  title: string;
  hospitalCode: string;
  patientName: string;
  studyInstanceUid: Uid;
  expected: Expected;
  spec: StudySpec;
}

export interface DemoStudyOptions {
  key: string;
  title: string;
  hospital: { code: string; name: string; department: string };
  patient: DemoPatient;
  clock: Clock;
  /** StudyDescription, as the console wrote it. */
  description: string;
  /** What was ordered; absent where the scanner has no worklist. */
  requested?: string;
  equipment: Dataset;
  characterSet?: 'GB18030' | 'ISO_IR 192';
  headers?: Dataset;
  series: SeriesSpec[];
  expected: Expected;
}

export const HOSPITALS = {
  lncy: { code: 'lncy', name: '龙南市第一人民医院', department: '放射科' },
  lnzy: { code: 'lnzy', name: '龙南市中医院', department: '医学影像科' },
  lnfy: { code: 'lnfy', name: '龙南市妇幼保健院', department: '影像科' },
} as const;

/** Time of a demo study: so many days before the base date. */
export const demoClock = (baseDate: string, daysBefore: number, time: string): Clock =>
  clock(baseDate, -daysBefore, time);

/** Puts together patient, order, equipment and series. */
export function demoStudy(options: DemoStudyOptions): DemoStudy {
  const { clock: time, hospital, patient } = options;
  // another base date is another study
  const seed = `demo/${options.key}/${time.date}`;
  const number = String(hash32(options.key) % 100_000).padStart(5, '0');
  const accession = `${hospital.code.toUpperCase()}${time.date.slice(2)}${number.slice(1)}`;
  const headers: Dataset = {
    SpecificCharacterSet: options.characterSet ?? 'ISO_IR 192',
    InstanceCreationDate: time.date,
    InstanceCreationTime: time.time(400),
    StudyDate: time.date,
    StudyTime: time.time(0),
    AccessionNumber: accession,
    InstitutionName: hospital.name,
    InstitutionalDepartmentName: hospital.department,
    ReferringPhysicianName: '',
    OperatorsName: '',
    StudyDescription: options.description,
    StudyID: number,
    DeviceSerialNumber: number,
    ...patientAttributes(patient, hospital.code, time.date),
    PerformedProcedureStepStartDate: time.date,
    PerformedProcedureStepStartTime: time.time(0),
    PerformedProcedureStepID: `PPS${number}`,
    PerformedProcedureStepDescription: options.description,
    ...(options.requested === undefined
      ? {}
      : {
          RequestAttributesSequence: [
            {
              RequestedProcedureDescription: options.requested,
              RequestedProcedureID: accession,
              ScheduledProcedureStepDescription: options.requested,
              ScheduledProcedureStepID: `SPS${number}`,
            },
          ],
        }),
    ...options.equipment,
    ...options.headers,
  };
  return {
    key: options.key,
    title: options.title,
    hospitalCode: hospital.code,
    patientName: patient.shownName,
    studyInstanceUid: studyUid(seed),
    expected: options.expected,
    spec: { seed, headers, series: options.series },
  };
}
