import { findDecisions } from '@hutong/storage-config';
import { Router } from 'express';
import type { Pool } from 'pg';
import { auditAccess, queryOf, withoutPatients } from '../audit/audit.ts';
import { type Caller, callerOf, type ServerParts, viewOf } from '../context.ts';
import type { ReviewFacets, ReviewsPage } from '../contract/conformance.ts';
import { type CataloguesInUse, cataloguesSource } from '../dicomweb/cataloguesInUse.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { runStatement } from '../dicomweb/statement.ts';
import { parseFilters, type ReviewFilters } from './filters.ts';
import { writeCursor } from '../listQuery.ts';
import { reviewBody, type ReviewRow } from './review.ts';
import { facetsStatement, reviewsStatement } from './statement.ts';

/** Below `/api`: `GET /reviews`, the verdicts that wait for a person, and `GET /reviews/facets`. */
export function reviewRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index } = parts;
  const catalogues = cataloguesSource(parts);
  const router = Router();
  router.get('/reviews', async (req, res) => {
    const page = await readPage(index, parseFilters(queryParameters(req.originalUrl)), callerOf(res));
    await auditAccess(parts, req, res, {
      action: 'search',
      count: page.reviews.length,
      detail: { of: 'reviews', query: queryOf(req) },
    });
    res.set('Cache-Control', 'private, no-cache').json(page);
  });
  router.get('/reviews/facets', async (_req, res) => {
    withoutPatients(res);
    const facets = await readFacets(index, callerOf(res), await catalogues());
    res.set('Cache-Control', 'private, no-cache').json(facets);
  });
  return router;
}

async function readPage(index: Pool, filters: ReviewFilters, caller: Caller): Promise<ReviewsPage> {
  const statement = reviewsStatement(filters, viewOf(caller, { hospital: null }));
  const rows = await runStatement<ReviewRow>(index, statement.text, statement.values, {
    planned: 'eachTime',
  });
  const { counted, capped } = rows[0] ?? { counted: 0, capped: false };
  const found = rows.filter((row) => row.study_id !== null);
  const page = found.slice(0, filters.limit);
  const last = found.length > filters.limit ? page.at(-1) : undefined;
  const decisions = await findDecisions(
    index,
    page.flatMap((row) => (row.decision_stale ? (row.verdict_decision_id ?? []) : [])),
  );
  return {
    reviews: page.map((row) => reviewBody(row, decisions, caller)),
    next: last === undefined ? null : writeCursor([last.study_id ?? 0, last.item_code, counted, capped]),
    total: { value: counted, capped },
  };
}

interface Counted extends Record<string, unknown> {
  hospital: string;
  item: string;
  count: number;
  stale: number;
}

async function readFacets(index: Pool, caller: Caller, catalogues: CataloguesInUse): Promise<ReviewFacets> {
  const { text, values } = facetsStatement(viewOf(caller, { hospital: null }));
  const rows = await runStatement<Counted>(index, text, values, { planned: 'eachTime' });
  const sums = (key: 'hospital' | 'item') =>
    [...Map.groupBy(rows, (row) => row[key])]
      .map(([code, members]) => ({ code, count: members.reduce((sum, { count }) => sum + count, 0) }))
      .toSorted((a, b) => (a.code < b.code ? -1 : 1));
  return {
    hospitals: sums('hospital'),
    items: sums('item').map(({ code, count }) => ({ code, name: catalogues.itemName(code), count })),
    stale: rows.reduce((sum, { stale }) => sum + stale, 0),
  };
}
