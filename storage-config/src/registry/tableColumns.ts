import type { Bilingual } from '@hutong/conformance';

/** Tables that come in and go out as CSV and workbooks. */
export const REGISTRY_TABLES = ['hospitals', 'evaluations', 'deviceTests'] as const;
export type RegistryTable = (typeof REGISTRY_TABLES)[number];

export interface TableColumn {
  key: string;
  head: Bilingual;
  /** Other heads that people write, folded. */
  also: readonly string[];
  required: boolean;
  /** What stands in a template's example line. */
  example: string;
}

const column = (
  key: string,
  zh: string,
  en: string,
  example: string,
  { required = false, also = [] }: { required?: boolean; also?: readonly string[] } = {},
): TableColumn => ({ key, head: { zh, en }, also, required, example });

const needed = { required: true };

/** The columns of each table, in the order of templates and exports. */
export const TABLE_COLUMNS: Readonly<Record<RegistryTable, readonly TableColumn[]>> = {
  hospitals: [
    column('code', '医院代码', 'Hospital code', 'county-1', { ...needed, also: ['代码', 'code'] }),
    column('nameZh', '医院名称', 'Chinese name', '示例县人民医院', {
      ...needed,
      also: ['名称', '机构名称', '医疗机构名称', 'name'],
    }),
    column('nameEn', '英文名称', 'English name', 'Example County People’s Hospital', { also: ['英文名'] }),
    column('level', '等级', 'Level', '二级甲等', { also: ['医院等级', '级别', '等次'] }),
    column('region', '行政区划', 'Region', '360783', {
      also: ['区划代码', '行政区划代码', '地区', '所在地'],
    }),
  ],
  evaluations: [
    column('hospital', '医院', 'Hospital', 'county-1', {
      ...needed,
      also: ['医院代码', '医院名称', '机构名称', 'hospital code'],
    }),
    column('items', '互认项目', 'Item', 'CT-01', {
      ...needed,
      also: ['项目', '项目代码', '互认项目代码', 'items', 'item code'],
    }),
    column('scope', '互认范围', 'Scope', '', { also: ['范围'] }),
    column('evaluatedAt', '评价日期', 'Evaluated on', '2026-09-15', {
      ...needed,
      also: ['评价时间', '评估日期', 'evaluated', 'date'],
    }),
    column('validUntil', '有效期至', 'Valid until', '', {
      also: ['有效期止', '有效期', '截止日期', 'until'],
    }),
    column('result', '评价结果', 'Result', '合格', { ...needed, also: ['结果', '结论'] }),
    column('centre', '质控中心', 'Quality centre', '', {
      also: ['质控中心代码', 'centre', 'quality center'],
    }),
    column('document', '文件', 'Document', '', { also: ['文号', '依据', '文件号'] }),
  ],
  deviceTests: [
    column('hospital', '医院', 'Hospital', 'county-1', {
      ...needed,
      also: ['医院代码', '医院名称', '机构名称', 'hospital code'],
    }),
    column('serialNumber', '设备序列号', 'Serial number', '123456', {
      ...needed,
      also: ['序列号', '设备编号', 'device serial number'],
    }),
    column('manufacturer', '厂家', 'Manufacturer', '', { also: ['生产厂家', '制造商', '厂商'] }),
    column('model', '型号', 'Model', '', { also: ['设备型号'] }),
    column('stationName', '设备名称', 'Station name', '', { also: ['工作站名称', 'station'] }),
    column('modality', '设备类型', 'Modality', 'CT', { also: ['类型'] }),
    column('testedOn', '检测日期', 'Tested on', '2026-03-01', {
      ...needed,
      also: ['检测时间', 'tested', 'date'],
    }),
    column('validUntil', '有效期至', 'Valid until', '', {
      also: ['有效期止', '有效期', '下次检测日期', 'until'],
    }),
    column('result', '检测结果', 'Result', '合格', { ...needed, also: ['结果', '结论'] }),
    column('document', '报告编号', 'Document', '', { also: ['文件', '检测报告编号', '文号'] }),
  ],
};

const folded = (text: string): string =>
  text
    .normalize('NFKC')
    .trim()
    .toLowerCase()
    .replace(/[\s*＊:：]+/gu, '');

/** Which column each head of a table names; null for one that names none. The first that names a column has it. */
export function headedColumns(table: RegistryTable, heads: readonly string[]): (string | null)[] {
  const taken = new Set<string>();
  return heads.map((head) => {
    const found = TABLE_COLUMNS[table].find(({ key, head: { zh, en }, also }) =>
      [key, zh, en, ...also].some((one) => folded(one) === folded(head)),
    );
    if (found === undefined || taken.has(found.key)) return null;
    taken.add(found.key);
    return found.key;
  });
}
