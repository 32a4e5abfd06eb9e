import {
  isPdf,
  LARGEST_DOCUMENT,
  MOST_ORDERS,
  MOST_PATIENTS,
  MOST_REPORTS,
  orderMessage,
  patientMessage,
  reportMessage,
  type ReportMessage,
} from '@hutong/storage-config';
import type { Request } from 'express';
import { z } from 'zod';
import { parsedBody, unfitBody } from '../jsonBody.ts';
import { HttpProblem, problem } from '../problem.ts';

const hospital = z.string().min(1).max(32).optional();
export const patientsBody = z.strictObject({
  hospital,
  patients: z.array(patientMessage).min(1).max(MOST_PATIENTS),
});
export const ordersBody = z.strictObject({ hospital, orders: z.array(orderMessage).min(1).max(MOST_ORDERS) });

/** A PDF as base64, or the name of the part of a multipart body that holds it. */
const document = z.union([
  z.strictObject({
    contentType: z.literal('application/pdf'),
    data: z.string().max(Math.ceil((LARGEST_DOCUMENT * 4) / 3) + 4),
  }),
  z.strictObject({ part: z.string().min(1).max(64) }),
]);
const envelope = z.strictObject({
  hospital,
  reports: z
    .array(z.looseObject({ document: document.nullish() }))
    .min(1)
    .max(MOST_REPORTS),
});

/** A report with the bytes of its PDF. */
export interface ReadReport {
  message: ReportMessage;
  pdf: Buffer | null;
}

/**
 * What a body of `PUT /api/reports` says: JSON, or multipart/form-data with the JSON in the part `reports` and PDFs in parts
 * that it names.
 *
 * @throws HttpProblem 400 that names members, never their values; 413 for a PDF that is too large
 */
export async function readReports(
  req: Request,
): Promise<{ hospital: string | undefined; reports: ReadReport[] }> {
  const { json, parts } = req.is('multipart/form-data')
    ? await formOf(req)
    : { json: req.body as unknown, parts: NO_PARTS };
  const body = parsedBody(envelope, json);
  const used = new Set<string>();
  const reports = body.reports.map(({ document: given, ...fields }, at): ReadReport => {
    const message = parsedAt(reportMessage, fields, `reports.${at}`);
    if (given === undefined || given === null) return { message, pdf: null };
    if ('part' in given) used.add(given.part);
    const pdf = 'part' in given ? parts.get(given.part) : fromBase64(given.data);
    if (pdf === undefined || pdf === null) throw unfitBody([`reports.${at}.document`]);
    if (pdf.length > LARGEST_DOCUMENT) throw problem('too-large');
    if (!isPdf(pdf)) throw noPdf(at);
    return { message, pdf };
  });
  // A PDF that nothing names would be lost without a word.
  if ([...parts.keys()].some((name) => !used.has(name))) throw unfitBody(['reports.document.part']);
  return { hospital: body.hospital, reports };
}

const NO_PARTS: ReadonlyMap<string, Buffer> = new Map();

function parsedAt<T extends z.ZodType>(schema: T, value: unknown, where: string): z.output<T> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw unfitBody(
    parsed.error.issues.flatMap((issue) =>
      issue.code === 'unrecognized_keys' ? [`${where} (unknown member)`] : [[where, ...issue.path].join('.')],
    ),
  );
}

/** Strictly, for what a lenient reader leaves out is not there. */
function fromBase64(text: string): Buffer | null {
  const compact = text.replaceAll(/[\r\n]/g, '');
  return /^(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?$/.test(compact)
    ? Buffer.from(compact, 'base64')
    : null;
}

async function formOf(req: Request): Promise<{ json: unknown; parts: Map<string, Buffer> }> {
  const bytes = Buffer.isBuffer(req.body) ? new Uint8Array(req.body) : new Uint8Array();
  let form: FormData;
  try {
    form = await new Response(bytes, {
      headers: { 'Content-Type': req.get('content-type') ?? '' },
    }).formData();
  } catch {
    throw problem('bad-request', {
      detail: 'The multipart/form-data body is not well formed.',
      detailZh: 'multipart/form-data 请求内容格式不正确。',
    });
  }
  const parts = new Map<string, Buffer>();
  let json: unknown;
  for (const [name, value] of form) {
    if (name === 'reports' && json === undefined)
      json = jsonOf(typeof value === 'string' ? value : await value.text());
    else if (typeof value === 'string' || parts.has(name) || name === 'reports')
      throw unfitBody(['document.part']);
    else parts.set(name, Buffer.from(await value.arrayBuffer()));
  }
  return { json, parts };
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unfitBody(['reports']);
  }
}

const noPdf = (at: number): HttpProblem =>
  new HttpProblem(
    400,
    'no-pdf',
    `The document of report ${at} is no whole PDF.`,
    `第 ${at + 1} 份报告的文件不是完整的 PDF。`,
  );
