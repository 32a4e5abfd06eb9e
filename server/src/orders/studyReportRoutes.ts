import { ObjectNotFound, reportsOfStudy, type ReportVersion, versionsOfReport } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import type { Pool } from 'pg';
import { auditAccess } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { noteStudy } from '../auth/callerWatch.ts';
import { callerOf, type ServerParts, viewOf } from '../context.ts';
import type { ReportBody, ReportVersions, StudyReports } from '../contract/orders.ts';
import { queryParameters, uidOf } from '../dicomweb/path.ts';
import { inView, Parameters, runStatement } from '../dicomweb/statement.ts';
import { badParameter } from '../listQuery.ts';
import { problem } from '../problem.ts';
import { sendStream } from '../sendStream.ts';
import { storedReports } from './storedDocuments.ts';

interface FoundStudy {
  studyId: number;
  studyInstanceUid: string;
  hospital: string;
  patientId: string;
  nameZh: string;
  nameEn: string;
}

/**
 * Below `/api`, for who may read the study: `GET /studies/{uid}/reports`, the versions of one, and its PDF. A report is its
 * hospital's: what opens the study opens its reports, and nothing else does.
 */
export function studyReportRoutes(parts: Parts): Router {
  const router = Router();
  const read = requireScope('read');
  router.get('/studies/:study/reports', read, (req, res) => listReports(parts, req, res));
  router.get('/studies/:study/reports/:report/versions', read, (req, res) => listVersions(parts, req, res));
  router.get('/studies/:study/reports/:report/document', read, (req, res) => sendPdf(parts, req, res));
  return router;
}

type Parts = Pick<ServerParts, 'index' | 'objects' | 'audit'>;

async function listReports(parts: Parts, req: Request, res: Response): Promise<void> {
  const study = await findStudy(parts.index, req, res);
  const given = (await reportsOfStudy(parts.index, study.studyId)).map((one) => reportBody(one, study));
  const stored = await storedReports(parts.index, study);
  await seen(parts, study, { reports: given.length + stored.length }, req, res);
  const body: StudyReports = {
    studyInstanceUid: study.studyInstanceUid,
    hospital: { code: study.hospital, name: { zh: study.nameZh, en: study.nameEn } },
    reports: [...given, ...stored].toSorted(newestFinalFirst),
  };
  res.set('Cache-Control', 'no-store').json(body);
}

const RANK = { final: 0, amended: 0, preliminary: 1, cancelled: 2 } as const;
const timeOf = (report: ReportBody): string => report.reportedAt ?? report.receivedAt;

function newestFinalFirst(a: ReportBody, b: ReportBody): number {
  return RANK[a.status] - RANK[b.status] || (timeOf(a) < timeOf(b) ? 1 : timeOf(a) > timeOf(b) ? -1 : 0);
}

async function listVersions(parts: Parts, req: Request, res: Response): Promise<void> {
  const study = await findStudy(parts.index, req, res);
  const versions = await findVersions(parts.index, study, req);
  await seen(parts, study, { report: reportOf(req), versions: versions.length }, req, res);
  const body: ReportVersions = {
    versions: versions.map((one) => ({
      ...reportBody(one, study, one.id),
      isCurrent: one.isCurrent,
      version: one.id,
    })),
  };
  res.set('Cache-Control', 'no-store').json(body);
}

async function sendPdf(parts: Parts, req: Request, res: Response): Promise<void> {
  const study = await findStudy(parts.index, req, res);
  const versions = await findVersions(parts.index, study, req);
  const asked = new Map(queryParameters(req.originalUrl)).get('version');
  if (asked !== undefined && !/^[1-9]\d{0,14}$/.test(asked)) throw badParameter('version');
  const version = asked === undefined ? versions[0] : versions.find(({ id }) => id === Number(asked));
  const document = version?.document;
  if (document === undefined || document === null) throw noReport();
  await seen(parts, study, { report: reportOf(req), document: true }, req, res);
  const bytes = await parts.objects.get(document.key).catch((error: unknown) => {
    throw error instanceof ObjectNotFound ? noReport() : error;
  });
  res.type('application/pdf').set({
    'Cache-Control': 'private, no-store',
    'Content-Length': String(document.size),
    'Content-Disposition': 'inline; filename="report.pdf"',
    'X-Content-Type-Options': 'nosniff',
  });
  await sendStream(res, bytes);
}

/** Records that the report of the study was looked at. */
async function seen(
  { audit }: Pick<Parts, 'audit'>,
  { hospital, patientId, studyInstanceUid }: FoundStudy,
  detail: Readonly<Record<string, unknown>>,
  req: Request,
  res: Response,
): Promise<void> {
  noteStudy(res, { hospital, studyInstanceUid });
  await auditAccess({ audit }, req, res, { action: 'view', hospital, patientId, studyInstanceUid, detail });
}

/** The copy of the hospital that the query names, else the one stored first among those in view. @throws HttpProblem 404 */
async function findStudy(index: Pool, req: Request, res: Response): Promise<FoundStudy> {
  const studyInstanceUid = uidOf(req.params['study'], 'StudyInstanceUID');
  const hospital = new Map(queryParameters(req.originalUrl)).get('hospital') ?? null;
  const parameters = new Parameters();
  const text = `SELECT s.study_id AS "studyId", s.study_instance_uid AS "studyInstanceUid", s.hospital_code AS hospital,
       s.patient_id AS "patientId", h.name_zh AS "nameZh", h.name_en AS "nameEn"
  FROM study s JOIN hospital h ON h.code = s.hospital_code
 WHERE s.study_instance_uid = ${parameters.add(studyInstanceUid, 'text')}
   AND ${inView('s', viewOf(callerOf(res), { hospital }), parameters)}
 ORDER BY s.study_id LIMIT 1`;
  const [row] = await runStatement<FoundStudy>(index, text, parameters.values);
  if (row === undefined)
    throw problem('not-found', { detail: 'There is no such study.', detailZh: '没有该检查。' });
  return row;
}

const reportOf = (req: Request): string => {
  const { report } = req.params;
  return typeof report === 'string' && /^[0-9a-f]{32}$/.test(report) ? report : '';
};

async function findVersions(index: Pool, { studyId }: FoundStudy, req: Request): Promise<ReportVersion[]> {
  const versions = await versionsOfReport(index, studyId, reportOf(req));
  if (versions.length === 0) throw noReport();
  return versions;
}

const noReport = () => problem('not-found', { detail: 'There is no such report.', detailZh: '没有该报告。' });

function reportBody(report: ReportVersion, study: FoundStudy, version?: number): ReportBody {
  const query = `hospital=${study.hospital}${version === undefined ? '' : `&version=${version}`}`;
  return {
    id: report.key,
    source: report.source as ReportBody['source'],
    status: report.status,
    title: '',
    findings: report.findings,
    impression: report.impression,
    lines: [],
    document:
      report.document === null
        ? null
        : `/api/studies/${study.studyInstanceUid}/reports/${report.key}/document?${query}`,
    author: report.author,
    verifier: report.verifier,
    performedAt: report.performedAt?.toISOString() ?? null,
    reportedAt: report.reportedAt?.toISOString() ?? null,
    receivedAt: report.receivedAt.toISOString(),
    versions: report.versions,
  };
}
