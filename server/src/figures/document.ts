import { buffer } from 'node:stream/consumers';
import type { Figures } from '@hutong/recognition';
import PDFDocument from 'pdfkit';
import { chineseFont } from './chineseFont.ts';
import { type Cell, type Column, reportHead, type ReportTable, reportTables, yuan } from './reportTables.ts';

const MARGIN = 36;
const INK = '#0b1730';
const QUIET = '#5b6b85';
const RULE = '#b4c4d9';
const SURFACE = '#e8eef6';
const BODY = 8.5;
const PAD = 3;

/** The monthly report as PDF, A4 landscape, with the face it needs inside: it looks the same everywhere. */
export function reportDocument(figures: Figures, digest: string): Promise<Buffer> {
  const { title, lines } = reportHead(figures, digest);
  const doc = new PDFDocument({
    size: 'A4',
    layout: 'landscape',
    margin: MARGIN,
    bufferPages: true,
    font: '',
    lang: 'zh-CN',
    // Of the figures, not of the moment of printing: the same report is the same document.
    info: { Title: title, Producer: 'Hutong', Creator: 'Hutong', CreationDate: new Date(figures.asOf) },
  });
  const bytes = buffer(doc);
  doc.registerFont('sc', chineseFont()).font('sc');
  doc.fillColor(INK).fontSize(20).text(title);
  doc.moveDown(0.3).fontSize(9.5).fillColor(QUIET);
  for (const line of lines) doc.text(line);
  for (const table of reportTables(figures)) drawTable(doc, table);
  numberPages(doc, title);
  doc.end();
  return bytes;
}

type Doc = PDFKit.PDFDocument;

/** Draws a table over as many pages as it needs, with its head on each. */
function drawTable(doc: Doc, table: ReportTable): void {
  const widths = widthsOf(doc, table.columns);
  const needed = 22 + 2 * (BODY + 2 * PAD + 4);
  doc.y += 14;
  if (doc.y + needed > bottom(doc)) doc.addPage();
  doc.fontSize(12.5).fillColor(INK).text(table.title, MARGIN, doc.y);
  doc.y += 3;
  drawRow(
    doc,
    table.columns,
    widths,
    table.columns.map(({ name }) => name),
    true,
  );
  for (const row of table.rows) {
    const cells = row.map((cell, at) => textOf(cell, table.columns[at]));
    if (doc.y + heightOf(doc, widths, cells) > bottom(doc)) {
      doc.addPage();
      drawRow(
        doc,
        table.columns,
        widths,
        table.columns.map(({ name }) => name),
        true,
      );
    }
    drawRow(doc, table.columns, widths, cells, false);
  }
  if (table.note !== undefined)
    doc
      .fontSize(7.5)
      .fillColor(QUIET)
      .text(table.note, MARGIN, doc.y + 3);
}

function drawRow(
  doc: Doc,
  columns: readonly Column[],
  widths: readonly number[],
  cells: readonly string[],
  isHead: boolean,
): void {
  const top = doc.y;
  const height = heightOf(doc, widths, cells);
  const whole = widths.reduce((sum, width) => sum + width, 0);
  if (isHead) doc.rect(MARGIN, top, whole, height).fill(SURFACE);
  doc
    .moveTo(MARGIN, top + height)
    .lineTo(MARGIN + whole, top + height)
    .lineWidth(0.5)
    .stroke(RULE);
  let left = MARGIN;
  doc.fontSize(BODY).fillColor(INK);
  for (const [at, cell] of cells.entries()) {
    const width = widths[at] ?? 0;
    const align = columns[at]?.kind === 'text' ? 'left' : 'right';
    doc.text(cell, left + PAD, top + PAD, { width: width - 2 * PAD, align });
    left += width;
  }
  doc.y = top + height;
  doc.x = MARGIN;
}

function heightOf(doc: Doc, widths: readonly number[], cells: readonly string[]): number {
  doc.fontSize(BODY);
  const heights = cells.map((cell, at) => doc.heightOfString(cell, { width: (widths[at] ?? 0) - 2 * PAD }));
  return Math.max(BODY, ...heights) + 2 * PAD;
}

/** As wide as their characters ask for; a table that asks for more than the page is made narrower, a narrow one is left so. */
function widthsOf(doc: Doc, columns: readonly Column[]): number[] {
  const room = doc.page.width - 2 * MARGIN;
  const wanted = columns.map(({ width }) => width * 5.6);
  const whole = wanted.reduce((sum, width) => sum + width, 0);
  return whole <= room ? wanted : wanted.map((width) => (width * room) / whole);
}

const bottom = (doc: Doc): number => doc.page.height - MARGIN - 14;

function textOf(cell: Cell, column: Column | undefined): string {
  if (cell === null) return '—';
  if (typeof cell === 'string') return cell;
  if (column?.kind === 'money') return yuan(cell).slice(1);
  if (column?.kind === 'rate') return `${(cell / 100).toFixed(2)}%`;
  return cell.toLocaleString('en-US');
}

function numberPages(doc: Doc, title: string): void {
  const { start, count } = doc.bufferedPageRange();
  for (let page = start; page < start + count; page += 1) {
    doc.switchToPage(page);
    // What stands below the margin would begin a page of its own.
    doc.page.margins.bottom = 0;
    doc
      .fontSize(7.5)
      .fillColor(QUIET)
      .text(`${title} · 第 ${page + 1} 页，共 ${count} 页`, MARGIN, doc.page.height - MARGIN + 4, {
        width: doc.page.width - 2 * MARGIN,
        align: 'right',
        lineBreak: false,
      });
  }
}
