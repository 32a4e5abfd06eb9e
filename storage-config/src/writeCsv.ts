import { stringify } from 'csv-stringify/sync';

/** What spreadsheets take for a formula begins so, behind whatever space and in full width too; a dash alone is none. */
const FORMULA = /^(?:[\s\uFEFF]*(?:[=+@＝＋＠]|[-－].)|[\t\r\n])/s;

/** Whether a spreadsheet would take a cell for a formula. */
export const isFormula = (cell: string): boolean => FORMULA.test(cell);

/** Lines of CSV (RFC 4180), each ended by CR LF: cells that begin like a formula have an apostrophe before them. */
export const csvLines = (lines: readonly (readonly string[])[]): string =>
  stringify(
    lines.map((line) => line.map((cell) => (isFormula(cell) ? `'${cell}` : cell))),
    // Of its own accord the writer quotes the end of its own lines alone, not a CR or LF that stands alone.
    { record_delimiter: 'windows', quoted_match: /[\r\n]/ },
  );

/** A table as CSV that `readCsv` reads again: with the byte order mark by which spreadsheets know UTF-8. */
export const writeCsv = (lines: readonly (readonly string[])[]): string => `\uFEFF${csvLines(lines)}`;
