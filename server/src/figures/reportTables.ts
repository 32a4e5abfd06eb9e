import {
  type Count,
  type Deciding,
  FIGURE_DEFINITIONS,
  FIGURE_NAMES,
  type Figures,
  REASONS_TO_EXAMINE_AGAIN,
  type Savings,
} from '@hutong/recognition';

/** Text, a count, an amount in fen, or parts of ten thousand; null: there is none. */
export type Cell = string | number | null;

export interface Column {
  name: string;
  kind: 'text' | 'count' | 'money' | 'rate';
  /** In characters. */
  width: number;
}

/** A table of the monthly report, in Chinese. */
export interface ReportTable {
  title: string;
  columns: readonly Column[];
  rows: readonly (readonly Cell[])[];
  /** What a reader has to know of the table. */
  note?: string;
}

const text = (name: string, width: number): Column => ({ name, kind: 'text', width });
const count = (name: string, width = 9): Column => ({ name, kind: 'count', width });
const money = (name: string, width = 12): Column => ({ name, kind: 'money', width });
const rate = (name: string, width = 9): Column => ({ name, kind: 'rate', width });

/** A part of a whole in ten-thousandths, rounded half up; null of nothing. */
export const tenThousandths = (part: number, whole: number): number | null =>
  whole === 0 ? null : Math.floor((20_000 * part + whole) / (2 * whole));

const recognitionRate = ({ recognised, examinedAgain }: Deciding): number | null =>
  tenThousandths(recognised.items, recognised.items + examinedAgain.items);

const unpricedItems = ({ unpriced }: Savings): number => unpriced.reduce((sum, { items }) => sum + items, 0);

/** The steps from storing to citing, with their three counts. */
function funnelTable({ total }: Figures): ReportTable {
  const step = (name: string, { items, personTimes, persons }: Count): Cell[] => [
    name,
    items,
    personTimes,
    persons,
  ];
  return {
    title: '各环节',
    columns: [text('环节', 14), count('项次', 12), count('人次', 12), count('人数', 12)],
    rows: [
      step('入库', total.stored),
      step('标识', total.labelled),
      step('提醒', total.reminded),
      step('查看', total.viewed),
      step('互认', total.recognised),
      step('再次检查', total.examinedAgain),
      step('引用', total.cited),
    ],
  };
}

function savingsTable({ total, names }: Figures): ReportTable {
  const { savings } = total;
  const lines: [string, string][] = [
    ['节省费用', yuan(savings.fen)],
    ['计入节省项次', savings.items.toLocaleString('en-US')],
    ['计入节省人数', savings.persons.toLocaleString('en-US')],
    ['人均节省', savings.fenPerPerson === null ? '—' : yuan(savings.fenPerPerson)],
    ['互认后重复（不计入）', `${savings.repeated.items} 项次，${yuan(savings.repeated.fen)}`],
    ['观察期未满', `${savings.windowOpen} 项次`],
    [
      '无支付标准（不计入）',
      savings.unpriced.length === 0
        ? '无'
        : savings.unpriced
            .map(({ itemCode, items }) => `${itemCode} ${names.items[itemCode]?.zh ?? ''} ${items} 项次`)
            .join('；'),
    ],
  ];
  return { title: '节省费用', columns: [text('指标', 24), text('数值', 60)], rows: lines };
}

const DECIDING_COLUMNS: readonly Column[] = [
  count('提醒'),
  count('查看'),
  count('互认'),
  count('再次检查'),
  count('引用'),
  rate('互认率'),
  count('互认人数'),
  money('节省费用（元）', 14),
  count('互认后重复', 10),
  count('无标准'),
];

const decidingCells = (row: Deciding): Cell[] => [
  row.reminded.items,
  row.viewed.items,
  row.recognised.items,
  row.examinedAgain.items,
  row.cited.items,
  recognitionRate(row),
  row.recognised.persons,
  row.savings.fen,
  row.savings.repeated.items,
  unpricedItems(row.savings),
];

const nameOf = (figures: Figures, code: string): string => figures.names.hospitals[code]?.zh ?? code;

function hospitalTable(figures: Figures): ReportTable {
  return {
    title: '分医院',
    columns: [
      text('医院', 24),
      count('入库检查'),
      count('标识'),
      ...DECIDING_COLUMNS,
      count('被外院互认', 10),
      count('被外院再查', 10),
    ],
    rows: figures.hospitals.map((row) => [
      nameOf(figures, row.hospital),
      row.stored.personTimes,
      row.labelled.items,
      ...decidingCells(row),
      row.elsewhere.recognisedItems,
      row.elsewhere.examinedAgainItems,
    ]),
    note: '除“入库检查”为人次、“互认人数”为人数外，均为项次。',
  };
}

function departmentTable(figures: Figures): ReportTable {
  return {
    title: '分科室',
    columns: [text('医院', 24), text('科室', 16), ...DECIDING_COLUMNS],
    rows: figures.departments.map((row) => [
      nameOf(figures, row.hospital),
      row.department === '' ? '（未注明）' : row.department,
      ...decidingCells(row),
    ]),
    note: '各科室工作量，除“互认人数”为人数外均为项次。',
  };
}

function itemTable(figures: Figures): ReportTable {
  return {
    title: '分项目',
    columns: [text('编码', 9), text('项目', 26), count('入库'), count('标识'), ...DECIDING_COLUMNS],
    rows: figures.items.map((row) => [
      row.itemCode,
      figures.names.items[row.itemCode]?.zh ?? row.itemCode,
      row.stored.items,
      row.labelled.items,
      ...decidingCells(row),
    ]),
    note: '除“互认人数”为人数外均为项次。',
  };
}

function reasonTable(figures: Figures): ReportTable {
  const all = figures.total.examinedAgain.items;
  return {
    title: '再次检查理由',
    columns: [text('编码', 9), text('理由', 60), count('项次'), count('人数'), rate('占比')],
    rows: figures.reasons.map(({ code, items, persons }) => [
      code,
      REASONS_TO_EXAMINE_AGAIN.find((reason) => reason.code === code)?.text.zh ?? code,
      items,
      persons,
      tenThousandths(items, all),
    ]),
  };
}

const TURNAROUND_KINDS = { emergency: '急诊', ctMr: 'CT/MR', plain: '普通放射' } as const;

function turnaroundTable(figures: Figures): ReportTable {
  return {
    title: '报告时效',
    columns: [
      text('医院', 24),
      text('类别', 12),
      count('报告数'),
      count('达标数'),
      rate('达标率'),
      count('中位时长（分）', 14),
      count('目标（分）', 10),
    ],
    rows: figures.turnaround.map((row) => [
      nameOf(figures, row.hospital),
      TURNAROUND_KINDS[row.kind],
      row.reports,
      row.withinTarget,
      tenThousandths(row.withinTarget, row.reports),
      row.medianMinutes,
      row.targetMinutes,
    ]),
  };
}

function definitionTable({ parameters, notes }: Figures): ReportTable {
  const said = [
    [
      '计算参数',
      `时区 ${parameters.timeZone}；观察期 ${parameters.repeatDays} 天；默认行政区划 ${parameters.regionCode}`,
    ],
    ['应答次数', `当月共应答开单询问 ${notes.answers} 次（含无可互认结果的）`],
    ['撤回的决定', `${notes.withdrawnDecisions} 项次，不计入`],
    ['未关联主索引', `${notes.unlinkedItems} 项次的患者未关联主索引，按院内患者号计人数`],
    ['标识已撤回', `当月首次标识、截止时已全部撤回 ${notes.labelsWithdrawn} 项次，不计入`],
  ];
  return {
    title: '口径说明',
    columns: [text('指标', 16), text('口径', 90)],
    rows: [
      ...FIGURE_NAMES.map((name) => [FIGURE_DEFINITIONS[name].name.zh, FIGURE_DEFINITIONS[name].text.zh]),
      ...said,
    ],
  };
}

/** Every table of the monthly report, those without rows left out. */
export function reportTables(figures: Figures): ReportTable[] {
  return [
    funnelTable(figures),
    savingsTable(figures),
    hospitalTable(figures),
    departmentTable(figures),
    itemTable(figures),
    reasonTable(figures),
    turnaroundTable(figures),
    definitionTable(figures),
  ].filter(({ rows }) => rows.length > 0);
}

/** Title and what the report is of, as both forms of it begin. */
export function reportHead(figures: Figures, digest: string): { title: string; lines: string[] } {
  const { month, hospital, asOf, complete } = figures;
  const [year = '', number = ''] = month.split('-');
  const whose = hospital === null ? '全区域' : nameOf(figures, hospital);
  return {
    title: `检查结果互认月报（${year}年${Number(number)}月）`,
    lines: [
      `统计范围：${whose}`,
      `数据截止：${localTime(asOf, figures.parameters.timeZone)}${complete ? '' : '（当月尚未结束）'}`,
      `数据校验码：${digest}`,
    ],
  };
}

/** Fen as yuan with two digits and commas: ¥1,322,000.00. */
export function yuan(fen: number): string {
  const whole = Math.floor(fen / 100)
    .toString()
    .replaceAll(/\B(?=(\d{3})+$)/g, ',');
  return `¥${whole}.${String(fen % 100).padStart(2, '0')}`;
}

/** 2026-11-21 14:05:00: how Sweden writes it too. */
function localTime(iso: string, timeZone: string): string {
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'medium' });
  return `${time.format(new Date(iso))}（${timeZone}）`;
}
