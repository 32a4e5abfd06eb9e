import { dayFromSerial } from './dates.ts';
import { SHEET_LIMITS, type SheetLine, tooLarge, tooManyLines, UnreadableSheet } from './unreadableSheet.ts';
import { readXml } from './workbookXml.ts';
import { openZip, type ZipEntries } from './zipEntries.ts';

/** Most of what a workbook says once for many cells: shared texts, and kinds of cells. */
const MOST_SHARED = 400_000;

interface Workbook {
  sheet: Buffer;
  texts: readonly string[];
  /** Of each style, whether its numbers are days. */
  days: readonly boolean[];
  since1904: boolean;
}

/**
 * Lines of the first sheet of a workbook (.xlsx, ECMA-376) that is shown. Formulas are named, never read or evaluated.
 *
 * @throws UnreadableSheet for what is no workbook, or more than {@link SHEET_LIMITS}
 */
export async function readWorkbook(bytes: Uint8Array): Promise<SheetLine[]> {
  const zip = openZip(bytes);
  const workbook = await open(zip);
  const lines: SheetLine[] = [];
  let line: SheetLine | null = null;
  let number = 0;
  let cell = { column: 0, type: '', style: 0, text: '', formula: false };
  let reading = false;
  let next = 0;
  await readXml(workbook.sheet, {
    open(name, attribute) {
      if (name === 'row') {
        const given = Number(attribute('r'));
        number = Number.isSafeInteger(given) && given > number ? given : number + 1;
        line = { line: number, cells: [], formulas: [] };
        next = 0;
      } else if (name === 'c') {
        const column = columnOf(attribute('r')) ?? next;
        next = column + 1;
        const style = Number(attribute('s'));
        cell = {
          column,
          type: attribute('t'),
          style: Number.isInteger(style) ? style : 0,
          text: '',
          formula: false,
        };
      } else if (name === 'f') cell.formula = true;
      else if (name === 'v' || name === 't') reading = true;
    },
    text(text) {
      if (reading && cell.text.length <= SHEET_LIMITS.cell) cell.text += text;
    },
    close(name) {
      if (name === 'v' || name === 't') reading = false;
      else if (name === 'c') put(line, cell, workbook);
      else if (name === 'row' && line !== null) {
        if (line.formulas.length > 0 || line.cells.some((one) => one !== '')) lines.push(line);
        line = null;
      }
    },
    enough: () => lines.length > SHEET_LIMITS.lines,
  });
  if (lines.length > SHEET_LIMITS.lines) throw tooManyLines();
  return lines;
}

function put(
  line: SheetLine | null,
  {
    column,
    type,
    style,
    text,
    formula,
  }: { column: number; type: string; style: number; text: string; formula: boolean },
  { texts, days, since1904 }: Workbook,
): void {
  if (line === null || column >= SHEET_LIMITS.columns) return;
  const value = formula ? '' : type === 's' ? (texts[Number(text)] ?? '') : text;
  const shown = type === '' || type === 'n' ? numberText(value, days[style] === true, since1904) : value;
  while (line.cells.length <= column) line.cells.push('');
  line.cells[column] = (type === 'd' ? shown.slice(0, 10) : shown).slice(0, SHEET_LIMITS.cell).trim();
  if (formula) line.formulas.push(column);
}

function numberText(value: string, isDay: boolean, since1904: boolean): string {
  if (value.trim() === '') return '';
  const number = Number(value);
  if (!Number.isFinite(number)) return value;
  return (isDay ? dayFromSerial(number, since1904) : null) ?? String(number);
}

/** 0-based column of a cell's name: 0 of A1; null where it has none. */
function columnOf(name: string): number | null {
  const letters = /^[A-Z]{1,3}(?=\d)/.exec(name)?.[0];
  if (letters === undefined) return null;
  let column = 0;
  for (let i = 0; i < letters.length; i += 1) column = column * 26 + letters.charCodeAt(i) - 64;
  return column - 1;
}

async function open(zip: ZipEntries): Promise<Workbook> {
  const book = await zip.read('xl/workbook.xml');
  const relations = await zip.read('xl/_rels/workbook.xml.rels');
  if (book === null || relations === null) throw noWorkbook();
  const shown: string[] = [];
  let since1904 = false;
  await readXml(book, {
    open(name, attribute) {
      if (name === 'workbookPr') since1904 = /^(1|true)$/.test(attribute('date1904'));
      if (name === 'sheet' && !/^(hidden|veryHidden)$/.test(attribute('state'))) shown.push(attribute('id'));
    },
  });
  const targets = new Map<string, string>();
  await readXml(relations, {
    open(name, attribute) {
      if (name === 'Relationship') targets.set(attribute('Id'), attribute('Target'));
    },
  });
  const target = targets.get(shown[0] ?? '');
  if (target === undefined) throw noWorkbook();
  const path = target.startsWith('/') ? target.slice(1) : `xl/${target.replace(/^\.\//, '')}`;
  const texts = await sharedTexts(await zip.read('xl/sharedStrings.xml'));
  const days = await dayStyles(await zip.read('xl/styles.xml'));
  const sheet = await zip.read(path);
  if (sheet === null) throw noWorkbook();
  return { sheet, texts, days, since1904 };
}

async function sharedTexts(part: Buffer | null): Promise<string[]> {
  const texts: string[] = [];
  if (part === null) return texts;
  let text = '';
  let reading = false;
  // Readings of characters (furigana) stand beside the text.
  let beside = false;
  await readXml(part, {
    open(name) {
      if (name === 'si') text = '';
      else if (name === 'rPh') beside = true;
      else if (name === 't') reading = !beside;
    },
    text(piece) {
      if (reading && text.length <= SHEET_LIMITS.cell) text += piece;
    },
    close(name) {
      if (name === 't') reading = false;
      else if (name === 'rPh') beside = false;
      else if (name === 'si') texts.push(text);
    },
    enough: () => texts.length > MOST_SHARED,
  });
  if (texts.length > MOST_SHARED) throw tooLarge();
  return texts;
}

/** Formats that every program knows, of days: those of ECMA-376 18.8.30, with those of Chinese and Japanese. */
const isDayFormat = (id: number): boolean =>
  (id >= 14 && id <= 17) || id === 22 || (id >= 27 && id <= 31) || id === 36 || (id >= 50 && id <= 58);

async function dayStyles(part: Buffer | null): Promise<boolean[]> {
  const days: boolean[] = [];
  if (part === null) return days;
  const own = new Map<number, string>();
  let inCells = false;
  await readXml(part, {
    open(name, attribute) {
      if (name === 'numFmt') own.set(Number(attribute('numFmtId')), attribute('formatCode'));
      else if (name === 'cellXfs') inCells = true;
      else if (name === 'xf' && inCells) {
        const id = Number(attribute('numFmtId'));
        const code = own.get(id);
        days.push(code === undefined ? isDayFormat(id) : namesDay(code));
      }
    },
    close(name) {
      if (name === 'cellXfs') inCells = false;
    },
    enough: () => days.length > MOST_SHARED,
  });
  return days;
}

/** Whether a format of its own shows years and days, beside what it shows as it is written. */
function namesDay(code: string): boolean {
  const shown = code.slice(0, 256).replace(/"[^"]*"|\\.|\[[^\]]*\]|_./gu, '');
  return /y/i.test(shown) && /[md]/i.test(shown);
}

const noWorkbook = (): UnreadableSheet =>
  new UnreadableSheet('文件不是 .xlsx 工作簿。', 'The file is no .xlsx workbook.');
