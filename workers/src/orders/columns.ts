/** Columns of tables that hospital systems write, by their headings in Chinese and English. */

export type PatientColumn = 'name' | 'sex' | 'birthDate' | 'idCard' | 'healthCard' | 'passport';
export type OrderColumn =
  | 'orderNumber'
  | 'examCode'
  | 'examScheme'
  | 'examName'
  | 'modality'
  | 'department'
  | 'requester'
  | 'priority'
  | 'patientClass'
  | 'orderStatus'
  | 'orderedAt';
export type ReportColumn =
  | 'reportNumber'
  | 'studyInstanceUid'
  | 'reportStatus'
  | 'findings'
  | 'impression'
  | 'author'
  | 'verifier'
  | 'performedAt'
  | 'reportedAt';
export type Column =
  PatientColumn | OrderColumn | ReportColumn | 'patientId' | 'issuer' | 'accessionNumber' | 'statedAt';

const HEADINGS: Readonly<Record<Column, readonly string[]>> = {
  patientId: ['患者编号', '患者ID', '病人ID', '病历号'],
  issuer: ['患者编号发放者'],
  name: ['姓名', '患者姓名'],
  sex: ['性别'],
  birthDate: ['出生日期', '生日'],
  idCard: ['身份证号', '身份证号码'],
  healthCard: ['健康卡号', '居民健康卡号'],
  passport: ['护照号'],
  accessionNumber: ['检查号', '影像号', '登记号'],
  orderNumber: ['申请单号', '医嘱号'],
  examCode: ['检查项目编码', '检查编码', '项目编码'],
  examScheme: ['编码体系'],
  examName: ['检查项目', '检查名称', '项目名称'],
  modality: ['设备类型', '检查类型'],
  department: ['申请科室'],
  requester: ['申请医生'],
  priority: ['优先级'],
  patientClass: ['患者类别', '就诊类别'],
  orderStatus: ['申请状态', '申请单状态'],
  orderedAt: ['申请时间', '开单时间'],
  reportNumber: ['报告号', '报告编号'],
  studyInstanceUid: ['检查UID', '检查实例UID'],
  reportStatus: ['报告状态'],
  findings: ['影像所见', '检查所见'],
  impression: ['诊断意见', '影像诊断', '诊断印象', '印象'],
  author: ['报告医生', '报告医师'],
  verifier: ['审核医生', '审核医师'],
  performedAt: ['检查时间'],
  reportedAt: ['报告时间'],
  statedAt: ['更新时间'],
};

const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .replaceAll(/[\s_-]/g, '');
const BY_HEADING = new Map(
  (Object.entries(HEADINGS) as [Column, readonly string[]][]).flatMap(([column, names]) =>
    [column, ...names].map((name) => [folded(name), column] as const),
  ),
);

/** The column that a heading names, in either language and spelling; undefined: none of ours. */
export const columnOf = (heading: string): Column | undefined => BY_HEADING.get(folded(heading));

/** Words that stand in cells, as the messages have them. What is not here stays as it is. */
export const WORDS: Partial<Record<Column, Readonly<Record<string, string>>>> = {
  sex: { 男: 'M', 女: 'F', 男性: 'M', 女性: 'F', 其他: 'O', 未知: '', 不详: '' },
  priority: { 普通: 'routine', 常规: 'routine', 加急: 'urgent', 优先: 'asap', 急诊: 'stat', 紧急: 'stat' },
  patientClass: { 门诊: 'outpatient', 住院: 'inpatient', 急诊: 'emergency', 体检: 'other', 其他: 'other' },
  orderStatus: {
    草稿: 'draft',
    有效: 'active',
    已申请: 'active',
    已完成: 'completed',
    作废: 'revoked',
    已撤销: 'revoked',
  },
  reportStatus: {
    初步: 'preliminary',
    草稿: 'preliminary',
    正式: 'final',
    已审核: 'final',
    修订: 'amended',
    已修订: 'amended',
    作废: 'cancelled',
    已作废: 'cancelled',
  },
};
