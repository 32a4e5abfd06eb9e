import { defaultCatalogue } from '@hutong/conformance';
import { DEFAULT_LABEL_POLICY } from '@hutong/recognition';
import {
  beginRelabelling,
  endLabelPolicy,
  listHospitals,
  listLabelPolicies,
  listRelabellings,
  listScopes,
  setLabelPolicy,
} from '@hutong/storage-config';
import { type Response, Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, hospitalsWith, may, type ServerParts } from '../context.ts';
import type { LabelPoliciesBody, RelabellingsBody } from '../contract/labels.ts';
import { queryParameters } from '../dicomweb/path.ts';
import { parsedBody } from '../jsonBody.ts';
import { flag, readListQuery } from '../listQuery.ts';
import { type HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { policyBody, relabellingBody } from './bodies.ts';

const policy = z.strictObject({
  scope: z.string().min(1).max(64),
  hospitalCode: z.string().min(1).max(32).nullable(),
  release: z.enum(['automatic', 'proposed']),
  lateQualification: z.boolean(),
  deviceTestNeeded: z.boolean(),
});
const listing = z.object({ ended: flag });

const unknown = (): HttpProblem =>
  problem('not-found', {
    detail: 'There is no such scope, hospital or policy.',
    detailZh: '没有该互认范围、医院或规则。',
  });

/**
 * Below `/api`: how scopes and hospitals give labels. Who keeps a registry reads it; only who keeps that of the whole region
 * sets it, for a hospital must not loosen what its region demands.
 */
export function labelPolicyRoutes(parts: Pick<ServerParts, 'index' | 'config' | 'audit'>): Router {
  const { index, config } = parts;
  const router = Router();
  const registry = requireScope('registry');
  const body = smallJson(8192);

  router.get('/label-policies', registry, async (req, res) => {
    withoutPatients(res);
    const { ended } = readListQuery(listing, queryParameters(req.originalUrl));
    const caller = callerOf(res);
    const [policies, hospitals, scopes] = await Promise.all([
      listLabelPolicies(index, { withEnded: ended }),
      listHospitals(index),
      listScopes(index),
    ]);
    const answer: LabelPoliciesBody = {
      policies: policies.map(policyBody),
      usual: DEFAULT_LABEL_POLICY,
      scopes: [...new Set([config.regionName, ...scopes.map(({ name }) => name)])],
      hospitals: hospitals.map(({ code, nameZh, nameEn }) => ({ code, name: { zh: nameZh, en: nameEn } })),
      items: defaultCatalogue().items.map(({ code, name }) => ({ code, name })),
      mayChange: hospitalsWith(caller, 'registry') === null,
      mayWithdraw: hospitals.map(({ code }) => code).filter((code) => may(caller, 'registry', code)),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.put('/label-policies', registry, ...body, async (req, res) => {
    requireRegion(res);
    const given = parsedBody(policy, req.body);
    const set = await setLabelPolicy(index, given, authorOf(callerOf(res)));
    if (set === null) throw unknown();
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: given.hospitalCode ?? '',
      detail: { of: 'label policy', ...given },
    });
    res.set('Cache-Control', 'no-store').json(policyBody(set));
  });

  router.delete('/label-policies/:policy', registry, async (req, res) => {
    requireRegion(res);
    const id = String(req.params['policy']);
    const ended = /^[1-9]\d{0,14}$/.test(id)
      ? await endLabelPolicy(index, Number(id), authorOf(callerOf(res)))
      : null;
    if (ended === null) throw unknown();
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: ended.hospitalCode ?? '',
      detail: { of: 'label policy', ended: ended.id, scope: ended.scope },
    });
    res.set('Cache-Control', 'no-store').status(204).end();
  });

  router.get('/relabellings', registry, async (_req, res) => {
    withoutPatients(res);
    const answer: RelabellingsBody = { relabellings: (await listRelabellings(index)).map(relabellingBody) };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.post('/relabellings', registry, async (req, res) => {
    requireRegion(res);
    const begun = await beginRelabelling(index, { reason: 'request', requestedBy: authorOf(callerOf(res)) });
    await auditEvent(parts, req, res, { action: 'operate', detail: { relabelling: begun.id } });
    res.set('Cache-Control', 'no-store').status(202).json(relabellingBody(begun));
  });
  return router;
}

/** @throws HttpProblem 403 for who keeps the registry of single hospitals */
function requireRegion(res: Response): void {
  if (hospitalsWith(callerOf(res), 'registry') === null) return;
  throw problem('forbidden', {
    detail: 'Only who keeps the registry of the whole region may do this.',
    detailZh: '仅负责全区域登记的人员可以执行此操作。',
  });
}
