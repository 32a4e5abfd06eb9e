import type { Bilingual } from '@hutong/conformance';
import {
  type LearnedMapping,
  type NewExamMapping,
  readCsv,
  type SheetLine,
  UnreadableSheet,
  writeCsv,
} from '@hutong/storage-config';
import { checkMapping } from './parseMapping.ts';

/** Exams of one table. */
export const MOST_LINES = 10_000;
/** Errors that one answer lists. */
const MOST_ERRORS = 100;

const COLUMNS = ['code', 'scheme', 'name', 'items'] as const;
type Column = (typeof COLUMNS)[number];

/** What people head the columns with, folded. */
const HEADINGS: Readonly<Record<string, Column>> = {
  code: 'code',
  代码: 'code',
  检查代码: 'code',
  项目代码: 'code',
  scheme: 'scheme',
  编码体系: 'scheme',
  编码方案: 'scheme',
  name: 'name',
  名称: 'name',
  检查名称: 'name',
  items: 'items',
  item: 'items',
  互认项目: 'items',
  互认项目代码: 'items',
};

/** An exam that is on no item says so: a cell that was left empty may be one that nobody has decided yet. */
const ON_NO_ITEM = new Set(['-', '—', '无', 'none']);

export interface TableError {
  line: number;
  text: Bilingual;
}

export interface ReadTable {
  mappings: NewExamMapping[];
  errors: TableError[];
}

/**
 * Reads an exam table of CSV (RFC 4180) as spreadsheets save it: UTF-8, UTF-16 or GB 18030, separated by comma, semicolon
 * or tab, with a line of headings. Never throws for what it holds; every line that does not fit is an error of its own.
 */
export function readTable(
  bytes: Uint8Array,
  hospital: string,
  hasItem: (code: string) => boolean,
): ReadTable {
  let lines: SheetLine[];
  try {
    lines = readCsv(bytes);
  } catch (error) {
    if (!(error instanceof UnreadableSheet)) throw error;
    return failed(Math.max(1, error.line), error.text.zh, error.text.en);
  }
  const [heading, ...rows] = lines;
  const columns = (heading?.cells ?? []).map((cell) => HEADINGS[cell.toLowerCase()] ?? null);
  if (!columns.includes('items') || !(columns.includes('code') || columns.includes('name')))
    return failed(
      1,
      '首行应为列名：code、scheme、name、items。',
      'The first line must name the columns: code, scheme, name, items.',
    );
  if (rows.length > MOST_LINES)
    return failed(
      MOST_LINES + 2,
      `一次最多导入 ${MOST_LINES} 行。`,
      `A table has ${MOST_LINES} lines at most.`,
    );
  return readRows(rows, columns, hospital, hasItem);
}

function readRows(
  rows: readonly SheetLine[],
  columns: readonly (Column | null)[],
  hospital: string,
  hasItem: (code: string) => boolean,
): ReadTable {
  const errors: TableError[] = [];
  const mappings = new Map<string, NewExamMapping>();
  for (const { line, cells: given } of rows) {
    const cells: Record<Column, string> = { code: '', scheme: '', name: '', items: '' };
    for (const [i, cell] of given.entries()) {
      const column = columns[i];
      if (column !== null && column !== undefined) cells[column] = cell;
    }
    if (Object.values(cells).every((cell) => cell === '')) continue;
    const fault = (zh: string, en: string): void => {
      if (errors.length < MOST_ERRORS) errors.push({ line, text: { zh, en } });
    };
    // A cell of separators alone is as empty as one without.
    if (/^[\s;,，；、]*$/.test(cells.items)) {
      fault('未填写互认项目；确不在清单内请填“-”。', 'Items are missing; write "-" for an exam on no item.');
      continue;
    }
    const itemCodes = ON_NO_ITEM.has(cells.items.toLowerCase())
      ? []
      : cells.items.split(/[\s;,，；、]+/).filter((code) => code !== '');
    const checked = checkMapping(hospital, { ...cells, itemCodes }, hasItem);
    if ('fault' in checked) {
      fault(checked.fault.zh, checked.fault.en);
      continue;
    }
    const { mapping } = checked;
    const key = JSON.stringify([mapping.code, mapping.scheme, mapping.name]);
    const earlier = mappings.get(key);
    if (earlier !== undefined && earlier.itemCodes.join() !== mapping.itemCodes.join())
      fault(
        '同一检查在表中出现两次，且对应不同项目。',
        'The exam stands in the table twice, with other items.',
      );
    else mappings.set(key, mapping);
  }
  return { mappings: [...mappings.values()], errors };
}

/** Exams as a table that {@link readTable} reads again, and that no spreadsheet takes for formulas. */
export function writeTable(mappings: readonly LearnedMapping[]): string {
  const rows = mappings.map(({ code, scheme, names, itemCodes }) => [
    code,
    scheme,
    names[0] ?? '',
    itemCodes.length === 0 ? '-' : itemCodes.join(' '),
  ]);
  return writeCsv([[...COLUMNS], ...rows]);
}

const failed = (line: number, zh: string, en: string): ReadTable => ({
  mappings: [],
  errors: [{ line, text: { zh, en } }],
});
