import type { Bilingual } from '@hutong/conformance';

/** A file is no table that can be read: what is wrong, and where. */
export class UnreadableSheet extends Error {
  override name = 'UnreadableSheet';
  readonly text: Bilingual;
  /** 1-based; 0: the file as a whole. */
  readonly line: number;

  constructor(zh: string, en: string, line = 0) {
    super(en);
    this.text = { zh, en };
    this.line = line;
  }
}

/** One line of a table. */
export interface SheetLine {
  /** As the program that made the file counts: 1 is the first. */
  line: number;
  /** Trimmed; dates as YYYY-MM-DD. */
  cells: string[];
  /** Cells, 0-based, that hold a formula. What it came to is not read. */
  formulas: number[];
}

/** Bounds of what is read of any file. */
export const SHEET_LIMITS = {
  /** Of the file. */
  bytes: 8 * 1024 * 1024,
  /** Of all that is unpacked of a workbook. */
  unpackedBytes: 48 * 1024 * 1024,
  lines: 20_000,
  columns: 64,
  /** Characters of a cell. */
  cell: 4000,
} as const;

export const tooManyLines = (): UnreadableSheet =>
  new UnreadableSheet(
    `表格最多 ${SHEET_LIMITS.lines} 行，请拆分后再导入。`,
    `A table has ${SHEET_LIMITS.lines} lines at most; split it.`,
    SHEET_LIMITS.lines + 1,
  );

export const tooLarge = (): UnreadableSheet =>
  new UnreadableSheet('文件过大，未读取。', 'The file is too large and was not read.');
