import type { Bilingual } from '@hutong/conformance';
import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { LearnedMapping, NewExamMapping } from '@hutong/storage-config';
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
  const text = decode(bytes);
  if (text === null)
    return failed(
      1,
      '文件编码无法识别，请另存为 UTF-8 或 GB18030 的 CSV。',
      'The text is neither UTF-8 nor GB 18030.',
    );
  let lines: { record: string[]; info: { lines: number } }[];
  try {
    lines = parse(text, {
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
      to: MOST_LINES + 2,
      max_record_size: 16_384,
    }) as unknown as typeof lines;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    return failed(
      line,
      '不是有效的 CSV：引号或内容不完整。',
      'This is no CSV: a quote is not closed, or stands where none may.',
    );
  }
  const [heading, ...rows] = lines;
  const columns = (heading?.record ?? []).map((cell) => HEADINGS[cell.trim().toLowerCase()] ?? null);
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
  rows: readonly { record: string[]; info: { lines: number } }[],
  columns: readonly (Column | null)[],
  hospital: string,
  hasItem: (code: string) => boolean,
): ReadTable {
  const errors: TableError[] = [];
  const mappings = new Map<string, NewExamMapping>();
  for (const { record, info } of rows) {
    const cells: Record<Column, string> = { code: '', scheme: '', name: '', items: '' };
    for (const [i, cell] of record.entries()) {
      const column = columns[i];
      if (column !== null && column !== undefined) cells[column] = withoutApostrophe(cell).trim();
    }
    if (Object.values(cells).every((cell) => cell === '')) continue;
    const fault = (zh: string, en: string): void => {
      if (errors.length < MOST_ERRORS) errors.push({ line: info.lines, text: { zh, en } });
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
  const cells = [
    [...COLUMNS],
    ...rows.map((row) => row.map((cell) => (cell === '-' ? cell : withApostrophe(cell)))),
  ];
  return `\uFEFF${stringify(cells, { record_delimiter: 'windows' })}`;
}

/** What spreadsheets take for a formula begins so. */
const FORMULA = /^[=+\-@\t\r]/;

const withApostrophe = (cell: string): string => (FORMULA.test(cell) ? `'${cell}` : cell);
const withoutApostrophe = (cell: string): string =>
  cell.startsWith("'") && FORMULA.test(cell.slice(1)) ? cell.slice(1) : cell;

/** Text of the bytes; null where they are in no encoding that a Chinese spreadsheet writes. */
function decode(bytes: Uint8Array): string | null {
  const wide = bytes[0] === 0xff && bytes[1] === 0xfe ? 'utf-16le' : null;
  for (const encoding of wide === null ? ['utf-8', 'gb18030'] : [wide]) {
    try {
      const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
      return text.includes('\0') ? null : text;
    } catch {
      // Not in this encoding.
    }
  }
  return null;
}

/** Of those that may separate, the one that the headings have most of. */
function delimiterOf(text: string): string {
  const headings = text.slice(0, 1000).split(/\r?\n/, 1)[0] ?? '';
  const counted = [',', ';', '\t'].map((delimiter) => ({
    delimiter,
    count: headings.split(delimiter).length,
  }));
  return counted.toSorted((a, b) => b.count - a.count)[0]?.delimiter ?? ',';
}

const failed = (line: number, zh: string, en: string): ReadTable => ({
  mappings: [],
  errors: [{ line, text: { zh, en } }],
});
