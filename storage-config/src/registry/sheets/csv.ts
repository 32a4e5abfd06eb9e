import { CsvError, parse } from 'csv-parse/sync';
import { isFormula } from '../../writeCsv.ts';
import { SHEET_LIMITS, type SheetLine, tooManyLines, UnreadableSheet } from './unreadableSheet.ts';

/**
 * Lines of CSV (RFC 4180) as spreadsheets save it: UTF-8, UTF-16 or GB 18030, separated by comma, semicolon or tab.
 *
 * @throws UnreadableSheet
 */
export function readCsv(bytes: Uint8Array): SheetLine[] {
  const text = decode(bytes);
  if (text === null)
    throw new UnreadableSheet(
      '文件编码无法识别，请另存为 UTF-8 或 GB18030 的 CSV，或 .xlsx。',
      'The text is neither UTF-8 nor GB 18030. Save it as CSV of these, or as .xlsx.',
    );
  let records: { record: string[]; info: { lines: number } }[];
  try {
    records = parse(text, {
      bom: true,
      delimiter: delimiterOf(text),
      relax_column_count: true,
      skip_empty_lines: true,
      info: true,
      to: SHEET_LIMITS.lines + 1,
      max_record_size: 65_536,
    }) as unknown as typeof records;
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    const line = typeof error['lines'] === 'number' ? error['lines'] : 1;
    throw new UnreadableSheet(
      '不是有效的 CSV：引号或内容不完整。',
      'This is no CSV: a quote is not closed, or stands where none may.',
      line,
    );
  }
  if (records.length > SHEET_LIMITS.lines) throw tooManyLines();
  return records
    .map(({ record, info }) => ({
      line: info.lines,
      cells: record
        .slice(0, SHEET_LIMITS.columns)
        .map((cell) => withoutApostrophe(cell).slice(0, SHEET_LIMITS.cell).trim()),
      formulas: [],
    }))
    .filter(({ cells }) => cells.some((cell) => cell !== ''));
}

const withoutApostrophe = (cell: string): string =>
  cell.startsWith("'") && isFormula(cell.slice(1)) ? cell.slice(1) : cell;

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
