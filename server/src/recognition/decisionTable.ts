import type { RecognitionDecisionBody } from '../contract/recognition.ts';

const KINDS = { recognised: '互认', examinedAgain: '重新检查', withdrawn: '已撤回' } as const;
const CLASSES = { '': '', outpatient: '门诊', inpatient: '住院', emergency: '急诊', other: '其他' } as const;

const COLUMNS: readonly (readonly [heading: string, cell: (one: RecognitionDecisionBody) => string])[] = [
  ['决定时间 decided at', ({ decidedAt }) => decidedAt],
  ['决定 decision', ({ kind }) => KINDS[kind]],
  ['原因代码 reason', ({ reasonCode }) => reasonCode],
  ['说明 explanation', ({ reasonText }) => reasonText ?? ''],
  ['已告知患者 patient informed', ({ patientInformed }) => (patientInformed ? '是' : '')],
  ['决定医院 deciding hospital', ({ hospital }) => hospital.name.zh],
  ['科室 department', ({ department }) => department],
  ['医师 practitioner', ({ practitioner }) => practitioner ?? ''],
  ['记录人 recorded by', ({ author }) => author ?? ''],
  ['患者编号 PatientID', ({ patientId }) => patientId ?? ''],
  ['申请单号 order', ({ orderNumber }) => orderNumber ?? ''],
  ['就诊类型 patient class', ({ patientClass }) => CLASSES[patientClass]],
  ['出具医院 issuing hospital', ({ issuing }) => issuing.name.zh],
  ['检查日期 study date', ({ studyDate }) => studyDate],
  ['项目代码 item', ({ item }) => item.code],
  ['项目 item name', ({ item }) => item.name.zh],
  ['互认标识 HR labels', ({ labels }) => labels.join('、')],
  ['检查UID StudyInstanceUID', ({ studyInstanceUid }) => studyInstanceUid ?? ''],
  ['病历文本已引用 cited', ({ citedAt }) => citedAt ?? ''],
  ['编号 id', ({ chain }) => chain],
];

export const HEADINGS: readonly string[] = COLUMNS.map(([heading]) => heading);

/** A decision as a line of the table. */
export const decisionLine = (decision: RecognitionDecisionBody): string[] =>
  COLUMNS.map(([, cell]) => cell(decision));
