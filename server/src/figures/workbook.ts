import writeXlsxFile, { type CellObject, type SheetData } from 'write-excel-file/node';
import type { Figures } from '@hutong/recognition';
import { type Cell, type Column, reportHead, type ReportTable, reportTables } from './reportTables.ts';

const HEAD: Pick<CellObject, 'fontWeight' | 'backgroundColor'> = {
  fontWeight: 'bold',
  backgroundColor: '#E8EEF6',
};

/** The monthly report as an XLSX workbook (ECMA-376), one sheet a table. Numbers are numbers: sums can be made of them. */
export async function reportWorkbook(figures: Figures, digest: string): Promise<Buffer> {
  const [first, second, ...others] = reportTables(figures);
  const { title, lines } = reportHead(figures, digest);
  const together = [first, second].filter((table) => table !== undefined);
  const summary: SheetData = [
    [{ value: title, fontWeight: 'bold', fontSize: 16 }],
    ...lines.map((line) => [line]),
    ...together.flatMap((table) => [
      [],
      [{ value: table.title, fontWeight: 'bold' as const }],
      ...tableRows(table),
    ]),
  ];
  return writeXlsxFile(
    [
      { data: summary, sheet: '概况', columns: [{ width: 26 }, { width: 18 }, { width: 14 }, { width: 14 }] },
      ...others.map((table) => ({
        data: [...tableRows(table), ...(table.note === undefined ? [] : [[], [table.note]])],
        sheet: table.title,
        columns: table.columns.map(({ width }) => ({ width: width + 2 })),
        stickyRowsCount: 1,
      })),
    ],
    { fontFamily: '微软雅黑', fontSize: 11 },
  ).toBuffer();
}

const tableRows = ({ columns, rows }: ReportTable): SheetData => [
  columns.map(({ name, kind }) => ({
    ...HEAD,
    value: name,
    align: kind === 'text' ? 'left' : 'right',
    wrap: true,
  })),
  ...rows.map((row) => row.map((cell, at) => cellOf(cell, columns[at]))),
];

function cellOf(cell: Cell, column: Column | undefined): CellObject | null {
  if (cell === null) return null;
  if (typeof cell === 'string')
    return { value: cell, type: String, wrap: (column?.width ?? 0) > 40, alignVertical: 'top' };
  if (column?.kind === 'money') return { value: cell / 100, type: Number, format: '#,##0.00' };
  if (column?.kind === 'rate') return { value: cell / 10_000, type: Number, format: '0.00%' };
  return { value: cell, type: Number, format: '#,##0' };
}
