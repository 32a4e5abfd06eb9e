/** Words of the public page on mutual recognition. */
import type { Language } from './language.ts';

const zh = {
  title: '检查结果互认公示',
  lead: (region: string) =>
    `${region}互认的检查项目、医疗机构、互认范围与有效期。本页公开，不含任何患者信息。`,
  asOf: '截至日期',
  search: '搜索医院、项目或范围',
  by: '查看方式',
  byItem: '按项目',
  byHospital: '按医院',
  print: '打印',
  table: '下载 CSV',
  error: '无法读取公示内容',
  none: '该日没有公示的互认项目。',
  noneFound: '没有符合条件的内容。',
  hospital: '医院',
  item: '项目',
  scope: '互认范围',
  validity: '有效期',
  centre: '质控中心',
  noCentre: '未登记',
  until: (from: string, until: string) => `${from} 至 ${until}`,
  suspended: '已暂停发放标识',
  label: (text: string) => `标识：${text}`,
  within: (names: string) => `属于 ${names}`,
  counts: (items: number, hospitals: number) => `${items} 个项目，${hospitals} 家医院`,
  note: '标识仅覆盖影像与数据，不包括诊断结论。医院须参加质量评价并合格，方可在有效期内标注。',
  home: '返回首页',
};

const en: typeof zh = {
  title: 'Mutual recognition of examinations',
  lead: (region) =>
    `Examinations, hospitals, scopes and validity of mutual recognition in ${region}. This page is public and holds nothing about patients.`,
  asOf: 'As of',
  search: 'Search hospitals, examinations, scopes',
  by: 'View',
  byItem: 'By examination',
  byHospital: 'By hospital',
  print: 'Print',
  table: 'Download CSV',
  error: 'The publication cannot be read',
  none: 'Nothing is published for this day.',
  noneFound: 'Nothing fits.',
  hospital: 'Hospital',
  item: 'Examination',
  scope: 'Scope',
  validity: 'Valid',
  centre: 'Quality-control centre',
  noCentre: 'Not recorded',
  until: (from, until) => `${from} to ${until}`,
  suspended: 'Issuing suspended',
  label: (text) => `Label: ${text}`,
  within: (names) => `within ${names}`,
  counts: (items, hospitals) =>
    `${items} ${items === 1 ? 'examination' : 'examinations'}, ${hospitals} ${hospitals === 1 ? 'hospital' : 'hospitals'}`,
  note: 'A label covers images and data, not the conclusion. A hospital gives it only where it took part in the quality evaluation and passed, within the validity.',
  home: 'Home',
};

export const publicationWords: Record<Language, typeof zh> = { zh, en };
