import { REASONS_TO_EXAMINE_AGAIN } from '@hutong/recognition';
import {
  decisionFacets,
  listRecognitionDecisions,
  readRecognitionHistory,
  type RecognitionDecision,
  writeCsv,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { auditAccess, queryOf, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, type Hospitals, hospitalsWith } from '../context.ts';
import type {
  RecognitionDecisionsPage,
  RecognitionFacets,
  RecognitionHistoryBody,
} from '../contract/recognition.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { readListQuery, writeCursor } from '../listQuery.ts';
import { decisionBody, readNames, readOfferedReasons } from './bodies.ts';
import { decisionLine, HEADINGS } from './decisionTable.ts';
import type { RecognitionParts } from './decisionRoutes.ts';
import { idOf, listing, type Listing } from './parse.ts';
import { nothingToDecide } from '../recognitionRefusals.ts';

/** Decisions of one table. */
const MOST_LINES = 20_000;

/**
 * Below `/api`: `GET /recognition/decisions` with its table, facets and history, for the hospitals that decided and whose
 * studies were decided on; `GET /recognition/region-decisions` for who keeps the registry, with nothing of patients.
 */
export function listRoutes(parts: RecognitionParts): Router {
  const { index } = parts;
  const router = Router();
  const recognise = requireScope('recognise');
  const own = (res: Response): Hospitals => hospitalsWith(callerOf(res), 'recognise');

  const find = (query: Listing, hospitals: Hospitals, limit: number) =>
    listRecognitionDecisions(index, {
      hospitals,
      side: query.side,
      deciding: query.hospital,
      issuing: query.issuing,
      departments: query.department,
      kinds: query.kind,
      reasons: query.reason,
      items: query.item,
      month: query.month,
      before: query.cursor,
      limit,
    });

  async function page(
    req: Request,
    res: Response,
    hospitals: Hospitals,
    ofRegion: boolean,
  ): Promise<RecognitionDecisionsPage> {
    const query = readListQuery(listing, queryParameters(req.originalUrl));
    const found = await find(query, hospitals, query.limit + 1);
    const shown = found.slice(0, query.limit);
    const last = found.length > query.limit ? shown.at(-1) : undefined;
    const names = await readNames(index, parts.catalogues);
    return {
      decisions: shown.map((one) => decisionBody(callerOf(res), one, names, ofRegion)),
      next: last === undefined ? null : writeCursor([last.at, last.id]),
    };
  }

  router.get('/recognition/decisions', recognise, async (req, res) => {
    const answer = await page(req, res, own(res), false);
    await auditAccess(parts, req, res, {
      action: 'search',
      count: answer.decisions.length,
      detail: { of: 'recognition decisions', query: queryOf(req) },
    });
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.get('/recognition/region-decisions', requireScope('registry'), async (req, res) => {
    withoutPatients(res);
    const answer = await page(req, res, hospitalsWith(callerOf(res), 'registry'), true);
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.get('/recognition/decisions/facets', recognise, async (_req, res) => {
    withoutPatients(res);
    const facets = await decisionFacets(index, { hospitals: own(res), side: 'all' });
    const names = await readNames(index, parts.catalogues);
    const answer: RecognitionFacets = {
      hospitals: facets.hospitals.map(names.hospital),
      departments: facets.departments,
      items: facets.items.map((code) => ({ code, name: names.itemName(code) })),
      reasons: REASONS_TO_EXAMINE_AGAIN.map(({ code, text }) => ({ code, text })),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.get('/recognition/reasons', recognise, async (_req, res) => {
    withoutPatients(res);
    res.set('Cache-Control', 'no-store').json({ reasons: await readOfferedReasons(index) });
  });

  router.get('/recognition/decisions/export', recognise, async (req, res) => {
    const query = readListQuery(listing, queryParameters(req.originalUrl));
    const found = await find({ ...query, cursor: null }, own(res), MOST_LINES);
    const names = await readNames(index, parts.catalogues);
    await auditAccess(parts, req, res, {
      action: 'search',
      count: found.length,
      detail: { of: 'recognition decisions', as: 'csv', query: queryOf(req) },
    });
    const lines = found.map((one) => decisionLine(decisionBody(callerOf(res), one, names)));
    res
      .set({
        'Cache-Control': 'no-store',
        'Content-Disposition': 'attachment; filename="recognition-decisions.csv"',
      })
      .type('text/csv; charset=utf-8')
      .send(writeCsv([HEADINGS, ...lines]));
  });

  router.get('/recognition/decisions/:decision', recognise, async (req, res) => {
    const id = idOf(req.params['decision']);
    const caller = callerOf(res);
    const rows: RecognitionDecision[] =
      id === null ? [] : await readRecognitionHistory(index, id, { hospitals: own(res), side: 'all' });
    const [newest] = rows;
    if (newest === undefined) throw nothingToDecide();
    await auditAccess(parts, req, res, {
      action: 'metadata',
      hospital: newest.issuingHospital,
      studyInstanceUid: newest.studyInstanceUid,
      detail: { of: 'recognition decision', decision: newest.chain },
    });
    const names = await readNames(index, parts.catalogues);
    const bodies = rows.map((row) => decisionBody(caller, row, names));
    const [decision] = bodies;
    if (decision === undefined) throw nothingToDecide();
    const answer: RecognitionHistoryBody = {
      decision,
      // What was replaced is history, not to be changed.
      history: bodies.map((body, i) => (i === 0 ? body : { ...body, mayChange: false })),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });
  return router;
}
