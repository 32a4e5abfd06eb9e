import {
  labelHistory,
  listHospitals,
  listWithdrawals,
  MAX_LABEL_REASON,
  readStudyLabels,
  withdrawLabels,
} from '@hutong/storage-config';
import { Router } from 'express';
import { z } from 'zod';
import { auditAccess, auditEvent } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, may, type ServerParts } from '../context.ts';
import type { LabelHistoryBody } from '../contract/labels.ts';
import { type FoundStudy, findStudy } from '../dicomweb/findStudy.ts';
import { parsedBody } from '../jsonBody.ts';
import { keepOpen } from '../openWork.ts';
import { type HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { eventBody, hospitalNames, outcomeBody, studyLabelsBody, withdrawalBody } from './bodies.ts';

const withdrawal = z.strictObject({
  itemCode: z.string().min(1).max(64).nullish(),
  scope: z.string().min(1).max(64).nullish(),
  reason: z.string().trim().min(1).max(MAX_LABEL_REASON),
});

const noStudy = (): HttpProblem =>
  problem('not-found', { detail: 'There is no such study.', detailZh: '没有该检查。' });

/**
 * Below `/api/studies/{uid}`: `GET …/labels[?hospital=code]`, the labels and why there are no others, `GET …/labels/history`, and
 * `POST …/labels/withdrawals` for who may review the hospital's studies.
 */
export function studyLabelRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index, config } = parts;
  const router = Router();
  const subjectOf = ({ hospital, patientId, studyInstanceUid }: FoundStudy) => ({
    hospital,
    patientId,
    studyInstanceUid,
  });

  router.get('/studies/:study/labels', async (req, res) => {
    const study = await findStudy(index, req, res);
    const found = await readStudyLabels(index, study.studyId, config.regionName);
    if (found === null) throw noStudy();
    const names = hospitalNames(await listHospitals(index));
    await auditAccess(parts, req, res, { action: 'metadata', ...subjectOf(study) });
    res.set('Cache-Control', 'no-store').json(studyLabelsBody(found, study.hospital, names, callerOf(res)));
  });

  router.get('/studies/:study/labels/history', async (req, res) => {
    const study = await findStudy(index, req, res);
    const caller = callerOf(res);
    const names = hospitalNames(await listHospitals(index));
    const { hospital, studyInstanceUid } = study;
    const withdrawals = await listWithdrawals(index, {
      hospitals: null,
      study: { hospital, studyInstanceUid },
      limit: 100,
    });
    const answer: LabelHistoryBody = {
      events: (await labelHistory(index, study.studyId)).map(eventBody),
      withdrawals: withdrawals.map((one) => ({
        ...withdrawalBody(one, names, caller),
        // Who asks has the study in view, by whatever opens it.
        studyInstanceUid,
      })),
    };
    await auditAccess(parts, req, res, { action: 'metadata', ...subjectOf(study) });
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.post('/studies/:study/labels/withdrawals', requireScope('review'), ...smallJson(8192), (req, res) =>
    keepOpen(
      res,
      (async () => {
        const study = await findStudy(index, req, res);
        const caller = callerOf(res);
        if (!may(caller, 'review', study.hospital))
          throw problem('forbidden', {
            detail: 'This credential may read the study, but not withdraw its labels.',
            detailZh: '当前凭证可以读取该检查，但无权撤回其互认标识。',
          });
        const given = parsedBody(withdrawal, req.body);
        const made = await withdrawLabels(
          index,
          {
            hospital: study.hospital,
            studyInstanceUid: study.studyInstanceUid,
            itemCode: given.itemCode ?? null,
            scope: given.scope ?? null,
            from: null,
            until: null,
            reason: given.reason,
            author: authorOf(caller),
          },
          config.regionName,
        );
        if (made === null) throw noStudy();
        await auditEvent(parts, req, res, {
          action: 'decide',
          ...subjectOf(study),
          detail: { withdrawal: made.withdrawal.id, item: given.itemCode ?? '', scope: given.scope ?? '' },
        });
        const names = hospitalNames(await listHospitals(index));
        res
          .set('Cache-Control', 'no-store')
          .status(201)
          .json(outcomeBody(made, names, caller));
      })(),
    ),
  );
  return router;
}
