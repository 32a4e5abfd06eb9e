import {
  type InboxError,
  isPdf,
  orderMessage,
  type OrderMessage,
  patientMessage,
  type PatientMessage,
  reportMessage,
  type ReportMessage,
} from '@hutong/storage-config';
import { z } from 'zod';
import { FileFault, fault, MOST_ERRORS } from './fileFault.ts';
import { readTable } from './readTable.ts';

/** What a file of the inbox says. */
export interface FileContent {
  patients: { at: string; message: PatientMessage }[];
  orders: OrderMessage[];
  reports: { message: ReportMessage; pdf: Buffer | null }[];
}

/** Entries of one file, of each kind. */
const MOST_ENTRIES = 20_000;

const list = z.array(z.unknown()).max(MOST_ENTRIES).default([]);
const envelope = z.strictObject({ patients: list, orders: list, reports: list });
const document = z.strictObject({ contentType: z.literal('application/pdf'), data: z.base64() });

/** Kinds of files that are taken, by their endings. */
export const ENDINGS = /\.(json|csv|xlsx|pdf)$/i;

/**
 * What a file says, by its ending: JSON as the API takes it, a table, or a PDF named by its accession number (and, behind
 * `_`, by its report number). All of it is checked before anything is taken.
 *
 * @throws FileFault that names every place that is wrong
 */
export async function readFile(name: string, bytes: Buffer): Promise<FileContent> {
  const ending = ENDINGS.exec(name)?.[1]?.toLowerCase();
  if (ending === 'pdf') return pdfReport(name, bytes);
  if (ending === 'json') return checked(jsonEntries(bytes));
  if (ending === 'csv' || ending === 'xlsx') return checked(await readTable(bytes));
  throw fault('', '只接收 JSON、CSV、XLSX 和 PDF 文件。', 'Only JSON, CSV, XLSX and PDF files are taken.');
}

interface Entries {
  patients: { at: string; entry: unknown }[];
  orders: { at: string; entry: unknown }[];
  reports: { at: string; entry: unknown }[];
}

function jsonEntries(bytes: Buffer): Entries {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes));
  } catch {
    throw fault('', '不是有效的 UTF-8 JSON。', 'This is no JSON in UTF-8.');
  }
  const parsed = envelope.safeParse(value);
  if (!parsed.success)
    throw fault(
      '',
      '须为含 patients、orders 或 reports 列表的对象。',
      'It has to be an object with lists of patients, orders or reports.',
    );
  const named = (kind: keyof Entries): Entries['orders'] =>
    parsed.data[kind].map((entry, at) => ({ at: `${kind}.${at}`, entry }));
  return { patients: named('patients'), orders: named('orders'), reports: named('reports') };
}

function checked({ patients, orders, reports }: Entries): FileContent {
  const errors: InboxError[] = [];
  const content: FileContent = {
    patients: each(patients, patientMessage, errors).map(({ at, value }) => ({ at, message: value })),
    orders: each(orders, orderMessage, errors).map(({ value }) => value),
    reports: reports.flatMap(({ at, entry }) => {
      const { document: given, ...fields } = z.looseObject({}).safeParse(entry).data ?? {};
      const [message] = each([{ at, entry: fields }], reportMessage, errors);
      if (message === undefined) return [];
      const pdf = given === undefined || given === null ? null : pdfOf(given);
      if (pdf === undefined) errors.push(wrong(`${at}.document`));
      return pdf === undefined ? [] : [{ message: message.value, pdf }];
    }),
  };
  if (errors.length > 0) throw new FileFault(errors.slice(0, MOST_ERRORS));
  if (content.patients.length + content.orders.length + content.reports.length === 0)
    throw fault('', '文件中没有内容。', 'There is nothing in the file.');
  return content;
}

function each<T extends z.ZodType>(
  entries: readonly { at: string; entry: unknown }[],
  schema: T,
  errors: InboxError[],
): { at: string; value: z.output<T> }[] {
  return entries.flatMap(({ at, entry }) => {
    const parsed = schema.safeParse(entry);
    if (parsed.success) return [{ at, value: parsed.data }];
    for (const { path } of parsed.error.issues) errors.push(wrong([at, ...path].join('.')));
    return [];
  });
}

const wrong = (at: string): InboxError => ({
  at,
  zh: '内容不符合要求，见 docs/orders.md。',
  en: 'This does not fit; see docs/orders.md.',
});

function pdfOf(given: unknown): Buffer | undefined {
  const parsed = document.safeParse(given);
  if (!parsed.success) return undefined;
  const bytes = Buffer.from(parsed.data.data, 'base64');
  return isPdf(bytes) ? bytes : undefined;
}

/** `<accession>.pdf` or `<accession>_<report number>.pdf`. */
function pdfReport(name: string, bytes: Buffer): FileContent {
  if (!isPdf(bytes)) throw fault('', '不是完整的 PDF 文件。', 'This is no whole PDF.');
  const [, accession = '', report] = /^([^_]+?)(?:_(.+))?\.pdf$/i.exec(name) ?? [];
  const parsed = reportMessage.safeParse({
    reportNumber: report ?? `PDF-${accession}`,
    accessionNumber: accession,
    status: 'final',
  });
  if (accession === '' || !parsed.success)
    throw fault(
      '',
      '文件名须为“检查号.pdf”或“检查号_报告号.pdf”。',
      'The name has to be <accession>.pdf or <accession>_<report number>.pdf.',
    );
  return { patients: [], orders: [], reports: [{ message: parsed.data, pdf: bytes }] };
}
