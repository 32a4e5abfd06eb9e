import { Router } from 'express';
import { auditAccess } from '../audit/audit.ts';
import { callerOf, may, type ServerParts } from '../context.ts';
import { problem } from '../problem.ts';
import { findStudy } from '../dicomweb/findStudy.ts';
import { readConformance } from './readConformance.ts';
import { readHistory } from './readHistory.ts';

export { decisionRoutes } from './decisionRoutes.ts';

/**
 * Below `/api`: `GET /studies/{uid}/conformance[?hospital=code]` gives the present result and the verdicts that hold,
 * `…/history` what was found and decided before.
 */
export function conformanceRoutes(parts: Pick<ServerParts, 'index' | 'audit'>): Router {
  const { index } = parts;
  const router = Router();
  router.get('/studies/:study/conformance', async (req, res) => {
    const study = await findStudy(index, req, res);
    const found = await readConformance(index, study.studyId, may(callerOf(res), 'review', study.hospital));
    if (found === null)
      throw problem('not-found', { detail: 'There is no such study.', detailZh: '没有该检查。' });
    const { studyInstanceUid, hospital, patientId } = study;
    await auditAccess(parts, req, res, { action: 'metadata', studyInstanceUid, hospital, patientId });
    res.set('Cache-Control', 'private, no-cache').json(found);
  });
  router.get('/studies/:study/conformance/history', async (req, res) => {
    const { studyId, studyInstanceUid, hospital, patientId } = await findStudy(index, req, res);
    const history = await readHistory(index, studyId);
    await auditAccess(parts, req, res, { action: 'metadata', studyInstanceUid, hospital, patientId });
    res.set('Cache-Control', 'private, no-cache').json(history);
  });
  return router;
}
