import {
  countWithdrawal,
  findHospital,
  liftWithdrawal,
  listHospitals,
  listWithdrawals,
  MAX_LABEL_REASON,
  withdrawLabels,
} from '@hutong/storage-config';
import { type Response, Router } from 'express';
import type { Pool } from 'pg';
import { z } from 'zod';
import { auditAccess, auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, hospitalsWith, may, type ServerParts } from '../context.ts';
import type { LabelWithdrawalsPage } from '../contract/labels.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { parsedBody, unfitBody } from '../jsonBody.ts';
import { cursorOf, flag, pageSize, readListQuery, writeCursor } from '../listQuery.ts';
import { keepOpen } from '../openWork.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { hospitalNames, outcomeBody, withdrawalBody } from './bodies.ts';

const day = z.iso.date().nullish();
const reason = z.string().trim().min(1).max(MAX_LABEL_REASON);
const target = {
  hospital: z.string().min(1).max(32),
  itemCode: z.string().min(1).max(64).nullish(),
  scope: z.string().min(1).max(64).nullish(),
  from: day,
  until: day,
};
const preview = z.strictObject(target);
const withdrawal = z.strictObject({ ...target, reason });
const lifting = z.strictObject({ reason });
const listing = z.object({
  open: flag,
  limit: pageSize(50, 200),
  cursor: cursorOf(z.tuple([z.int().positive()])),
});

/**
 * Below `/api`, for who keeps the registry of a hospital: withdrawals of labels, of sets of studies by hospital, item, scope and
 * period; a preview of how many labels one takes; and lifting. Of hospitals elsewhere they are as if they were not there.
 */
export function labelWithdrawalRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index, config } = parts;
  const router = Router();
  const registry = requireScope('registry');
  const body = smallJson(8192);

  router.get('/label-withdrawals', registry, async (req, res) => {
    const query = readListQuery(listing, queryParameters(req.originalUrl));
    const caller = callerOf(res);
    const found = await listWithdrawals(index, {
      hospitals: hospitalsWith(caller, 'registry'),
      openOnly: query.open,
      before: query.cursor?.[0] ?? null,
      limit: query.limit + 1,
    });
    await auditAccess(parts, req, res, { action: 'search', detail: { of: 'label withdrawals' } });
    const page = found.slice(0, query.limit);
    const last = found.length > query.limit ? page.at(-1) : undefined;
    const names = hospitalNames(await listHospitals(index));
    const answer: LabelWithdrawalsPage = {
      withdrawals: page.map((one) => withdrawalBody(one, names, caller)),
      next: last === undefined ? null : writeCursor([last.id]),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.post('/label-withdrawals/preview', registry, ...body, async (req, res) => {
    const asked = await setOf(index, res, parsedBody(preview, req.body));
    const counted = await countWithdrawal(index, asked);
    withoutPatients(res);
    res.set('Cache-Control', 'no-store').json(counted);
  });

  router.post('/label-withdrawals', registry, ...body, (req, res) =>
    keepOpen(
      res,
      (async () => {
        const { reason: why, ...given } = parsedBody(withdrawal, req.body);
        const asked = await setOf(index, res, given);
        const caller = callerOf(res);
        const made = await withdrawLabels(
          index,
          { ...asked, reason: why, author: authorOf(caller) },
          config.regionName,
        );
        if (made === null) throw problem('not-found');
        const { hospital, ...set } = asked;
        await auditEvent(parts, req, res, {
          action: 'decide',
          hospital,
          detail: { withdrawal: made.withdrawal.id, ...set },
        });
        const names = hospitalNames(await listHospitals(index));
        res
          .set('Cache-Control', 'no-store')
          .status(201)
          .json(outcomeBody(made, names, caller));
      })(),
    ),
  );

  router.post('/label-withdrawals/:withdrawal/lift', registry, ...body, (req, res) =>
    keepOpen(
      res,
      (async () => {
        const id = String(req.params['withdrawal']);
        const { reason: why } = parsedBody(lifting, req.body);
        const caller = callerOf(res);
        const lifted = /^[1-9]\d{0,14}$/.test(id)
          ? await liftWithdrawal(
              index,
              {
                id: Number(id),
                reason: why,
                author: authorOf(caller),
                hospitals: hospitalsWith(caller, 'registry'),
              },
              config.regionName,
            )
          : null;
        if (lifted === null)
          throw problem('not-found', {
            detail: 'There is no such withdrawal, or it was lifted.',
            detailZh: '没有该撤回记录，或已恢复。',
          });
        const { hospital, studyInstanceUid } = lifted.withdrawal;
        await auditEvent(parts, req, res, {
          action: 'decide',
          hospital,
          studyInstanceUid: studyInstanceUid ?? '',
          detail: { lifted: lifted.withdrawal.id },
        });
        const names = hospitalNames(await listHospitals(index));
        res.set('Cache-Control', 'no-store').json(outcomeBody(lifted, names, caller));
      })(),
    ),
  );
  return router;
}

/** The set that a body names. @throws HttpProblem 404 for hospitals of others and none, 400 for a period that ends before it begins */
async function setOf(index: Pool, res: Response, given: z.output<typeof preview>) {
  const { hospital, itemCode = null, scope = null, from = null, until = null } = given;
  if (!may(callerOf(res), 'registry', hospital) || (await findHospital(index, hospital)) === null)
    throw problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
  if (from !== null && until !== null && until < from) throw unfitBody(['from', 'until']);
  return { hospital, studyInstanceUid: null, itemCode, scope, from, until };
}
