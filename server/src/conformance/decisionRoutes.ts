import { decideVerdict, publishStudyChanged } from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { auditEvent } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, may, type ServerParts } from '../context.ts';
import { decisionBody } from '../decisionBody.ts';
import { keepOpen } from '../openWork.ts';
import { HttpProblem, problem } from '../problem.ts';
import { addLogFields } from '../requestLog.ts';
import { smallJson } from '../requestBody.ts';
import { type FoundStudy, findStudy } from '../dicomweb/findStudy.ts';
import { parseDecision } from './parseDecision.ts';

const BODY_LIMIT = 8192;

type Parts = Pick<ServerParts, 'index' | 'config' | 'audit'>;

/** Below `/api`: `POST /studies/{uid}/conformance/decisions` and `…/evaluate`, for who may review the hospital's studies. */
export function decisionRoutes(parts: Parts): Router {
  const router = Router();
  const review = requireScope('review');
  router.post('/studies/:study/conformance/decisions', review, ...smallJson(BODY_LIMIT), (req, res) =>
    keepOpen(res, decide(parts, req, res)),
  );
  router.post('/studies/:study/conformance/evaluate', review, (req, res) =>
    keepOpen(res, evaluate(parts, req, res)),
  );
  return router;
}

async function decide({ index, config, audit }: Parts, req: Request, res: Response): Promise<void> {
  const study = await reviewable({ index }, req, res);
  const given = parseDecision(req.body);
  const made = await decideVerdict(index, {
    ...given,
    studyId: study.studyId,
    author: authorOf(callerOf(res)),
    scope: config.regionName,
  });
  switch (made.outcome) {
    case 'absent':
      throw problem('not-found', { detail: 'There is no such study.', detailZh: '没有该检查。' });
    case 'pending':
      throw new HttpProblem(
        409,
        'study-pending',
        'The study changed and is being judged again; decide on the new result.',
        '该检查已有变化，正在重新判定，请在新结果上作出判定。',
      );
    case 'evidenceChanged':
      throw new HttpProblem(
        409,
        'evidence-changed',
        'The result is not the one that was looked at any more. Read it again before deciding.',
        '判定依据已发生变化，请重新查看结果后再作判定。',
      );
    case 'nothingToTakeBack':
      throw new HttpProblem(
        409,
        'nothing-to-take-back',
        'No decision on this item stands that could be taken back.',
        '该项目没有可撤回的人工判定。',
      );
    case 'decided': {
      const { decision, verdict } = made;
      addLogFields(res, { decision: decision.id });
      await auditEvent({ audit }, req, res, {
        action: 'decide',
        ...subjectOf(study),
        detail: { decision: decision.id, item: decision.itemCode, verdict: decision.verdict },
      });
      const stale = decision.verdict !== null && decision.evidence !== verdict.evidence;
      res.set('Cache-Control', 'no-store').status(201).json(decisionBody(decision, stale));
    }
  }
}

/** Judged again by the workers as soon as they can; the result is seen in the change feed when it differs. */
async function evaluate({ index, audit }: Parts, req: Request, res: Response): Promise<void> {
  const study = await reviewable({ index }, req, res);
  await publishStudyChanged(index, study.studyId, 0);
  await auditEvent({ audit }, req, res, {
    action: 'decide',
    ...subjectOf(study),
    detail: { evaluate: true },
  });
  res.set('Cache-Control', 'no-store').status(202).end();
}

const subjectOf = ({ hospital, patientId, studyInstanceUid }: FoundStudy) => ({
  hospital,
  patientId,
  studyInstanceUid,
});

/** @throws HttpProblem 404 for what is hidden, 403 for what may only be read */
async function reviewable({ index }: Pick<Parts, 'index'>, req: Request, res: Response): Promise<FoundStudy> {
  const study = await findStudy(index, req, res);
  if (may(callerOf(res), 'review', study.hospital)) return study;
  throw problem('forbidden', {
    detail: 'This credential may read the study, but not decide on its verdicts.',
    detailZh: '当前凭证可以读取该检查，但无权判定其互认结果。',
  });
}
