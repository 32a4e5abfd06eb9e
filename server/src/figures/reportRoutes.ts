import {
  findReport,
  listReports,
  makeReport,
  type MonthlyReport,
  type ReportEntry,
  verifyReport,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, hospitalsWith, type ServerParts } from '../context.ts';
import type {
  ReportBody,
  ReportFiguresBody,
  ReportsBody,
  ReportVerificationBody,
} from '../contract/figures.ts';
import { authorBody } from '../decisionBody.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { parsedBody } from '../jsonBody.ts';
import { readListQuery, single } from '../listQuery.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { drawDocument } from './drawDocument.ts';
import { calculatedBy, hospitalChoices, seesRegion, wantedHospital, wantedMonth } from './view.ts';
import { reportWorkbook } from './workbook.ts';

const query = z.object({ month: single.transform(([value]) => value ?? null).default(null) });
const wanted = z.strictObject({ month: z.string(), hospital: z.string().max(32).nullable() });
const MOST_REPORTS = 200;
const MOST_DIFFERENCES = 200;

const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** `/figures/reports`: reports of months as they were made, to be read, fetched as workbook or document, and verified. */
export function reportRoutes(
  parts: Pick<ServerParts, 'index' | 'config' | 'audit'>,
  presentMonth: () => string,
): Router {
  const { index, config } = parts;
  const router = Router();
  const figures = requireScope('figures');
  const nameOf = async (res: Response) => {
    const choices = await hospitalChoices(index, callerOf(res));
    return (code: string | null): ReportBody['hospital'] =>
      code === null
        ? null
        : (choices.find((one) => one.code === code) ?? { code, name: { zh: code, en: code } });
  };

  router.get('/figures/reports', figures, async (req, res) => {
    const { month } = readListQuery(query, queryParameters(req.originalUrl));
    if (month !== null) wantedMonth(month, presentMonth());
    withoutPatients(res);
    const hospitals = hospitalsWith(callerOf(res), 'figures');
    const reports = await listReports(index, { month, hospitals, limit: MOST_REPORTS });
    const name = await nameOf(res);
    const body: ReportsBody = { reports: reports.map((report) => bodyOf(report, name)) };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.post('/figures/reports', figures, ...smallJson(1024), async (req, res) => {
    const caller = callerOf(res);
    const asked = parsedBody(wanted, req.body);
    const month = wantedMonth(asked.month, presentMonth());
    if (asked.hospital === null && !seesRegion(caller)) throw notTheirs();
    const hospital = await wantedHospital(index, caller, asked.hospital);
    const report = await makeReport(
      index,
      { month, hospital, ...calculatedBy(config), asOf: null },
      authorOf(caller),
    );
    await auditEvent(parts, req, res, {
      action: 'operate',
      hospital: hospital ?? '',
      detail: { monthlyReport: report.id, month },
    });
    const body: ReportFiguresBody = { ...bodyOf(report, await nameOf(res)), figures: report.figures };
    res.set('Cache-Control', 'no-store').status(201).json(body);
  });

  router.get('/figures/reports/:report', figures, async (req, res) => {
    const report = await reportOf(req, res);
    withoutPatients(res);
    const body: ReportFiguresBody = { ...bodyOf(report, await nameOf(res)), figures: report.figures };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.get('/figures/reports/:report/workbook', figures, async (req, res) => {
    const report = await reportOf(req, res);
    await auditFetch(req, res, report, 'xlsx');
    sendFile(res, XLSX, fileName(report, 'xlsx'), await reportWorkbook(report.figures, report.digest));
  });

  router.get('/figures/reports/:report/document', figures, async (req, res) => {
    const report = await reportOf(req, res);
    await auditFetch(req, res, report, 'pdf');
    sendFile(
      res,
      'application/pdf',
      fileName(report, 'pdf'),
      await drawDocument({ figures: report.figures, digest: report.digest }),
    );
  });

  router.post('/figures/reports/:report/verification', figures, async (req, res) => {
    const report = await reportOf(req, res);
    const { differences, ...verified } = await verifyReport(index, report);
    await auditEvent(parts, req, res, {
      action: 'operate',
      hospital: report.hospital ?? '',
      detail: { monthlyReport: report.id, verified: verified.same },
    });
    const body: ReportVerificationBody = { ...verified, differences: differences.slice(0, MOST_DIFFERENCES) };
    res.set('Cache-Control', 'no-store').json(body);
  });

  async function reportOf(req: Request, res: Response): Promise<MonthlyReport> {
    const id = req.params['report'];
    const number = typeof id === 'string' && /^[1-9]\d{0,14}$/.test(id) ? Number(id) : 0;
    const report = await findReport(index, number, hospitalsWith(callerOf(res), 'figures'));
    if (report === null)
      throw problem('not-found', { detail: 'There is no such report.', detailZh: '没有该报表。' });
    return report;
  }

  const auditFetch = (req: Request, res: Response, report: MonthlyReport, form: string): Promise<void> =>
    auditEvent(parts, req, res, {
      action: 'operate',
      hospital: report.hospital ?? '',
      detail: { monthlyReport: report.id, form },
    });
  return router;
}

const notTheirs = () =>
  problem('forbidden', {
    detail: 'Reports of the region are made by those who see all of its figures. Name your hospital.',
    detailZh: '区域报表由可查看全区域统计的人员生成，请指定本院。',
  });

const bodyOf = (
  { id, month, hospital, asOf, complete, digest, author, createdAt }: ReportEntry,
  nameOf: (code: string | null) => ReportBody['hospital'],
): ReportBody => ({
  id,
  month,
  hospital: nameOf(hospital),
  asOf,
  complete,
  digest,
  author: authorBody(author),
  createdAt: createdAt.toISOString(),
});

const fileName = ({ month, hospital }: ReportEntry, ending: string): { plain: string; chinese: string } => ({
  plain: `recognition-${month}${hospital === null ? '' : `-${hospital}`}.${ending}`,
  chinese: `检查结果互认月报-${month}${hospital === null ? '' : `-${hospital}`}.${ending}`,
});

function sendFile(
  res: Response,
  type: string,
  { plain, chinese }: { plain: string; chinese: string },
  bytes: Buffer,
): void {
  res
    .set({
      'Cache-Control': 'no-store',
      'Content-Type': type,
      // RFC 6266, 4.3: the name in Chinese for those who read it.
      'Content-Disposition': `attachment; filename="${plain}"; filename*=UTF-8''${encodeURIComponent(chinese)}`,
    })
    .end(bytes);
}
