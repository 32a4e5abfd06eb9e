import {
  addPrices,
  inTransaction,
  isPriceLevel,
  isPriceRegion,
  listPrices,
  MOST_FEN,
  type NewPrice,
  type PriceEntry,
  type PriceOutcome,
  readPriceTable,
  readSheet,
  revokePrice,
  UnreadableSheet,
} from '@hutong/storage-config';
import { levelText } from '@hutong/recognition';
import { raw, type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, type ServerParts } from '../context.ts';
import type { PriceBody, PriceImportBody, PricesBody } from '../contract/figures.ts';
import { authorBody } from '../decisionBody.ts';
import { type CataloguesInUse, cataloguesSource } from '../dicomweb/cataloguesInUse.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { parsedBody } from '../jsonBody.ts';
import { flag, readListQuery, single } from '../listQuery.ts';
import { problem } from '../problem.ts';
import { continueBody, limitBodyTime, smallJson } from '../requestBody.ts';
import { seesRegion } from './view.ts';

const MOST_PRICES = 5000;
const TABLE_BYTES = 4 * 1024 * 1024;

const listQuery = z.object({
  item: single.transform(([value]) => value ?? null).default(null),
  revoked: flag,
});
const importQuery = z.object({ dryRun: flag });
const newPrice = z.strictObject({
  itemCode: z.string().min(1).max(64),
  amountFen: z.int().min(0).max(MOST_FEN),
  validFrom: z.iso.date(),
  region: z.string().refine(isPriceRegion).default(''),
  level: z.string().max(64).refine(isPriceLevel).default(''),
  source: z.string().max(512).default(''),
});
const revocation = z.strictObject({ reason: z.string().trim().min(1).max(512) });

/** `/prices`: what the insurance pays for items. All who see figures read them; those of the region change them. */
export function priceRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index } = parts;
  const catalogues = cataloguesSource(parts);
  const router = Router();
  const figures = requireScope('figures');

  router.get('/prices', figures, async (req, res) => {
    const { item, revoked } = readListQuery(listQuery, queryParameters(req.originalUrl));
    withoutPatients(res);
    const inUse = await catalogues();
    const prices = await listPrices(index, { itemCode: item, revoked, limit: MOST_PRICES });
    const items = inUse.ofRegion('').items.map(({ code, name }) => ({ code, name }));
    const priced = new Set(
      prices.flatMap(({ itemCode, revokedAt }) => (revokedAt === null ? [itemCode] : [])),
    );
    const body: PricesBody = {
      prices: prices.map((price) => bodyOf(price, inUse)),
      mayChange: seesRegion(callerOf(res)),
      items,
      without: item === null ? items.flatMap(({ code }) => (priced.has(code) ? [] : [code])) : [],
    };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.post('/prices', figures, refuseHospitals, ...smallJson(4096), async (req, res) => {
    const given = parsedBody(newPrice, req.body);
    if (!(await catalogues()).hasItem(given.itemCode))
      throw problem('bad-request', {
        detail: 'No recognition list has this item.',
        detailZh: '互认清单中没有该项目。',
      });
    const price: NewPrice = { ...given, level: levelText(given.level) };
    const [outcome] = await inTransaction(index, (client) =>
      addPrices(client, [price], authorOf(callerOf(res))),
    );
    const { itemCode, amountFen, validFrom, region, level } = price;
    await auditEvent(parts, req, res, {
      action: 'configure',
      detail: { price: outcome, itemCode, amountFen, validFrom, region, level },
    });
    const body: PriceImportBody = { ...countsOf(outcome === undefined ? [] : [outcome]), errors: [] };
    res.set('Cache-Control', 'no-store').status(201).json(body);
  });

  router.post(
    '/prices/import',
    figures,
    refuseHospitals,
    limitBodyTime,
    (req, res, next) => {
      continueBody(req, res);
      next();
    },
    raw({ limit: TABLE_BYTES, type: () => true }),
    (req, res) => importTable(req, res),
  );

  async function importTable(req: Request, res: Response): Promise<void> {
    const { dryRun } = readListQuery(importQuery, queryParameters(req.originalUrl));
    const bytes: unknown = req.body;
    const { hasItem } = await catalogues();
    const table = await readTable(Buffer.isBuffer(bytes) ? bytes : Buffer.alloc(0), hasItem);
    const writes = !dryRun && table.errors.length === 0;
    const outcomes = await inTransaction(index, (client) =>
      addPrices(client, table.prices, authorOf(callerOf(res)), { dryRun: !writes }),
    );
    const body: PriceImportBody = { ...countsOf(outcomes), errors: table.errors };
    if (writes)
      await auditEvent(parts, req, res, {
        action: 'configure',
        count: outcomes.length,
        detail: { prices: 'imported', added: body.added, replaced: body.replaced },
      });
    else withoutPatients(res);
    res.set('Cache-Control', 'no-store').json(body);
  }

  router.post('/prices/:price/revocation', figures, refuseHospitals, ...smallJson(4096), async (req, res) => {
    const { reason } = parsedBody(revocation, req.body);
    const id = req.params['price'];
    const number = typeof id === 'string' && /^[1-9]\d{0,14}$/.test(id) ? Number(id) : 0;
    if (!(await revokePrice(index, number, authorOf(callerOf(res)), reason)))
      throw problem('not-found', {
        detail: 'There is no such entry that holds.',
        detailZh: '没有该条目，或已撤销。',
      });
    await auditEvent(parts, req, res, {
      action: 'configure',
      detail: { price: 'revoked', id: number, reason },
    });
    res.set('Cache-Control', 'no-store').status(204).end();
  });
  return router;
}

function refuseHospitals(_req: Request, res: Response, next: () => void): void {
  if (!seesRegion(callerOf(res)))
    throw problem('forbidden', {
      detail: 'Insurance payments are kept by those who see the figures of the whole region.',
      detailZh: '医保支付标准由可查看全区域统计的人员维护。',
    });
  next();
}

async function readTable(bytes: Buffer, hasItem: CataloguesInUse['hasItem']) {
  try {
    return readPriceTable(await readSheet(bytes), hasItem);
  } catch (error) {
    if (!(error instanceof UnreadableSheet)) throw error;
    return { prices: [], errors: [{ line: error.line, text: error.text }] };
  }
}

const countsOf = (outcomes: readonly PriceOutcome[]) => {
  const of = (outcome: PriceOutcome): number => outcomes.filter((one) => one === outcome).length;
  return { added: of('added'), replaced: of('replaced'), unchanged: of('unchanged') };
};

const bodyOf = (
  { author, createdAt, revokedAt, revokedBy, revokedReason, ...price }: PriceEntry,
  inUse: CataloguesInUse,
): PriceBody => ({
  ...price,
  itemName: inUse.itemName(price.itemCode),
  author: authorBody(author),
  createdAt: createdAt.toISOString(),
  revoked: revokedAt === null ? null : { at: revokedAt.toISOString(), by: revokedBy, reason: revokedReason },
});
