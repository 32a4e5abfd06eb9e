import type { Dataset } from '../part10.ts';

/** An invented person; nobody of this name and number was ever seen in these hospitals. */
export interface DemoPatient {
  /** Alphabetic and ideographic group (PS3.5 §6.2.1). */
  name: string;
  /** As the table shows it. */
  shownName: string;
  sex: 'M' | 'F';
  /** YYYYMMDD */
  birthDate: string;
  /** Number of the region's health card: the same in every hospital. */
  healthCard: string;
  /** Number in each hospital. */
  ids: Partial<Record<string, string>>;
}

const person = (
  name: string,
  shownName: string,
  sex: 'M' | 'F',
  birthDate: string,
  healthCard: string,
  ids: DemoPatient['ids'],
): DemoPatient => ({
  name,
  shownName,
  sex,
  birthDate,
  healthCard,
  ids,
});

export const PATIENTS = {
  chen: person('Chen^Guoqing=陈^国庆', '陈国庆', 'M', '19581001', 'JK360700000101', { lncy: 'LN00231458' }),
  huang: person('Huang^Xiumei=黄^秀梅', '黄秀梅', 'F', '19660317', 'JK360700000102', {
    lncy: 'LN00187722',
    lnzy: 'ZY0093317',
    lnfy: 'FY2026013117',
  }),
  lai: person('Lai^Yongfu=赖^永福', '赖永福', 'M', '19710824', 'JK360700000103', { lnzy: 'ZY0104452' }),
  zhong: person('Zhong^Jianhua=钟^建华', '钟建华', 'M', '19490512', 'JK360700000104', {
    lnzy: 'ZY0088120',
    lnfy: 'FY2026011873',
  }),
  liao: person('Liao^Deming=廖^德明', '廖德明', 'M', '19630209', 'JK360700000105', { lncy: 'LN00245096' }),
  zeng: person('Zeng^Meilan=曾^美兰', '曾美兰', 'F', '19751130', 'JK360700000106', {
    lncy: 'LN00250013',
    lnfy: 'FY2026012240',
  }),
  xie: person('Xie^Haiyan=谢^海燕', '谢海燕', 'F', '19880604', 'JK360700000107', { lnfy: 'FY2026012655' }),
  liu: person('Liu^Zhiqiang=刘^志强', '刘志强', 'M', '19930718', 'JK360700000108', { lnzy: 'ZY0110975' }),
  johnson: person('JOHNSON^DAVID^M', 'JOHNSON DAVID M', 'M', '19790122', 'JK360700000109', {
    lncy: 'LN00251187',
  }),
  ouyang: person('Ouyang^Shufen=欧阳^淑芬', '欧阳淑芬', 'F', '19690926', 'JK360700000110', {
    lnfy: 'FY2026009981',
  }),
  wu: person('Wu^Chunhua=吴^春花', '吴春花', 'F', '19540415', 'JK360700000111', { lnfy: 'FY2026013002' }),
  carter: person('Carter^Emily', 'Carter Emily', 'F', '19850211', 'JK360700000112', { lncy: 'LN00252064' }),
} satisfies Record<string, DemoPatient>;

/** Age string (PS3.5 §6.2) on a date. */
function ageOn(birthDate: string, date: string): string {
  const years =
    Number(date.slice(0, 4)) - Number(birthDate.slice(0, 4)) - (date.slice(4) < birthDate.slice(4) ? 1 : 0);
  return `${String(years).padStart(3, '0')}Y`;
}

/** Patient attributes as a hospital writes them. */
export function patientAttributes(patient: DemoPatient, hospital: string, studyDate: string): Dataset {
  const id = patient.ids[hospital];
  if (id === undefined) throw new TypeError(`${patient.name} has no number at ${hospital}`);
  return {
    PatientName: patient.name,
    PatientID: id,
    IssuerOfPatientID: hospital.toUpperCase(),
    PatientBirthDate: patient.birthDate,
    PatientSex: patient.sex,
    PatientAge: ageOn(patient.birthDate, studyDate),
    OtherPatientIDsSequence: [
      { PatientID: patient.healthCard, IssuerOfPatientID: 'LONGNAN-HEALTH-CARD', TypeOfPatientID: 'TEXT' },
    ],
  };
}
