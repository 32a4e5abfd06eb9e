import type { Bilingual } from '@hutong/conformance';
import type { SheetLine } from './sheets/unreadableSheet.ts';
import { headedColumns, type RegistryTable, TABLE_COLUMNS } from './tableColumns.ts';

/** What is wrong with a line of a table. */
export interface LineFault {
  /** 1-based, as the program that made the file counts. */
  line: number;
  text: Bilingual;
}

/** Faults that one answer lists. */
export const MOST_FAULTS = 200;

/** A line by the keys of its columns; a cell that was left empty is an empty text. */
export interface TableRow {
  line: number;
  cells: Readonly<Record<string, string>>;
}

/** Lines of a table by its heads. What lacks a column, holds formulas or leaves needed cells empty is a fault. */
export function readRows(
  table: RegistryTable,
  lines: readonly SheetLine[],
): { rows: TableRow[]; faults: LineFault[] } {
  const columns = TABLE_COLUMNS[table];
  const [heads, ...rest] = lines;
  const keys = headedColumns(table, heads?.cells ?? []);
  const missing = columns.filter(({ key, required }) => required && !keys.includes(key));
  if (heads === undefined || missing.length > 0)
    return {
      rows: [],
      faults: [
        {
          line: heads?.line ?? 1,
          text: {
            zh: `首行应为列名，缺少：${missing.map(({ head }) => head.zh).join('、')}。`,
            en: `The first line names the columns; missing: ${missing.map(({ head }) => head.en).join(', ')}.`,
          },
        },
      ],
    };
  const faults: LineFault[] = [];
  const rows: TableRow[] = [];
  for (const { line, cells, formulas } of rest) {
    const row: Record<string, string> = Object.fromEntries(columns.map(({ key }) => [key, '']));
    const wrong: Bilingual[] = [];
    for (const [i, key] of keys.entries()) {
      if (key === null) continue;
      row[key] = cells[i] ?? '';
      if (formulas.includes(i))
        wrong.push({
          zh: `“${heads.cells[i] ?? ''}”是公式，请粘贴为数值。`,
          en: `"${heads.cells[i] ?? ''}" is a formula; paste its value.`,
        });
    }
    if (wrong.length === 0 && Object.values(row).every((cell) => cell === '')) continue;
    for (const { key, required, head } of wrong.length > 0 ? [] : columns)
      if (required && row[key] === '')
        wrong.push({ zh: `未填写“${head.zh}”。`, en: `"${head.en}" is missing.` });
    if (wrong.length === 0) rows.push({ line, cells: row });
    faults.push(...wrong.map((text) => ({ line, text })));
  }
  return { rows, faults };
}
