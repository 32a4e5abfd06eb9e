import {
  inTransaction,
  keepDocument,
  LARGEST_DOCUMENT,
  type ReportToSave,
  saveOrders,
  savePatients,
  saveReports,
} from '@hutong/storage-config';
import { json, raw, type Request, type RequestHandler, type Response, Router } from 'express';
import { auditEvent } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, type ServerParts } from '../context.ts';
import type { IntakeAnswer } from '../contract/orders.ts';
import { parsedBody } from '../jsonBody.ts';
import { keepOpen } from '../openWork.ts';
import { continueBody, limitBodyTime, smallJson } from '../requestBody.ts';
import { intakeHospital } from './intakeHospital.ts';
import { fewLargeBodies } from './largeBodies.ts';
import { ordersBody, patientsBody, readReports, type ReadReport } from './readMessages.ts';

/** Bytes of a message on orders or patients. */
export const MESSAGE_LIMIT = 2 * 1024 * 1024;
/** Bytes of a message on reports: a PDF of the largest size as base64, or some in parts. */
const REPORTS_LIMIT = Math.ceil((LARGEST_DOCUMENT * 4) / 3) + MESSAGE_LIMIT;
/** Bodies of this size that are read at once. */
const LARGE_AT_ONCE = 4;

export type IntakeParts = Pick<ServerParts, 'index' | 'objects' | 'audit' | 'personKeys'>;

/**
 * Below `/api`, for hospital systems with the scope `orders`: `PUT /patients`, `PUT /orders` and `PUT /reports`. The hospital
 * is the credential's. Orders and reports are taken whole or not at all, patients one by one; the same again changes nothing.
 */
export function intakeRoutes(parts: IntakeParts): Router {
  const router = Router();
  const orders = requireScope('orders');
  router.put('/patients', orders, ...smallJson(MESSAGE_LIMIT), (req, res) =>
    keepOpen(res, putPatients(parts, req, res)),
  );
  router.put('/orders', orders, ...smallJson(MESSAGE_LIMIT), (req, res) =>
    keepOpen(res, putOrders(parts, req, res)),
  );
  router.put('/reports', orders, fewLargeBodies(LARGE_AT_ONCE), ...reportsBody(), (req, res) =>
    keepOpen(res, putReports(parts, req, res)),
  );
  return router;
}

function reportsBody(): RequestHandler[] {
  const wanted: RequestHandler = (req, res, next) => {
    continueBody(req, res);
    next();
  };
  return [
    limitBodyTime,
    wanted,
    raw({ limit: REPORTS_LIMIT, type: 'multipart/form-data' }),
    json({ limit: REPORTS_LIMIT }),
  ];
}

async function putPatients(parts: IntakeParts, req: Request, res: Response): Promise<void> {
  const body = parsedBody(patientsBody, req.body);
  const hospital = await intakeHospital(parts.index, res, body.hospital);
  const { index, personKeys } = parts;
  const results = await savePatients(index, personKeys, hospital, body.patients, authorOf(callerOf(res)));
  const registered = results.filter(({ outcome }) => outcome === 'registered').length;
  await auditEvent(parts, req, res, {
    action: 'store',
    hospital,
    count: registered,
    detail: { patients: registered, refused: results.length - registered },
  });
  answer(res, { hospital, results });
}

async function putOrders({ index, audit }: IntakeParts, req: Request, res: Response): Promise<void> {
  const body = parsedBody(ordersBody, req.body);
  const hospital = await intakeHospital(index, res, body.hospital);
  const outcomes = await inTransaction(index, (client) => saveOrders(client, hospital, body.orders, 'api'));
  await auditEvent({ audit }, req, res, {
    action: 'store',
    hospital,
    count: outcomes.length,
    detail: { orders: outcomes.length },
  });
  answer(res, { hospital, results: outcomes.map((outcome) => ({ outcome })) });
}

async function putReports(parts: IntakeParts, req: Request, res: Response): Promise<void> {
  const body = await readReports(req);
  const hospital = await intakeHospital(parts.index, res, body.hospital);
  const saved = await takeReports(parts, hospital, body.reports, 'api');
  await auditEvent(parts, req, res, {
    action: 'store',
    hospital,
    count: saved.length,
    detail: { reports: saved.length },
  });
  answer(res, { hospital, results: saved.map(({ outcome, key }) => ({ outcome, report: key })) });
}

/** Keeps PDFs first, then the reports that point to them, all or none. */
export async function takeReports(
  { index, objects }: Pick<IntakeParts, 'index' | 'objects'>,
  hospital: string,
  reports: readonly ReadReport[],
  source: 'api' | 'fhir',
) {
  const kept: ReportToSave[] = [];
  for (const { message, pdf } of reports) {
    const document = pdf === null ? null : await keepDocument({ index, objects }, hospital, pdf);
    kept.push({ ...message, document });
  }
  return inTransaction(index, (client) => saveReports(client, hospital, kept, source));
}

function answer(res: Response, body: IntakeAnswer): void {
  res.set('Cache-Control', 'no-store').json(body);
}
