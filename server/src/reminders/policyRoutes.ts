import { recognitionPolicySchema } from '@hutong/recognition/policySchema';
import {
  listRecognitionPolicies,
  readRecognitionPolicy,
  type RecognitionPolicyVersion,
  recognisingHospitals,
  saveRecognitionPolicy,
} from '@hutong/storage-config';
import { Router } from 'express';
import { z } from 'zod';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, hospitalsWith } from '../context.ts';
import type { RecognitionPolicyBody } from '../contract/reminders.ts';
import { authorBody } from '../decisionBody.ts';
import { parsedBody } from '../jsonBody.ts';
import { HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import type { ReminderParts } from './ask.ts';
import type { WorldSource } from './world.ts';

const FORMER = 50;

const newPolicy = z.strictObject({
  replaces: z.int().positive().nullable(),
  policy: recognitionPolicySchema,
  note: z
    .string()
    .trim()
    .min(2)
    .max(500)
    .refine((text) => !text.includes('\0')),
});

const versionBody = ({ id, policy, note, author, createdAt }: RecognitionPolicyVersion) => ({
  id,
  policy,
  note,
  author: author === null ? null : authorBody(author),
  createdAt: createdAt?.toISOString() ?? null,
});

/**
 * `/recognition/policy` below `/api`: who recognises whom, with the hospitals that it is asked for; whoever keeps the registry
 * of the whole region sets it.
 */
export function policyRoutes(parts: ReminderParts, world: WorldSource): Router {
  const { index, config } = parts;
  const router = Router();
  const registry = requireScope('registry');

  async function body(mayChange: boolean): Promise<RecognitionPolicyBody> {
    const [current, versions, hospitals, named] = await Promise.all([
      readRecognitionPolicy(index),
      listRecognitionPolicies(index, FORMER),
      recognisingHospitals(index, config.regionName),
      world(),
    ]);
    return {
      ...versionBody(current),
      mayChange,
      former: versions.flatMap((version) => {
        const { id, createdAt, ...rest } = versionBody(version);
        return id === null || createdAt === null || id === current.id ? [] : [{ id, createdAt, ...rest }];
      }),
      hospitals: [...hospitals.values()].map(({ code, level, region, scopes, alliances }) => ({
        ...named.ref(code),
        level,
        region,
        scopes: [...scopes],
        alliances: [...alliances],
      })),
      scopes: [...new Set([...hospitals.values()].flatMap(({ scopes }) => scopes))].toSorted(),
    };
  }

  router.get('/recognition/policy', registry, async (_req, res) => {
    withoutPatients(res);
    const mayChange = hospitalsWith(callerOf(res), 'registry') === null;
    res.set('Cache-Control', 'no-store').json(await body(mayChange));
  });

  router.put('/recognition/policy', registry, ...smallJson(262_144), async (req, res) => {
    const caller = callerOf(res);
    if (hospitalsWith(caller, 'registry') !== null)
      throw problem('forbidden', {
        detail:
          'Who recognises whom is for the region to say: somebody who keeps the registry of the whole region sets it.',
        detailZh: '互认规则由负责全区域互认登记的人员维护。',
      });
    const saved = await saveRecognitionPolicy(index, parsedBody(newPolicy, req.body), authorOf(caller));
    if (saved === null)
      throw new HttpProblem(
        409,
        'policy-changed',
        'Somebody else set the policy meanwhile. Read it again before setting it.',
        '互认规则已被他人修改，请重新载入后再保存。',
      );
    await auditEvent(parts, req, res, {
      action: 'configure',
      detail: { recognitionPolicy: saved.id, note: saved.note },
    });
    res.set('Cache-Control', 'no-store').json(await body(true));
  });
  return router;
}
