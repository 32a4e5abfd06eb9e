import {
  type ChangedDecision,
  citeDecision,
  correctDecision,
  recordDecisionAlone,
  type RecordedDecision,
  type RefusedDecision,
  reminderHospital,
  withdrawDecision,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { auditDecision } from '../audit/auditDecision.ts';
import { requireScope } from '../auth/authenticate.ts';
import { viewingHospitals } from '../auth/decide.ts';
import { authorOf, type Caller, callerOf, hospitalsWith, may, type ServerParts, viewOf } from '../context.ts';
import type { CataloguesInUse } from '../dicomweb/cataloguesInUse.ts';
import { unfitBody } from '../jsonBody.ts';
import { problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { decisionBody, readNames } from './bodies.ts';
import {
  idempotencyKeyOf,
  idOf,
  type NewDecisionRequest,
  parseCorrection,
  parseNewDecision,
  parseWithdrawal,
} from './parse.ts';
import { nothingToDecide, refusal } from '../recognitionRefusals.ts';

const BODY_LIMIT = 16_384;

export interface RecognitionParts extends Pick<ServerParts, 'index' | 'config' | 'audit'> {
  catalogues: () => Promise<CataloguesInUse>;
}

/**
 * Below `/api`, for who may recognise: `POST /recognition/decisions` records one, `…/{id}/correct` and `…/{id}/withdraw`
 * replace it by another row, `…/{id}/cite` notes that its text was taken over. A decision of another hospital answers as one
 * that never was.
 */
export function decisionRoutes(parts: RecognitionParts): Router {
  const { index } = parts;
  const router = Router();
  const recognise = requireScope('recognise');
  const body = smallJson(BODY_LIMIT);

  router.post('/recognition/decisions', recognise, ...body, async (req, res) => {
    const given = parseNewDecision(req.body);
    const caller = callerOf(res);
    if (given.decidedAt !== undefined && caller.kind !== 'machine') throw unfitBody(['decidedAt']);
    const { on } = given;
    const hospital =
      'reminder' in on
        ? await reminderHospital(index, on.reminder, hospitalsWith(caller, 'recognise'))
        : decidingHospital(caller, given.hospital);
    if (hospital === null) throw nothingToDecide();
    const outcome = await recordDecisionAlone(index, {
      what: given.what,
      decider: {
        hospital,
        department: given.department ?? '',
        // A person decides in the own name, whatever is said.
        practitioner: caller.kind === 'person' ? caller.displayName : (given.practitioner ?? ''),
        author: authorOf(caller),
      },
      on: 'reminder' in on ? on : { ...on, itemCode: on.itemCode ?? null, ...besideStudy(caller, given) },
      decidedAt: given.decidedAt === undefined ? null : new Date(given.decidedAt),
      idempotencyKey: idempotencyKeyOf(req),
      regionName: parts.config.regionName,
    });
    await answer(req, res, outcome, 'recorded');
  });

  router.post('/recognition/decisions/:decision/correct', recognise, ...body, async (req, res) => {
    const { practitioner, ...given } = parseCorrection(req.body);
    const isPerson = callerOf(res).kind === 'person';
    const said = isPerson || practitioner === undefined ? given : { ...given, practitioner };
    await answer(req, res, await correctDecision(index, { ...changeOf(req, res), ...said }), 'corrected');
  });

  router.post('/recognition/decisions/:decision/withdraw', recognise, ...body, async (req, res) => {
    const given = parseWithdrawal(req.body);
    await answer(req, res, await withdrawDecision(index, { ...changeOf(req, res), ...given }), 'withdrawn');
  });

  router.post('/recognition/decisions/:decision/cite', recognise, async (req, res) => {
    const cited = await citeDecision(index, changeOf(req, res));
    if (cited === null) throw nothingToDecide();
    await answer(req, res, { outcome: 'recorded', decision: cited, isAgain: true }, 'cited');
  });

  async function answer(
    req: Request,
    res: Response,
    outcome: RecordedDecision | RefusedDecision | ChangedDecision,
    what: 'recorded' | 'corrected' | 'withdrawn' | 'cited',
  ): Promise<void> {
    if (outcome.outcome !== 'recorded') throw refusal(outcome);
    const { decision, isAgain } = outcome;
    await auditDecision(parts, { req, res }, decision, { what });
    const names = await readNames(index, parts.catalogues);
    res
      .set('Cache-Control', 'no-store')
      .status(isAgain ? 200 : 201)
      .location(`/api/recognition/decisions/${decision.id}`)
      .json(decisionBody(callerOf(res), decision, names));
  }
  return router;
}

/** The row that a change is of, and for whom. @throws HttpProblem 400, 404 */
function changeOf(req: Request, res: Response) {
  const id = idOf(req.params['decision']);
  if (id === null) throw nothingToDecide();
  const caller = callerOf(res);
  return {
    id,
    hospitals: hospitalsWith(caller, 'recognise'),
    author: authorOf(caller),
    idempotencyKey: idempotencyKeyOf(req),
  };
}

/** What is said beside a study that no reminder named, and what of the index the caller sees. */
function besideStudy(caller: Caller, given: NewDecisionRequest) {
  const { hospitals, studyIds } = viewOf(caller, { hospital: null });
  return {
    view: { hospitals, studyIds },
    patientId: given.patientId ?? '',
    issuerOfPatientId: given.issuerOfPatientId ?? '',
    orderNumber: given.orderNumber ?? '',
    patientClass: given.patientClass ?? '',
  };
}

/** Hospitals that a caller decides for; null: any that it names. */
export function decidingHospitals(caller: Caller): readonly string[] | null {
  const held = hospitalsWith(caller, 'recognise');
  return held ?? (caller.account === null ? null : viewingHospitals(caller));
}

/** The hospital that decides. @throws HttpProblem 400 where it has to be said, 404 where it is another's */
function decidingHospital(caller: Caller, named: string | undefined): string {
  const hospitals = decidingHospitals(caller);
  if (named !== undefined) {
    if (!may(caller, 'recognise', named)) throw nothingToDecide();
    return named;
  }
  const [only, another] = hospitals ?? [];
  if (only !== undefined && another === undefined) return only;
  throw problem('bad-request', {
    detail: 'Say for which hospital you decide (hospital).',
    detailZh: '请指明作出互认决定的医院（hospital）。',
  });
}
