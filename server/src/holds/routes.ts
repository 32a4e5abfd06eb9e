import {
  createHold,
  EARLY_ANSWERS,
  INPATIENT_YEARS,
  isDayOver,
  type LegalHold,
  listHolds,
  listHospitals,
  MAX_HOLD_REASON,
  OUTPATIENT_YEARS,
  readEarlyDeletion,
  readRetention,
  releaseHold,
  setEarlyDeletion,
  setRetention,
  WRONG_REASONS,
  CORRECTION_REASONS,
  type CorrectionReasonCode,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { auditAccess, auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { authorOf, callerOf, hospitalsWith, may, type ServerParts } from '../context.ts';
import type { HoldBody, HoldsPage, RetentionBody } from '../contract/privacy.ts';
import { queryParameters, uidOf } from '../dicomweb/path.ts';
import { cursorOf, flag, pageSize, readListQuery, writeCursor } from '../listQuery.ts';
import { parsedBody, unfitBody } from '../jsonBody.ts';
import { type HttpProblem, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';

const reason = z.string().trim().min(1).max(MAX_HOLD_REASON);
const day = z.iso.date();
const newHold = z.strictObject({
  hospital: z.string().max(32),
  studyInstanceUid: z.string().max(64).optional(),
  /** The same, as it was called first. */
  study: z.string().max(64).optional(),
  patient: z.string().trim().min(1).max(64).optional(),
  reason,
  until: day.nullish(),
});
const release = z.strictObject({ reason });
const rule = z.strictObject({
  outpatientYears: z.int().min(OUTPATIENT_YEARS).max(200),
  inpatientYears: z.int().min(INPATIENT_YEARS).max(200),
});
const early = z.strictObject({
  hospital: z.string().max(32).nullable(),
  answer: z.enum(EARLY_ANSWERS),
  alwaysAllowed: z
    .array(z.enum(Object.keys(CORRECTION_REASONS) as [CorrectionReasonCode, ...CorrectionReasonCode[]]))
    .max(50)
    .default([...WRONG_REASONS]),
});
const listing = z.object({
  active: flag,
  limit: pageSize(50, 200),
  cursor: cursorOf(z.tuple([z.int().positive()])),
});

/**
 * Below `/api`, for who may correct: legal holds of the own hospitals (list, set, release), and how long studies are kept.
 * Holds of other hospitals are answered as holds that do not exist.
 */
export function holdRoutes(parts: Pick<ServerParts, 'index' | 'objects' | 'audit'>): Router {
  const { index, objects } = parts;
  const router = Router();
  const correct = requireScope('correct');
  const body = smallJson(16_384);

  router.get('/holds', correct, async (req, res) => {
    const query = readListQuery(listing, queryParameters(req.originalUrl));
    const hospitals = hospitalsWith(callerOf(res), 'correct');
    const found = await listHolds(index, {
      hospitals,
      activeOnly: query.active,
      before: query.cursor?.[0] ?? null,
      limit: query.limit + 1,
    });
    await auditAccess(parts, req, res, { action: 'search', detail: { of: 'holds' } });
    const page = found.slice(0, query.limit);
    const last = found.length > query.limit ? page.at(-1) : undefined;
    const all = await listHospitals(index);
    const answer: HoldsPage = {
      holds: page.map((hold) => bodyOf(res, hold)),
      next: last === undefined ? null : writeCursor([last.id]),
      hospitals: all
        .filter(({ code }) => hospitals?.includes(code) ?? true)
        .map(({ code, nameZh, nameEn }) => ({ code, name: { zh: nameZh, en: nameEn } })),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.post('/holds', correct, ...body, async (req, res) => {
    const { hospital, until = null, ...given } = parsedBody(newHold, req.body);
    const on = heldOf(given);
    requireHospital(res, hospital);
    if (until !== null && (await isDayOver(index, until)))
      throw unfitBody(['until'], {
        hint: {
          en: 'A hold lasts until today at least.',
          zh: '保全截止日期不得早于今天。',
        },
      });
    const made = await createHold(index, objects, {
      hospital,
      on,
      reason: given.reason,
      until,
      author: authorOf(callerOf(res)),
    });
    if (made === null)
      throw problem('not-found', {
        detail: 'The hospital has no such study.',
        detailZh: '该医院没有此检查。',
      });
    await noted(req, res, made, 'set');
    res
      .set({ 'Cache-Control': 'no-store', Location: `/api/holds/${made.id}` })
      .status(201)
      .json(bodyOf(res, made));
  });

  router.delete('/holds/:hold', correct, ...body, async (req, res) => {
    const id = String(req.params['hold']);
    if (!/^[1-9]\d{0,14}$/.test(id)) throw noHold();
    const { reason: why } = parsedBody(release, req.body);
    const caller = callerOf(res);
    const released = await releaseHold(index, objects, {
      id: Number(id),
      reason: why,
      author: authorOf(caller),
      hospitals: hospitalsWith(caller, 'correct'),
    });
    if (released === null) throw noHold();
    await noted(req, res, released, 'released');
    res.set('Cache-Control', 'no-store').json(bodyOf(res, released));
  });

  router.get('/retention', correct, async (_req, res) => {
    withoutPatients(res);
    const inView = hospitalsWith(callerOf(res), 'correct');
    const hospitals = await readRetention(index, inView);
    const policies = await readEarlyDeletion(index, inView);
    const answer: RetentionBody = {
      hospitals: hospitals.map(({ hospital, nameZh, nameEn, ...rest }) => ({
        code: hospital,
        name: { zh: nameZh, en: nameEn },
        ...rest,
      })),
      least: { outpatientYears: OUTPATIENT_YEARS, inpatientYears: INPATIENT_YEARS },
      earlyDeletion: policies.map((policy) => ({ ...policy, alwaysAllowed: [...policy.alwaysAllowed] })),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });

  router.put('/retention/:hospital', requireScope('admin'), ...body, async (req, res) => {
    const hospital = String(req.params['hospital']);
    const known = (await listHospitals(index)).some(({ code }) => code === hospital);
    if (!known || !may(callerOf(res), 'admin', hospital)) throw noHospital();
    const given = parsedBody(rule, req.body);
    await setRetention(index, { hospital, ...given }, callerOf(res).id);
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital,
      detail: { of: 'retention', ...given },
    });
    res.set('Cache-Control', 'no-store').status(204).end();
  });

  router.put('/retention-policy', requireScope('admin'), ...body, async (req, res) => {
    const { hospital, answer, alwaysAllowed } = parsedBody(early, req.body);
    const caller = callerOf(res);
    const all = await listHospitals(index);
    if (hospital !== null && !all.some(({ code }) => code === hospital)) throw noHospital();
    const ofRegion = hospitalsWith(caller, 'admin') === null;
    if (hospital === null ? !ofRegion : !may(caller, 'admin', hospital)) throw noHospital();
    await setEarlyDeletion(index, { hospital, answer, alwaysAllowed }, caller.id);
    await auditEvent(parts, req, res, {
      action: 'configure',
      hospital: hospital ?? '',
      detail: { of: 'early deletion', answer, alwaysAllowed },
    });
    res.set('Cache-Control', 'no-store').status(204).end();
  });

  async function noted(req: Request, res: Response, hold: LegalHold, what: string): Promise<void> {
    await auditEvent(parts, req, res, {
      action: 'hold',
      hospital: hold.hospital,
      patientId: hold.patientId ?? '',
      studyInstanceUid: hold.studyInstanceUid ?? '',
      detail: { hold: hold.id, what },
    });
  }
  return router;
}

/** What a hold is to be on: one of a study and a patient. @throws HttpProblem 400 */
function heldOf({
  studyInstanceUid,
  study,
  patient,
}: Pick<z.output<typeof newHold>, 'studyInstanceUid' | 'study' | 'patient'>):
  { study: string } | { patient: string } {
  const given = Object.entries({ studyInstanceUid, study, patient }).filter(
    ([, value]) => value !== undefined,
  );
  const uid = studyInstanceUid ?? study;
  if (given.length > 1) throw unfitBody(given.map(([name]) => name));
  if (uid !== undefined) return { study: uidOf(uid, study === undefined ? 'studyInstanceUid' : 'study') };
  if (patient === undefined) throw unfitBody(['studyInstanceUid', 'patient']);
  return { patient };
}

function requireHospital(res: Response, hospital: string): void {
  if (!may(callerOf(res), 'correct', hospital)) throw noHospital();
}

const noHospital = (): HttpProblem =>
  problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });

const noHold = (): HttpProblem =>
  problem('not-found', {
    detail: 'There is no such hold, or it was released.',
    detailZh: '没有该保全记录，或已解除。',
  });

function bodyOf(res: Response, hold: LegalHold): HoldBody {
  return {
    id: hold.id,
    hospital: hold.hospital,
    studyInstanceUid: hold.studyInstanceUid,
    patientId: hold.patientId,
    reason: hold.reason,
    until: hold.until,
    author: hold.author.name === '' ? hold.author.id : hold.author.name,
    createdAt: hold.createdAt.toISOString(),
    releasedAt: hold.releasedAt?.toISOString() ?? null,
    releasedBy: hold.releasedBy,
    releaseReason: hold.releaseReason,
    active: hold.active,
    studies: hold.studies,
    mayRelease: hold.active && may(callerOf(res), 'correct', hold.hospital),
  };
}
