import {
  type AuditFilter,
  countAudit,
  dicomAuditMessages,
  fhirBundle,
  readAudit,
  type ReadAuditEvent,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { auditAccess, auditEvent, queryOf } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { serverUrl } from '../auth/origin.ts';
import { callerOf, hospitalsWith, type ServerParts } from '../context.ts';
import type { AuditOverview, AuditPage } from '../contract/audit.ts';
import { keepOpen } from '../openWork.ts';
import { smallJson } from '../requestBody.ts';
import { auditQuery, auditSearch, cursorAfter } from './auditQuery.ts';
import { tableHead, tableLines } from './auditTable.ts';
import { eventBody } from './bodies.ts';

const FHIR = 'application/fhir+json';
const XML = 'application/xml';
const BODY_LIMIT = 16_384;
/** Events of one exported table, and of each page that it is read by. */
const MOST_LINES = 50_000;
const LINES_AT_ONCE = 1000;

type Parts = Pick<ServerParts, 'index' | 'config' | 'audit'>;

/**
 * Below `/api`, for auditors: `GET /audit` and `POST /audit/search`, the trail as JSON, as FHIR R4 AuditEvents or as DICOM
 * audit messages; `POST /audit/overview`, how many events a day; `POST /audit/export`, a table. Whoever audits one hospital
 * sees what was done with that hospital's data. Reading is recorded itself.
 */
export function auditTrailRoutes(parts: Parts): Router {
  const router = Router();
  const audit = requireScope('audit');
  const inView = (res: Response) => hospitalsWith(callerOf(res), 'audit');
  router.get('/audit', audit, async (req, res) => {
    const filter = auditQuery(req, inView(res));
    await noteReading(parts, req, res, filter, { query: queryOf(req) });
    await answer(parts, req, res, filter);
  });
  router.post('/audit/search', audit, ...smallJson(BODY_LIMIT), async (req, res) => {
    const filter = auditSearch(req.body, inView(res));
    await noteReading(parts, req, res, filter, { search: withoutPatient(req.body) });
    await answer(parts, req, res, filter);
  });
  router.post('/audit/overview', audit, ...smallJson(BODY_LIMIT), async (req, res) => {
    const filter = auditSearch(req.body, inView(res));
    await noteReading(parts, req, res, filter, { of: 'overview', search: withoutPatient(req.body) });
    const days = await countAudit(parts.index, filter);
    res.set('Cache-Control', 'no-store').json({ days } satisfies AuditOverview);
  });
  router.post('/audit/export', audit, ...smallJson(BODY_LIMIT), (req, res) =>
    keepOpen(res, exportTable(parts, req, res, auditSearch(req.body, inView(res)))),
  );
  return router;
}

/** The search as it came; the patient stands in the event's own place. */
function withoutPatient(body: unknown): object {
  const { patient: _patient, ...rest } = (body ?? {}) as Record<string, unknown>;
  return rest;
}

const noteReading = (
  parts: Parts,
  req: Request,
  res: Response,
  filter: AuditFilter,
  detail: Readonly<Record<string, unknown>>,
): Promise<void> =>
  auditAccess(parts, req, res, {
    action: 'auditRead',
    hospital: filter.patient?.hospital ?? '',
    patientId: filter.patient?.patientId ?? '',
    studyInstanceUid: filter.studyInstanceUid ?? '',
    detail,
  });

async function answer(
  { index, config }: Parts,
  req: Request,
  res: Response,
  filter: AuditFilter,
): Promise<void> {
  const type = req.accepts(['application/json', FHIR, XML]);
  const found = await readAudit(index, {
    ...filter,
    // Other systems get the events as they are, and add them up themselves.
    addedUp: type !== FHIR && type !== XML,
    limit: filter.limit + 1,
  });
  const page = found.slice(0, filter.limit);
  const last = found.length > filter.limit ? page.at(-1) : undefined;
  const next = last === undefined ? null : cursorAfter(last);
  const url = serverUrl(req, config);
  const source = new URL(url).hostname;
  res.set({ 'Cache-Control': 'no-store', Vary: 'Accept' });
  if (type === FHIR) sendFhir(res, page, source, req.method === 'GET' ? nextUrl(req, url, next) : null);
  else if (type === XML)
    res.setHeader('Content-Type', `${XML}; charset=utf-8`).end(dicomAuditMessages(page, source));
  else res.json({ events: page.map(eventBody), next } satisfies AuditPage);
}

function sendFhir(res: Response, page: readonly ReadAuditEvent[], source: string, next: string | null): void {
  res.setHeader('Content-Type', FHIR).end(JSON.stringify(fhirBundle(page, source, next)));
}

function nextUrl(req: Request, url: string, next: string | null): string | null {
  if (next === null) return null;
  const address = new URL(req.originalUrl, url);
  address.searchParams.set('cursor', next);
  return address.href;
}

/** Sends what a search finds as CSV, page by page; taking it out of the system is an event of its own. */
async function exportTable(parts: Parts, req: Request, res: Response, filter: AuditFilter): Promise<void> {
  await auditEvent(parts, req, res, {
    action: 'auditRead',
    hospital: filter.patient?.hospital ?? '',
    patientId: filter.patient?.patientId ?? '',
    studyInstanceUid: filter.studyInstanceUid ?? '',
    detail: { of: 'export', search: withoutPatient(req.body) },
  });
  res.set({
    'Cache-Control': 'no-store',
    'Content-Type': 'text/csv; charset=utf-8',
    'Content-Disposition': 'attachment; filename="audit.csv"',
  });
  res.write(tableHead());
  let { before } = filter;
  for (let lines = 0; lines < MOST_LINES && !res.destroyed; lines += LINES_AT_ONCE) {
    const page = await readAudit(parts.index, { ...filter, before, limit: LINES_AT_ONCE });
    const last = page.at(-1);
    if (last === undefined) break;
    if (!res.write(tableLines(page)))
      await new Promise((resolve) => {
        res.once('drain', resolve).once('close', resolve);
      });
    if (page.length < LINES_AT_ONCE) break;
    before = last;
  }
  res.end();
}
