import {
  countUnseenFailures,
  listInbox,
  type ListedOrder,
  listOrders,
  markSeen,
  reportTurnaround,
  slowestReports,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { auditAccess, auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, type Hospitals, hospitalsInView, type ServerParts } from '../context.ts';
import type { InboxPage, OrderBody, OrdersPage, TurnaroundAnswer } from '../contract/orders.ts';
import type { HospitalRef } from '../contract/hospital.ts';
import { nameToRead } from '../dicomweb/personName.ts';
import { parsedBody } from '../jsonBody.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';

const BODY_LIMIT = 16_384;
/** Longest time that turnaround is asked for, in days. */
const LONGEST_DAYS = 400;
const SLOWEST = 50;

const plain = z.string().refine((text) => !text.includes('\0') && text.isWellFormed());
const page = {
  hospital: plain.max(32).optional(),
  limit: z.int().min(1).max(200).default(50),
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,14}$/)
    .nullish()
    .transform((text) => (text === undefined || text === null ? null : Number(text))),
};
const orderQuery = z.strictObject({
  ...page,
  q: plain.max(64).default(''),
  status: z
    .array(z.enum(['draft', 'active', 'completed', 'revoked']))
    .max(4)
    .default([]),
  images: z
    .enum(['with', 'without'])
    .nullish()
    .transform((value) => value ?? null),
});
const inboxQuery = z.strictObject({
  ...page,
  state: z
    .enum(['done', 'failed'])
    .nullish()
    .transform((value) => value ?? null),
});
const period = z
  .strictObject({
    hospital: plain.max(32).optional(),
    from: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
    until: z.iso.datetime({ offset: true }).transform((text) => new Date(text)),
  })
  .refine(
    ({ from, until }) => from < until && until.getTime() - from.getTime() <= LONGEST_DAYS * 86_400_000,
    {
      path: ['until'],
    },
  );

type Parts = Pick<ServerParts, 'index' | 'audit' | 'config'>;

/**
 * Below `/api`, for who may read a hospital: `POST /orders/search`, `POST /orders/inbox` with what came of files, and
 * `POST /reports/turnaround`. Searches are posted, for they name patients. Grants on single studies open none of it.
 */
export function orderListRoutes(parts: Parts): Router {
  const router = Router();
  const read = [requireScope('read'), ...smallJson(BODY_LIMIT)];
  router.post('/orders/search', ...read, (req, res) => searchOrders(parts, req, res));
  router.post('/orders/inbox', ...read, (req, res) => searchInbox(parts, req, res));
  router.post('/orders/inbox/:file/seen', requireScope('read'), (req, res) => seeFile(parts, req, res));
  router.post('/reports/turnaround', ...read, (req, res) => turnaround(parts, req, res));
  return router;
}

const hospitalsAsked = (res: Response, hospital: string | undefined): Hospitals =>
  hospitalsInView(callerOf(res), { hospital: hospital ?? null });

const send = (res: Response, body: object): void => {
  res.set('Cache-Control', 'no-store').json(body);
};

const hospitalOf = (row: { hospital: string; nameZh: string; nameEn: string }): HospitalRef => ({
  code: row.hospital,
  name: { zh: row.nameZh, en: row.nameEn },
});

async function searchOrders({ index, audit }: Parts, req: Request, res: Response): Promise<void> {
  const { hospital, cursor, ...filter } = parsedBody(orderQuery, req.body ?? {});
  const hospitals = hospitalsAsked(res, hospital);
  const rows = await listOrders(index, { ...filter, hospitals, before: cursor, limit: filter.limit + 1 });
  const shown = rows.slice(0, filter.limit);
  const owners = new Set(shown.map((row) => row.hospital));
  // Who looks for somebody and finds nothing has looked, too.
  if (owners.size === 0)
    await auditAccess({ audit }, req, res, { action: 'search', count: 0, detail: { of: 'orders' } });
  for (const owner of owners)
    await auditAccess({ audit }, req, res, {
      action: 'search',
      hospital: owner,
      count: shown.filter((row) => row.hospital === owner).length,
      detail: { of: 'orders' },
    });
  const body: OrdersPage = {
    orders: shown.map(orderBody),
    next: rows.length > shown.length ? String(shown.at(-1)?.id ?? '') : null,
  };
  send(res, body);
}

const orderBody = ({ nameZh: _zh, nameEn: _en, ...order }: ListedOrder): OrderBody => ({
  ...order,
  hospital: { code: order.hospital, name: { zh: _zh, en: _en } },
  patientName: nameToRead(order.patientName),
  orderedAt: order.orderedAt?.toISOString() ?? null,
  receivedAt: order.receivedAt.toISOString(),
});

async function searchInbox({ index }: Parts, req: Request, res: Response): Promise<void> {
  const { hospital, cursor, limit, state } = parsedBody(inboxQuery, req.body ?? {});
  const hospitals = hospitalsAsked(res, hospital);
  const rows = await listInbox(index, { hospitals, state, before: cursor, limit: limit + 1 });
  const shown = rows.slice(0, limit);
  withoutPatients(res);
  const body: InboxPage = {
    files: shown.map(({ nameZh, nameEn, ...file }) => ({
      ...file,
      hospital: hospitalOf({ hospital: file.hospital, nameZh, nameEn }),
      takenAt: file.takenAt.toISOString(),
    })),
    next: rows.length > shown.length ? String(shown.at(-1)?.id ?? '') : null,
    failed: await countUnseenFailures(index, hospitals),
  };
  send(res, body);
}

async function seeFile({ index, audit }: Parts, req: Request, res: Response): Promise<void> {
  const { file } = req.params;
  const id = typeof file === 'string' && /^[1-9]\d{0,14}$/.test(file) ? Number(file) : 0;
  const caller = callerOf(res);
  const hospital = await markSeen(index, id, hospitalsAsked(res, undefined), caller.displayName || caller.id);
  if (hospital === null)
    throw problem('not-found', { detail: 'There is no such file.', detailZh: '没有该文件。' });
  await auditEvent({ audit }, req, res, {
    action: 'operate',
    hospital,
    detail: { inboxFile: id, seen: true },
  });
  res.set('Cache-Control', 'no-store').status(204).end();
}

async function turnaround({ index, config }: Parts, req: Request, res: Response): Promise<void> {
  const { hospital, from, until } = parsedBody(period, req.body);
  const asked = {
    from,
    until,
    asOf: new Date(),
    hospitals: hospitalsAsked(res, hospital),
    targets: config.reportTargets,
  };
  const figures = await reportTurnaround(index, asked);
  const slowest = await slowestReports(index, asked, SLOWEST);
  const { rows: named } = await index.query<{ hospital: string; nameZh: string; nameEn: string }>(
    'SELECT code AS hospital, name_zh AS "nameZh", name_en AS "nameEn" FROM hospital WHERE code = ANY ($1)',
    [[...figures, ...slowest].map((row) => row.hospital)],
  );
  const refs = new Map(named.map((row) => [row.hospital, hospitalOf(row)]));
  const ref = (code: string): HospitalRef => refs.get(code) ?? { code, name: { zh: code, en: code } };
  withoutPatients(res);
  const body: TurnaroundAnswer = {
    from: from.toISOString(),
    until: until.toISOString(),
    figures: figures.map((figure) => ({ ...figure, hospital: ref(figure.hospital) })),
    slowest: slowest.map(({ key: _key, ...report }) => ({
      ...report,
      hospital: ref(report.hospital),
      performedAt: report.performedAt.toISOString(),
      reportedAt: report.reportedAt.toISOString(),
    })),
  };
  send(res, body);
}
