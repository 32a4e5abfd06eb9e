import { readSheet, SHEET_LIMITS, UnreadableSheet } from '@hutong/storage-config';
import { type Column, columnOf, WORDS } from './columns.ts';
import { FileFault, fault } from './fileFault.ts';

/** Entries of a table as messages have them, each with the line it stands in. */
export interface TableEntries {
  patients: { at: string; entry: unknown }[];
  orders: { at: string; entry: unknown }[];
  reports: { at: string; entry: unknown }[];
}

/**
 * Entries of a table (CSV in UTF-8 or GB 18030, or .xlsx): every line is a report where it names its number, else an order;
 * where it says more of a patient than a number, that patient too.
 *
 * @throws FileFault
 */
export async function readTable(bytes: Uint8Array): Promise<TableEntries> {
  const lines = await readSheet(bytes).catch((error: unknown) => {
    if (!(error instanceof UnreadableSheet)) throw error;
    throw fault(error.line === 0 ? '' : `line ${error.line}`, error.text.zh, error.text.en);
  });
  const [head, ...rows] = lines;
  if (head === undefined || rows.length === 0) throw fault('', '表中没有数据。', 'The table is empty.');
  const columns = headingsOf(head.cells);
  const entries: TableEntries = { patients: [], orders: [], reports: [] };
  for (const { line, cells, formulas } of rows) {
    const at = `line ${line}`;
    if (formulas.length > 0)
      throw fault(at, '单元格含公式，请改为数值。', 'A cell holds a formula; put its value there.');
    if (cells.some((cell) => cell.length >= SHEET_LIMITS.cell))
      throw fault(at, '单元格过长，长报告请用 JSON。', 'A cell is too long; send long reports as JSON.');
    const cell = (column: Column): string => {
      const text = cells[columns.indexOf(column)] ?? '';
      return WORDS[column]?.[text] ?? text;
    };
    const patient = { patientId: cell('patientId'), issuer: cell('issuer') };
    if (saysOfPatient(columns, cell)) entries.patients.push({ at, entry: patientEntry(patient, cell) });
    if (columns.includes('reportNumber')) entries.reports.push({ at, entry: reportEntry(patient, cell) });
    else if (columns.includes('orderNumber')) entries.orders.push({ at, entry: orderEntry(patient, cell) });
  }
  return entries;
}

function headingsOf(cells: readonly string[]): (Column | undefined)[] {
  const columns = cells.map(columnOf);
  const unknown = cells.filter((cell, at) => cell !== '' && columns[at] === undefined);
  // Headings are words of the file's form, not of a patient.
  const wrong = unknown.map((heading) => ({
    at: 'line 1',
    zh: `不认识的列：${heading.slice(0, 32)}`,
    en: `There is no such column: ${heading.slice(0, 32)}`,
  }));
  if (wrong.length > 0) throw new FileFault(wrong);
  const known = columns.filter((column) => column !== undefined);
  if (new Set(known).size < known.length)
    throw fault('line 1', '同一列出现了两次。', 'A column stands there twice.');
  if (!known.some((column) => ['reportNumber', 'orderNumber', 'patientId'].includes(column)))
    throw fault(
      'line 1',
      '第一行须为列名，且含“报告号”“申请单号”或“患者编号”。',
      'The first line has to name the columns, among them reportNumber, orderNumber or patientId.',
    );
  return columns;
}

type Cell = (column: Column) => string;
const OF_PATIENTS = ['name', 'sex', 'birthDate', 'idCard', 'healthCard', 'passport'] as const;

const saysOfPatient = (columns: readonly (Column | undefined)[], cell: Cell): boolean =>
  columns.includes('patientId') &&
  (OF_PATIENTS.some((column) => cell(column) !== '') ||
    !columns.some((column) => column === 'orderNumber' || column === 'reportNumber'));

const patientEntry = (patient: object, cell: Cell): object => ({
  ...patient,
  name: cell('name'),
  sex: cell('sex'),
  birthDate: cell('birthDate'),
  identifiers: (['idCard', 'healthCard', 'passport'] as const)
    .filter((kind) => cell(kind) !== '')
    .map((kind) => ({ kind, value: cell(kind) })),
});

const orderEntry = (patient: object, cell: Cell): object => ({
  ...patient,
  orderNumber: cell('orderNumber'),
  accessionNumber: cell('accessionNumber'),
  exam: { code: cell('examCode'), scheme: cell('examScheme'), name: cell('examName') },
  modality: cell('modality'),
  department: cell('department'),
  requester: cell('requester'),
  priority: cell('priority') || undefined,
  patientClass: cell('patientClass'),
  status: cell('orderStatus') || undefined,
  orderedAt: cell('orderedAt'),
  statedAt: cell('statedAt'),
});

const reportEntry = (patient: object, cell: Cell): object => ({
  ...patient,
  reportNumber: cell('reportNumber'),
  accessionNumber: cell('accessionNumber'),
  studyInstanceUid: cell('studyInstanceUid'),
  orderNumber: cell('orderNumber'),
  status: cell('reportStatus') || 'final',
  findings: cell('findings'),
  impression: cell('impression'),
  author: cell('author'),
  verifier: cell('verifier'),
  performedAt: cell('performedAt'),
  reportedAt: cell('reportedAt'),
  statedAt: cell('statedAt'),
});
