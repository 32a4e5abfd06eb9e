import { Router } from 'express';
import type { Pool } from 'pg';
import { auditAccess, queryOf, withoutPatients } from '../audit/audit.ts';
import { callerOf, type ServerParts, type View, viewOf } from '../context.ts';
import type { WorklistFacets, WorklistPage } from '../contract.ts';
import { currentCatalogue } from '../dicomweb/currentCatalogue.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { runStatement } from '../dicomweb/statement.ts';
import { writeCursor } from '../listQuery.ts';
import { MAX_COUNTED, parseFilters, type WorklistFilters } from './filters.ts';
import { worklistStatement } from './statement.ts';
import { type WorklistRow, worklistStudy } from './study.ts';

/** The cross-hospital study list, and what its filters offer; below `/api`. */
export function worklistRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index } = parts;
  const router = Router();
  router.get('/worklist', async (req, res) => {
    const filters = parseFilters(queryParameters(req.originalUrl));
    const page = await readPage(index, filters, viewOf(callerOf(res), { hospital: null }));
    await auditAccess(parts, req, res, {
      action: 'search',
      count: page.studies.length,
      detail: { of: 'worklist', query: queryOf(req) },
    });
    res.set('Cache-Control', 'private, no-cache').json(page);
  });
  router.get('/worklist/facets', async (_req, res) => {
    withoutPatients(res);
    const view = viewOf(callerOf(res), { hospital: null });
    res.set('Cache-Control', 'private, no-cache').json(await readFacets(parts, hospitalsOf(view)));
  });
  return router;
}

async function readPage(index: Pool, filters: WorklistFilters, view: View): Promise<WorklistPage> {
  const statement = worklistStatement(filters, view);
  const rows = await runStatement<WorklistRow>(index, statement.text, statement.values);
  const counted = rows[0]?.counted ?? 0;
  const found = rows.filter((row) => row.study_id !== null);
  const page = found.slice(0, filters.limit);
  const last = found.length > filters.limit ? page.at(-1) : undefined;
  return {
    studies: page.map((row) => worklistStudy(row, view)),
    next: last === undefined ? null : cursorAfter(last, filters),
    total: { value: Math.min(counted, MAX_COUNTED), capped: counted > MAX_COUNTED },
  };
}

/** Hospitals that have studies in view. */
const hospitalsOf = ({ hospitals, granted }: View): readonly string[] | null =>
  hospitals === null ? null : [...new Set([...hospitals, ...granted.map(({ hospital }) => hospital)])];

const cursorAfter = (row: WorklistRow, { sort }: WorklistFilters): string =>
  writeCursor([
    sort,
    sort === 'studyDate' ? row.study_moment : row.received_at,
    row.study_id ?? 0,
    row.counted,
  ]);

const FACETS = `SELECT
  (SELECT json_agg(json_build_object('code', h.code, 'name', json_build_object('zh', h.name_zh, 'en', h.name_en)) ORDER BY h.code)
     FROM hospital h WHERE $1::text[] IS NULL OR h.code = ANY ($1::text[])) AS hospitals,
  -- Labels come from qualifications (label text = scope + HR), a short table.
  (SELECT json_agg(DISTINCT q.scope || 'HR')
     FROM qualification q WHERE $1::text[] IS NULL OR q.hospital_code = ANY ($1::text[])) AS labels`;

async function readFacets(
  parts: Pick<ServerParts, 'index' | 'config'>,
  hospitals: readonly string[] | null,
): Promise<WorklistFacets> {
  const [row] = await runStatement<{
    hospitals: WorklistFacets['hospitals'] | null;
    labels: string[] | null;
  }>(parts.index, FACETS, [hospitals]);
  const items = (await currentCatalogue(parts)).items.map(({ code, name, category }) => ({
    code,
    name,
    category,
  }));
  return { hospitals: row?.hospitals ?? [], items, labels: (row?.labels ?? []).toSorted() };
}
