import {
  exportRegistryTable,
  importRegistryTable,
  REGISTRY_TABLES,
  type RegistryTable,
  SHEET_LIMITS,
  templateOf,
  writeCsv,
} from '@hutong/storage-config';
import { raw, type Request, type Response, Router } from 'express';
import writeWorkbook from 'write-excel-file/node';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf } from '../context.ts';
import type { RegistryImportBody } from '../contract/registry.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { flag, readListQuery, single } from '../listQuery.ts';
import { keepOpen } from '../openWork.ts';
import { problem } from '../problem.ts';
import { continueBody, limitBodyTime } from '../requestBody.ts';
import { administersRegion, deviceHospitals, itemsOf, type RegistryParts, registryViewOf } from './parts.ts';

const of = <const T extends readonly [string, ...string[]]>(values: T, usual: T[number]) =>
  single
    .pipe(z.tuple([z.enum(values)]))
    .transform(([value]) => value)
    .default(usual as never);
const format = z.object({ format: of(['csv', 'xlsx'], 'xlsx'), language: of(['zh', 'en'], 'zh') });
const importQuery = z.object({ dryRun: flag });

const WORKBOOK = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet';

/** Below `/api`, for who holds `registry`: its tables as CSV and workbooks, out, in, and as templates to fill in. */
export function registryTableRoutes(parts: RegistryParts): Router {
  const { index, config } = parts;
  const router = Router();
  const registry = requireScope('registry');

  router.get('/registry/templates/:table', registry, async (req, res) => {
    withoutPatients(res);
    const table = tableOf(req);
    const query = readListQuery(format, queryParameters(req.originalUrl));
    await sendTable(res, `${table}-template`, templateOf(table, query.language), query.format);
  });

  router.get('/registry/export/:table', registry, async (req, res) => {
    const table = tableOf(req);
    const query = readListQuery(format, queryParameters(req.originalUrl));
    const cells = await exportRegistryTable(index, table, await registryViewOf(parts, res), query.language);
    await auditEvent(parts, req, res, {
      action: 'search',
      detail: { of: 'registry table', table, lines: cells.length - 1 },
    });
    await sendTable(res, table, cells, query.format);
  });

  router.post(
    '/registry/import/:table',
    registry,
    limitBodyTime,
    (req, res, next) => {
      continueBody(req, res);
      next();
    },
    raw({ limit: SHEET_LIMITS.bytes, type: () => true }),
    (req, res) => keepOpen(res, importTable(req, res)),
  );

  async function importTable(req: Request, res: Response): Promise<void> {
    const table = tableOf(req);
    const { dryRun } = readListQuery(importQuery, queryParameters(req.originalUrl));
    const bytes: unknown = req.body;
    const { faults, ...counts } = await importRegistryTable(
      index,
      table,
      Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0),
      {
        view: await registryViewOf(parts, res),
        items: await itemsOf(parts),
        defaultScope: config.regionName,
        administers: administersRegion(res),
        deviceHospitals: deviceHospitals(res),
      },
      authorOf(callerOf(res)),
      dryRun,
    );
    const answer: RegistryImportBody = { ...counts, errors: faults };
    if (dryRun) withoutPatients(res);
    else if (faults.length === 0)
      await auditEvent(parts, req, res, {
        action: 'configure',
        count: counts.added + counts.changed,
        detail: { of: 'registry table', table, ...counts },
      });
    res
      .set('Cache-Control', 'no-store')
      .status(faults.length > 0 && !dryRun ? 400 : 200)
      .json(answer);
  }

  return router;
}

/** @throws HttpProblem 404 */
function tableOf(req: Request): RegistryTable {
  const table = REGISTRY_TABLES.find((one) => one === req.params['table']);
  if (table === undefined) throw problem('not-found');
  return table;
}

async function sendTable(res: Response, name: string, cells: string[][], as: 'csv' | 'xlsx'): Promise<void> {
  res.set({ 'Cache-Control': 'no-store', 'Content-Disposition': `attachment; filename="${name}.${as}"` });
  if (as === 'csv') {
    res.type('text/csv; charset=utf-8').send(writeCsv(cells));
    return;
  }
  const [heads = [], ...rows] = cells;
  const sheet = [
    heads.map((value) => ({ value, fontWeight: 'bold' as const })),
    ...rows.map((row) => row.map((value) => ({ value, type: String }))),
  ];
  const workbook = await writeWorkbook(sheet, {
    columns: heads.map((head) => ({ width: Math.max(14, head.length * 2 + 4) })),
    stickyRowsCount: 1,
  }).toBuffer();
  res.type(WORKBOOK).send(workbook);
}
