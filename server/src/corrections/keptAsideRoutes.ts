import { decideKeptAside, findKeptAside, ObjectNotFound, patientOfStudy } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { requireScope } from '../auth/authenticate.ts';
import { auditAccess, auditEvent, queryOf, withoutPatients } from '../audit/audit.ts';
import { authorOf, callerOf, type ServerParts, viewOf as readableInView } from '../context.ts';
import type { KeptAsideDecision, KeptAsideFacets, KeptAsidePage } from '../contract.ts';
import { keepOpen } from '../openWork.ts';
import { HttpProblem, problem } from '../problem.ts';
import { correctionBody } from './body.ts';
import { countKeptAside, keptAsideBody, listKeptAside } from './keptAsideList.ts';
import { idOf, listQuery } from './query.ts';
import { reasonOf } from './reason.ts';
import { correctableInView, isAmong, knownInView } from './view.ts';

const decision = z.object({ decision: z.enum(['accept', 'discard']) });

/**
 * Below `/api`: what arrived under a known UID with another dataset, and rejection notes of senders that may not reject.
 * `GET /kept-aside` lists it with what differs, `GET /kept-aside/facets` counts, `POST /kept-aside/{id}` decides.
 */
export function keptAsideRoutes(parts: ServerParts): Router {
  const { index } = parts;
  const router = Router();
  router.get('/kept-aside', async (req, res) => {
    await auditAccess(parts, req, res, {
      action: 'search',
      detail: { of: 'kept-aside', query: queryOf(req) },
    });
    const { values, limit, before } = listQuery(req);
    const view = keptInView(res);
    const asked = values('hospital');
    const rows = await listKeptAside(index, {
      hospitals: asked.length === 0 ? view.known : asked.filter((code) => isAmong(view.known, code)),
      study: values('study').at(-1) ?? null,
      kinds: values('kind'),
      id: null,
      before,
      limit: limit + 1,
    });
    const page = rows.slice(0, limit);
    const body: KeptAsidePage = {
      entries: page.map((row) => keptAsideBody(row, view)),
      next: rows.length > limit ? (page.at(-1)?.id ?? null) : null,
    };
    res.set('Cache-Control', 'private, no-cache').json(body);
  });
  router.get('/kept-aside/facets', async (_req, res) => {
    withoutPatients(res);
    const facets: KeptAsideFacets = await countKeptAside(index, keptInView(res).known);
    res.set('Cache-Control', 'private, no-cache').json(facets);
  });
  router.get('/kept-aside/:id', async (req, res) => {
    const view = keptInView(res);
    const id = idOf(req.params.id);
    const [row] = await listKeptAside(index, {
      hospitals: view.known,
      study: null,
      kinds: [],
      id,
      before: null,
      limit: 1,
    });
    if (row === undefined) throw gone();
    await auditAccess(parts, req, res, {
      action: 'metadata',
      hospital: row.hospital,
      studyInstanceUid: row.study,
      seriesInstanceUid: row.series,
      detail: { keptAside: id },
    });
    res.set('Cache-Control', 'private, no-cache').json(keptAsideBody(row, view));
  });
  router.post('/kept-aside/:id', requireScope('correct'), ...correctionBody, async (req, res) => {
    await keepOpen(res, decide(parts, req, res));
  });
  return router;
}

function keptInView(res: Response) {
  const caller = callerOf(res);
  const everywhere = { hospital: null };
  return {
    // What is kept aside may be another patient's: no grant opens it.
    known: knownInView(caller, everywhere).hospitals,
    readable: readableInView(caller, everywhere).hospitals,
    correctable: correctableInView(caller, everywhere),
  };
}

async function decide(
  { index, objects, config, audit }: ServerParts,
  req: Request,
  res: Response,
): Promise<void> {
  const id = idOf(req.params['id']);
  const body = decision.safeParse(req.body);
  if (!body.success) {
    throw problem('bad-request', {
      detail: 'Say {"decision": "accept" or "discard", "reason": {"code": "…", "text": "…"}}.',
      detailZh: '请求体应为 {"decision": "accept" 或 "discard", "reason": {"code": "…", "text": "…"}}。',
    });
  }
  const reason = reasonOf(req);
  const view = keptInView(res);
  const caller = callerOf(res);
  const kept = await findKeptAside(index, id, view.known);
  if (kept === null) throw gone();
  if (!isAmong(view.correctable, kept.hospital)) {
    throw problem('forbidden', {
      detail: 'This credential may not correct what this hospital stored.',
      detailZh: '当前凭证无权更正该医院存储的影像。',
    });
  }
  const before = await patientOfStudy(index, kept.hospital, kept.study);
  const event = await decideKeptAside(
    index,
    { author: authorOf(caller), objects, quietSeconds: config.quietSeconds },
    id,
    body.data.decision,
    reason,
    view.correctable,
  ).catch((error: unknown) => {
    if (!(error instanceof ObjectNotFound)) throw error;
    throw new HttpProblem(
      500,
      'object-missing',
      'Its object is not in the object store. `hutong verify` lists such objects.',
      '对象存储中没有对应的数据，请联系系统管理员。',
      { cause: error },
    );
  });
  if (event === null) throw gone();
  await auditEvent({ audit }, req, res, {
    action: 'correct',
    hospital: kept.hospital,
    patientId: (await patientOfStudy(index, kept.hospital, kept.study)) || before,
    studyInstanceUid: kept.study,
    seriesInstanceUid: kept.series,
    count: event.instances,
    detail: {
      keptAside: id,
      sopInstanceUid: kept.sop,
      decision: body.data.decision,
      reason: reason.code,
    },
  });
  const answer: KeptAsideDecision = { event: event.id };
  res.set('Cache-Control', 'no-store').json(answer);
}

function gone(): HttpProblem {
  return problem('not-found', {
    detail: 'Nothing is kept aside under this id, or somebody has decided about it.',
    detailZh: '没有该待处理项，或已由他人处理。',
  });
}
