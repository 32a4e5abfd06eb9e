import type { Bilingual } from '@hutong/conformance';

export const FIGURE_NAMES = [
  'item',
  'personTime',
  'person',
  'month',
  'asOf',
  'stored',
  'labelled',
  'reminded',
  'viewed',
  'recognised',
  'examinedAgain',
  'cited',
  'saved',
  'repeated',
  'unpriced',
  'windowOpen',
  'perPerson',
  'recognitionRate',
  'elsewhere',
  'turnaround',
] as const;
export type FigureName = (typeof FIGURE_NAMES)[number];

export interface FigureDefinition {
  name: Bilingual;
  text: Bilingual;
}

const define = (zh: string, en: string, textZh: string, textEn: string): FigureDefinition => ({
  name: { zh, en },
  text: { zh: textZh, en: textEn },
});

/** What each figure counts. Shown beside the figures, in the report and in docs/figures.md. */
export const FIGURE_DEFINITIONS: Readonly<Record<FigureName, FigureDefinition>> = {
  item: define(
    '项次',
    'Items',
    '一次检查中的一个互认项目计 1 项次。',
    'One item of the recognition list in one exam counts as one.',
  ),
  personTime: define(
    '人次',
    'Person-times',
    '入库与标识环节：一次检查计 1 人次。其余环节：同一人在同一医院、同一自然日计 1 人次，不论项目多少。',
    'When stored and labelled, one exam counts as one. In all later steps one person in one hospital on one day counts as one, whatever the number of items.',
  ),
  person: define(
    '人数',
    'Persons',
    '按患者主索引去重的人数。未关联主索引的患者，同一医院的同一患者号计 1 人。各医院、科室、项目的人数之和可大于合计。',
    'Persons, each once, as patients of hospitals are linked to persons. A patient who is linked to nobody counts as one within the hospital. Numbers of persons of hospitals, departments and items may add up to more than the total.',
  ),
  month: define(
    '统计月份',
    'Month',
    '按北京时间（可设置）的自然月。提醒与查看计入提醒当月，互认与再次检查计入作出决定当月，引用计入该决定当月。',
    'The calendar month in China Standard Time (a setting). Viewing counts in the month of its reminder; recognising and examining again in the month of the decision; citing in the month of its decision.',
  ),
  asOf: define(
    '数据截止时间',
    'As of',
    '该时间之前已记录的数据计入。更正过的决定按截止时的内容计 1 次，已撤回的不计。',
    'What had been recorded by then counts. A decision that was corrected counts once, as it held then; one that was taken back does not count.',
  ),
  stored: define(
    '入库',
    'Stored',
    '当月首次存入的检查（人次）及其中属于互认清单的项目（项次），归检查医院。已删除的检查不计。',
    'Exams first stored in the month (person-times) and the items of the list among them (items), of the hospital that made them. Deleted exams do not count.',
  ),
  labelled: define(
    '标识',
    'Labelled',
    '当月首次获得互认标识、且在数据截止时间至少有一个标识有效的项目，归检查医院。多个范围的标识只计一次。',
    'Items that got their first HR label in the month and held at least one as of the report, of the hospital that made them. Labels of several scopes count once.',
  ),
  reminded: define(
    '提醒',
    'Reminded',
    '开单时向医师提示已有可互认结果的项目，归开单医院。同一人、同一医院、同一自然日、同一项目只计一次（选择与签署时各询问一次不重复计）。',
    'Items that an ordering doctor was told exist and may be recognised, of the ordering hospital. The same item of the same person in the same hospital on the same day counts once, so asking when selecting and when signing does not count twice.',
  ),
  viewed: define(
    '查看',
    'Viewed',
    '提醒项次中，截至数据截止时间医师打开过影像的项次。',
    'Of the reminded items those whose images had been opened from the reminder by the time of the report.',
  ),
  recognised: define(
    '互认',
    'Recognised',
    '医师决定互认、不再检查的项目，归作出决定的医院；含未经提醒、直接在影像中决定的。',
    'Items that a doctor decided to recognise, of the deciding hospital; also those decided on without a reminder.',
  ),
  examinedAgain: define(
    '再次检查',
    'Examined again',
    '医师决定不互认、再次检查并记录理由（RX01–RX12）的项目，归作出决定的医院。',
    'Items that a doctor decided to examine again, with the reason (RX01 to RX12), of the deciding hospital.',
  ),
  cited: define(
    '引用',
    'Cited',
    '互认项次中，截至数据截止时间其文字已写入病历的项次。',
    'Of the recognised items those whose text had been taken over into the medical record by the time of the report.',
  ),
  saved: define(
    '节省费用',
    'Saved',
    '计入节省的每一互认项次，按作出决定的医院当日适用的医保支付标准累加。不计：观察期内又做了同一项目的，以及没有支付标准的。',
    'The sum, over the recognised items that count, of the insurance payment standard that held for the deciding hospital on that day. Not counted: items made again within the window, and items without a price.',
  ),
  repeated: define(
    '互认后重复',
    'Repeated anyway',
    '互认后在观察期（默认 7 天，可设置）内，同一人在任一医院又做了同一项目的项次。列出但不计入节省。',
    'Recognised items of which the same person had the same item made again, in any hospital, within the window (7 days unless set otherwise). Shown, not counted as saved.',
  ),
  unpriced: define(
    '无支付标准',
    'Without a price',
    '没有适用医保支付标准的互认项次，逐项列出，不按 0 元计。',
    'Recognised items for which no payment standard holds, named one by one; they are not counted as 0 yuan.',
  ),
  windowOpen: define(
    '观察期未满',
    'Window still open',
    '计入节省、但在数据截止时间观察期未满的项次，之后仍可能转为“互认后重复”。',
    'Items counted as saved whose window was not over as of the report; they may yet be made again.',
  ),
  perPerson: define(
    '人均节省',
    'Saved per person',
    '节省费用 ÷ 至少有一个计入节省项次的人数。',
    'Saved ÷ persons with at least one item that counts as saved.',
  ),
  recognitionRate: define(
    '互认率',
    'Recognition rate',
    '互认项次 ÷（互认项次 + 再次检查项次）。',
    'Recognised items ÷ (recognised items + items examined again).',
  ),
  elsewhere: define(
    '外院利用',
    'Used elsewhere',
    '本院检查在其他医院被提醒、查看、互认或再次检查的项次。一项提醒可涉及多家检查医院，各院之和可大于合计。',
    'Items of this hospital that other hospitals were reminded of, viewed, recognised or examined again. One reminder may name exams of several hospitals, so these may add up to more than the total.',
  ),
  turnaround: define(
    '报告时效',
    'Report turnaround',
    '当月首次审核发布的报告，从检查到发布的时间；目标：急诊 30 分钟，CT/MR 24 小时，普通放射 2 小时。无检查时间的报告不计。',
    'Of reports that first became final in the month, the time from the exam to the report; targets: emergency 30 minutes, CT and MR 24 hours, radiographs 2 hours. Reports of exams without a time do not count.',
  ),
};
