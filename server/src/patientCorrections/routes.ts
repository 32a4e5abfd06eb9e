import {
  inTransaction,
  LaterCorrections,
  listPatientCorrections,
  MAX_CORRECTED_STUDIES,
  type PatientCorrection,
  patientOfStudy,
  readCorrectionFailures,
  readPatientCorrection,
  reasonWords,
  recordPatientCorrection,
  retryPatientCorrection,
  TooManyStudies,
  undoPatientCorrection,
} from '@hutong/storage-config';
import { json, type NextFunction, type Request, type Response, Router } from 'express';
import { requireScope } from '../auth/authenticate.ts';
import { auditAccess, auditEvent, queryOf } from '../audit/audit.ts';
import { authorOf, callerOf, hospitalsWith, may, type ServerParts } from '../context.ts';
import type { PatientCorrectionBody, PatientCorrectionsPage } from '../contract.ts';
import { queryParameters, uidOf } from '../dicomweb/path.ts';
import { keepOpen } from '../openWork.ts';
import { type HttpProblem, problem } from '../problem.ts';
import { continueBody, limitBodyTime } from '../requestBody.ts';
import { parseCorrection, parseUndo } from './parseBody.ts';

const BODY_LIMIT = 16_384;
const PAGE = 50;
/** Failures that one answer lists. */
const MAX_FAILURES = 500;

type Parts = Pick<ServerParts, 'index' | 'objects' | 'config' | 'audit'>;

/**
 * `/patient-corrections` below `/api`, for who may correct: merges of patients, corrected attributes of a patient or of a
 * study, how far each has come, and their undoing. What names a patient is in bodies alone, never in an address.
 */
export function patientCorrectionRoutes(parts: Parts): Router {
  const { index } = parts;
  const router = Router();
  const correct = requireScope('correct');

  const body = [limitBodyTime, wanted, json({ limit: BODY_LIMIT })];

  router.post('/patient-corrections', correct, ...body, (req, res) => keepOpen(res, record(parts, req, res)));

  router.get('/patient-corrections', correct, async (req, res) => {
    await auditAccess(parts, req, res, {
      action: 'search',
      detail: { of: 'patient-corrections', query: queryOf(req) },
    });
    const query = new Map(queryParameters(req.originalUrl));
    const study = query.get('study') ?? null;
    const before = query.get('before') ?? null;
    const found = await listPatientCorrections(index, {
      hospitals: hospitalsWith(callerOf(res), 'correct'),
      study: study === null ? null : uidOf(study, 'study'),
      before: before === null ? null : idOf(before),
      limit: PAGE + 1,
    });
    const page: PatientCorrectionsPage = {
      corrections: found.slice(0, PAGE).map((one) => bodyOf(one, [])),
      next: found.length > PAGE ? (found[PAGE - 1]?.id ?? null) : null,
    };
    res.set('Cache-Control', 'no-store').json(page);
  });

  router.get('/patient-corrections/:correction', correct, async (req, res) => {
    res.set('Cache-Control', 'no-store').json(await read(req, res));
  });

  router.post('/patient-corrections/:correction/retry', correct, async (req, res) => {
    const { id } = await read(req, res);
    await inTransaction(index, (client) => retryPatientCorrection(client, id));
    res
      .set('Cache-Control', 'no-store')
      .status(202)
      .json(await read(req, res));
  });

  router.post('/patient-corrections/:correction/undo', correct, ...body, (req, res) =>
    keepOpen(res, undo(parts, req, res)),
  );

  async function read(req: Request, res: Response): Promise<PatientCorrectionBody> {
    const id = idOf(req.params['correction']);
    const found = await readPatientCorrection(index, id, hospitalsWith(callerOf(res), 'correct'));
    if (found === null) throw noCorrection();
    const accessed = { hospital: found.hospital, detail: { patientCorrection: id } };
    await auditAccess(parts, req, res, { action: 'metadata', ...accessed });
    return bodyOf(found, await readCorrectionFailures(index, id, MAX_FAILURES));
  }
  return router;
}

async function record({ index, objects, config, audit }: Parts, req: Request, res: Response): Promise<void> {
  const { hospital, reason, request } = parseCorrection(req.body);
  const caller = callerOf(res);
  if (!may(caller, 'correct', hospital)) {
    const isInView = may(caller, 'read', hospital);
    if (isInView) throw problem('forbidden');
    throw nothingToCorrect();
  }
  const correcting = { author: authorOf(caller), objects, quietSeconds: config.quietSeconds };
  let id: number | null;
  try {
    id = await recordPatientCorrection(index, correcting, hospital, request, reason);
  } catch (error) {
    if (!(error instanceof TooManyStudies)) throw error;
    throw problem('too-large', {
      detail: `More than ${MAX_CORRECTED_STUDIES} studies are concerned: is this one patient?`,
      detailZh: `涉及的检查超过 ${MAX_CORRECTED_STUDIES} 个，请确认是否为同一患者。`,
    });
  }
  const found = id === null ? null : await readPatientCorrection(index, id, [hospital]);
  if (found === null) throw nothingToCorrect();
  await auditEvent({ audit }, req, res, {
    action: 'correct',
    ...(await whoseOf(index, found)),
    detail: { patientCorrection: found.id, kind: request.kind, reason: reason.code },
  });
  res
    .set({ 'Cache-Control': 'no-store', Location: `/api/patient-corrections/${found.id}` })
    .status(202)
    .json(bodyOf(found, []));
}

/** Undoes a correction; one that was undone already stays as it is, and its answer is 200. */
async function undo({ index, objects, config, audit }: Parts, req: Request, res: Response): Promise<void> {
  const id = idOf(req.params['correction']);
  const reason = parseUndo(req.body);
  const caller = callerOf(res);
  const hospitals = hospitalsWith(caller, 'correct');
  const correcting = { author: authorOf(caller), objects, quietSeconds: config.quietSeconds };
  let isNew: boolean | null;
  try {
    isNew = await undoPatientCorrection(index, correcting, id, hospitals, reason);
  } catch (error) {
    if (!(error instanceof LaterCorrections)) throw error;
    const later = error.corrections.join(', ');
    throw problem('conflict', {
      detail: `Corrections that were made later rest on it and are to be undone first, in this order: ${later}.`,
      detailZh: `之后的更正以此为基础，请先按此顺序撤销：${later}。`,
    });
  }
  const found = isNew === null ? null : await readPatientCorrection(index, id, hospitals);
  if (found === null) throw noCorrection();
  await auditEvent({ audit }, req, res, {
    action: 'correct',
    ...(await whoseOf(index, found)),
    detail: {
      patientCorrection: id,
      kind: found.request.kind,
      reason: reason.code,
      undone: isNew ? 'now' : 'before',
    },
  });
  res
    .set('Cache-Control', 'no-store')
    .status(isNew === true ? 202 : 200)
    .json(bodyOf(found, []));
}

/** Whose data it was, as the trail keeps it: the patient that was named, and of one study which. */
async function whoseOf(
  index: Parts['index'],
  { hospital, request, studies }: PatientCorrection,
): Promise<{ hospital: string; patientId: string; studyInstanceUid: string; count: number }> {
  const count = studies.reduce((sum, { instances }) => sum + instances, 0);
  if (request.kind !== 'studyAttributes') {
    const { patientId } = request.kind === 'patientMerge' ? request.from : request.patient;
    return { hospital, patientId, studyInstanceUid: '', count };
  }
  const { studyInstanceUid } = request;
  return {
    hospital,
    patientId: await patientOfStudy(index, hospital, studyInstanceUid),
    studyInstanceUid,
    count,
  };
}

function wanted(req: Request, res: Response, next: NextFunction): void {
  continueBody(req, res);
  next();
}

const noCorrection = (): HttpProblem =>
  problem('not-found', { detail: 'There is no such correction.', detailZh: '没有该更正记录。' });
const nothingToCorrect = (): HttpProblem =>
  problem('not-found', {
    detail: 'The hospital has no study of this patient, or no such study.',
    detailZh: '该医院没有此患者的检查，或没有该检查。',
  });

/** @throws HttpProblem 404 for what can be no id */
function idOf(text: unknown): number {
  const id = typeof text === 'string' && /^\d{1,15}$/.test(text) ? Number(text) : 0;
  if (id === 0) throw noCorrection();
  return id;
}

function bodyOf(
  { id, hospital, request, reasonCode, reasonText, author, at, undo: undone, studies }: PatientCorrection,
  failures: PatientCorrectionBody['failures'],
): PatientCorrectionBody {
  const sum = (of: 'instances' | 'corrected' | 'failed'): number =>
    studies.reduce((all, one) => all + one[of], 0);
  const [instances, corrected, failed] = [sum('instances'), sum('corrected'), sum('failed')];
  return {
    id,
    hospital,
    kind: request.kind,
    request,
    reason: reasonOf(reasonCode, reasonText),
    author: { kind: author.kind, name: author.name },
    at: at.toISOString(),
    undone:
      undone === null
        ? null
        : {
            reason: reasonOf(undone.reasonCode, undone.reasonText),
            author: { kind: undone.author.kind, name: undone.author.name },
            at: undone.at.toISOString(),
          },
    state: corrected + failed < instances ? 'working' : failed > 0 ? 'incomplete' : 'done',
    progress: { studies: studies.length, instances, corrected, failed },
    studies: studies.map((study) => ({ ...study })),
    failures,
  };
}

function reasonOf(code: string, text: string): PatientCorrectionBody['reason'] {
  const { zh, en } = reasonWords(code);
  return { code, label: { zh, en }, text };
}
