import {
  CORRECTION_REASONS,
  endedByEvent,
  endedOfStudy,
  findVersion,
  type FormerVersion,
  type HistoryEvent,
  ObjectNotFound,
  patientOfStudy,
  readEvents,
  readVersions,
  reasonWords,
  recoverInstances,
  type StudyEvent,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { z } from 'zod';
import { requireScope } from '../auth/authenticate.ts';
import { auditAccess, auditEvent, queryOf, withoutPatients } from '../audit/audit.ts';
import { authorOf, callerOf, narrowed, type ServerParts } from '../context.ts';
import type {
  CorrectionEvent,
  CorrectionReasons,
  CorrectionsPage,
  RecoveryBody,
  VersionBody,
} from '../contract.ts';
import { queryParameters, uidOf } from '../dicomweb/path.ts';
import { keepOpen } from '../openWork.ts';
import { HttpProblem, problem } from '../problem.ts';
import { sendStream } from '../sendStream.ts';
import { correctionBody } from './body.ts';
import { correctedAgain } from './correctedAgain.ts';
import { idOf, listQuery } from './query.ts';
import { reasonOf } from './reason.ts';
import { correctableInView, isAmong, knownInView } from './view.ts';

/** Former versions listed with one event. */
export const MAX_VERSIONS = 500;

const recovery = z.object({ event: z.int().positive().optional() });

/**
 * Below `/api`: `GET /corrections` and `GET /studies/{uid}/history` say what was done, by whom, when and why;
 * `POST /studies/{uid}/recover` undoes it; `GET /studies/{uid}/versions/{id}` gives a former version back as a file.
 */
export function historyRoutes(parts: ServerParts): Router {
  const router = Router();
  const { index } = parts;
  router.get('/correction-reasons', (_req, res) => {
    withoutPatients(res);
    const reasons: CorrectionReasons = {
      reasons: Object.entries(CORRECTION_REASONS).map(([code, { en, zh, refusedAfterwards }]) => ({
        code,
        label: { zh, en },
        refusedAfterwards,
      })),
    };
    res.set('Cache-Control', 'private, no-cache').json(reasons);
  });
  router.get('/corrections', async (req, res) => {
    await sendEvents(parts, null, req, res);
  });
  router.get('/studies/:study/history', async (req, res) => {
    await sendEvents(parts, uidOf(req.params.study, 'StudyInstanceUID'), req, res);
  });
  router.post('/studies/:study/recover', requireScope('correct'), ...correctionBody, async (req, res) => {
    await keepOpen(res, recover(parts, req, res));
  });
  router.get('/studies/:study/versions/:version', requireScope('correct'), async (req, res) => {
    const study = uidOf(req.params['study'], 'StudyInstanceUID');
    const hospitals = correctableInView(callerOf(res), { hospital: null });
    const version = await findVersion(index, study, idOf(req.params['version']), hospitals);
    if (version === null) throw noVersion();
    await auditAccess(parts, req, res, {
      action: 'retrieve',
      hospital: version.hospital,
      studyInstanceUid: study,
      seriesInstanceUid: version.series,
      detail: { version: idOf(req.params['version']), sopInstanceUid: version.instance },
    });
    await sendVersion(parts, version, res);
  });
  return router;
}

async function sendEvents(
  { index, audit }: ServerParts,
  study: string | null,
  req: Request,
  res: Response,
): Promise<void> {
  const { values, limit, before } = listQuery(req);
  await auditAccess({ audit }, req, res, {
    action: 'search',
    studyInstanceUid: study ?? '',
    detail: { of: 'corrections', query: queryOf(req) },
  });
  const caller = callerOf(res);
  const view = narrowed(knownInView(caller, { hospital: null }), values('hospital'));
  const kinds = values('kind');
  const found = await readEvents(index, {
    study,
    hospitals: view.hospitals,
    studies: view.granted,
    kinds: kinds.length === 0 ? null : kinds,
    before,
    limit: limit + 1,
  });
  const page = found.slice(0, limit);
  const versions = await readVersions(
    index,
    page.map(({ id }) => id),
    MAX_VERSIONS,
  );
  const correctable = correctableInView(caller, { hospital: null });
  const byEvent = Map.groupBy(versions, (version) => version.eventId);
  const body: CorrectionsPage = {
    events: page.map((event) =>
      eventBody(event, byEvent.get(event.id) ?? [], isAmong(correctable, event.hospital)),
    ),
    next: found.length > limit ? (page.at(-1)?.id ?? null) : null,
  };
  res.set('Cache-Control', 'private, no-cache').json(body);
}

function eventBody(event: HistoryEvent, versions: FormerVersion[], mayCorrect: boolean): CorrectionEvent {
  const { zh, en } = reasonWords(event.reasonCode);
  return {
    id: event.id,
    kind: event.kind,
    hospital: event.hospital,
    studyInstanceUid: event.study,
    seriesInstanceUid: event.series,
    sopInstanceUid: event.instance,
    reason: { code: event.reasonCode, label: { zh, en }, text: event.reasonText },
    // The id of a key is of use to who may look after keys; its label says who it is.
    author: { kind: event.authorKind, name: event.authorName === '' ? event.authorId : event.authorName },
    at: event.at.toISOString(),
    instances: event.instances,
    rejectionNote: typeof event.details['note'] === 'string' ? event.details['note'] : null,
    patientCorrection:
      typeof event.details['patientCorrection'] === 'number' ? event.details['patientCorrection'] : null,
    undo: event.details['undo'] === true,
    attributes: Array.isArray(event.details['attributes'])
      ? event.details['attributes'].filter((keyword) => typeof keyword === 'string')
      : [],
    recoverable: event.recoverable && mayCorrect,
    versions: versions.map((version) => versionBody(version, mayCorrect)),
  };
}

const versionBody = (version: FormerVersion, mayCorrect: boolean): VersionBody => ({
  id: version.id,
  studyInstanceUid: version.study,
  seriesInstanceUid: version.series,
  sopInstanceUid: version.instance,
  why: version.why,
  size: version.size,
  storedAt: version.storedAt.toISOString(),
  recovered: version.recoveredEventId !== null,
  removedAt: version.removedAt?.toISOString() ?? null,
  retrievable: mayCorrect && version.removedAt === null,
});

/** Recovers what one event ended, or all that was deleted or rejected of a study. */
async function recover(
  { index, objects, config, audit }: ServerParts,
  req: Request,
  res: Response,
): Promise<void> {
  const study = uidOf(req.params['study'], 'StudyInstanceUID');
  const body = recovery.safeParse(req.body);
  if (!body.success) {
    throw problem('bad-request', {
      detail: 'event must be the id of an event of this study; without it all is recovered.',
      detailZh: 'event 应为该检查某次处理的编号；不填则恢复全部。',
    });
  }
  const reason = reasonOf(req);
  const caller = callerOf(res);
  const { event } = body.data;
  const hospital = new Map(queryParameters(req.originalUrl)).get('hospital') ?? null;
  const hospitals = correctableInView(caller, { hospital });
  const known = await readEvents(index, { study, hospitals, kinds: null, before: null, limit: 1 });
  const ofStudy =
    event === undefined
      ? known.length > 0
      : (await readEvents(index, { study, hospitals, kinds: null, before: event + 1, limit: 1 })).some(
          ({ id }) => id === event,
        );
  if (!ofStudy) throw noVersion();
  const events = await recoverInstances(
    index,
    { author: authorOf(caller), objects, quietSeconds: config.quietSeconds },
    study,
    event === undefined ? endedOfStudy(study) : endedByEvent(event),
    hospitals,
    reason,
  ).catch((error: unknown) => {
    throw correctedAgain(error);
  });
  if (event !== undefined && events.length === 0) throw nothingToRecover();
  // Each hospital's own auditors find what was done with its copy; where nothing was left, that somebody asked.
  const asked = events.length > 0 ? events : known.map((one) => ({ hospital: one.hospital, instances: 0 }));
  for (const { hospital: code, instances } of asked) {
    await auditEvent({ audit }, req, res, {
      action: 'recover',
      hospital: code,
      patientId: await patientOfStudy(index, code, study),
      studyInstanceUid: study,
      count: instances,
      detail: { ...(event !== undefined && { event }), reason: reason.code },
    });
  }
  const recovered: RecoveryBody = { events: events.map(({ id }: StudyEvent) => id) };
  res.set('Cache-Control', 'no-store').json(recovered);
}

async function sendVersion(
  { objects }: ServerParts,
  version: { objectKey: string; size: number; sha256: string; instance: string },
  res: Response,
): Promise<void> {
  let source;
  try {
    source = await objects.get(version.objectKey);
  } catch (error) {
    throw error instanceof ObjectNotFound ? noVersion() : error;
  }
  res.set({
    'Cache-Control': 'no-store',
    'Content-Type': 'application/dicom',
    'Content-Length': String(version.size),
    'Content-Disposition': `attachment; filename="${version.instance}.dcm"`,
    ETag: `"${version.sha256}"`,
  });
  await sendStream(res, source);
}

function nothingToRecover(): HttpProblem {
  return new HttpProblem(
    409,
    'nothing-to-recover',
    'Nothing of this event can come back: it was recovered, replaced by another version or removed for good.',
    '此次处理已无可恢复的内容：已恢复、已被其他版本取代或已被彻底清除。',
  );
}

function noVersion(): HttpProblem {
  return problem('not-found', {
    detail: 'There is no such version, or it was removed for good.',
    detailZh: '没有该历史版本，或已被彻底清除。',
  });
}
