import { dicomAuditMessages, fhirBundle, readAudit, type StoredAuditEvent } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { auditAccess, queryOf } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { serverUrl } from '../auth/origin.ts';
import { callerOf, hospitalsWith, type ServerParts } from '../context.ts';
import type { AuditEventBody, AuditPage } from '../contract/audit.ts';
import { auditQuery, cursorAfter } from './auditQuery.ts';

const FHIR = 'application/fhir+json';
const XML = 'application/xml';

/**
 * `GET /audit` below `/api`, for auditors: the audit trail, newest first, as JSON, as FHIR R4 AuditEvents or as DICOM
 * audit messages. Whoever audits one hospital sees what was done with that hospital's data. Reading is recorded itself.
 */
export function auditTrailRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index, config } = parts;
  const router = Router();
  router.get('/audit', requireScope('audit'), async (req, res) => {
    const filter = auditQuery(req, hospitalsWith(callerOf(res), 'audit'));
    await auditAccess(parts, req, res, {
      action: 'auditRead',
      studyInstanceUid: filter.studyInstanceUid ?? '',
      detail: { query: queryOf(req) },
    });
    const found = await readAudit(index, { ...filter, limit: filter.limit + 1 });
    const page = found.slice(0, filter.limit);
    const last = found.length > filter.limit ? page.at(-1) : undefined;
    send(req, res, page, last === undefined ? null : cursorAfter(last), serverUrl(req, config));
  });
  return router;
}

function send(
  req: Request,
  res: Response,
  page: readonly StoredAuditEvent[],
  next: string | null,
  url: string,
): void {
  res.set({ 'Cache-Control': 'no-store', Vary: 'Accept' });
  const source = new URL(url).hostname;
  switch (req.accepts(['application/json', FHIR, XML])) {
    case FHIR:
      res
        .setHeader('Content-Type', FHIR)
        .end(JSON.stringify(fhirBundle(page, source, nextUrl(req, url, next))));
      return;
    case XML:
      res.setHeader('Content-Type', `${XML}; charset=utf-8`).end(dicomAuditMessages(page, source));
      return;
    default:
      res.json({ events: page.map(eventBody), next } satisfies AuditPage);
  }
}

function nextUrl(req: Request, url: string, next: string | null): string | null {
  if (next === null) return null;
  const address = new URL(req.originalUrl, url);
  address.searchParams.set('cursor', next);
  return address.href;
}

function eventBody(row: StoredAuditEvent): AuditEventBody {
  return {
    id: `${row.writerId}-${row.sequence}`,
    at: row.at,
    action: row.action,
    outcome: row.outcome as AuditEventBody['outcome'],
    actor: { kind: row.actorKind, id: row.actorId, name: row.actorName, address: row.address },
    purpose: row.purpose,
    hospital: row.hospital,
    patientId: row.patientId,
    studyInstanceUid: row.studyInstanceUid,
    seriesInstanceUid: row.seriesInstanceUid,
    count: row.count,
    continues: row.continues === null ? null : `${row.writerId}-${row.continues}`,
    requestId: row.requestId,
    detail: JSON.parse(row.detail) as Record<string, unknown>,
  };
}
