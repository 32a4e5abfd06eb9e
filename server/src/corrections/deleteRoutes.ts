import {
  type CorrectionPath,
  deleteInstances,
  hospitalsOfPath,
  patientOfStudy,
  type StudyEvent,
} from '@hutong/storage-config';
import { type Request, type Response, Router } from 'express';
import { auditEvent } from '../audit/audit.ts';
import { authorOf, callerOf, rootOf, type ServerParts, viewOf } from '../context.ts';
import { findHiddenOf } from '../dicomweb/copies.ts';
import { uidOf } from '../dicomweb/path.ts';
import { setWarnings } from '../dicomweb/warning.ts';
import { keepOpen } from '../openWork.ts';
import { problem } from '../problem.ts';
import { addLogFields } from '../requestLog.ts';
import { correctionBody } from './body.ts';
import { reasonOf } from './reason.ts';
import { correctableInView, isAmong, knownInView } from './view.ts';

const PATHS = [
  '/studies/:study',
  '/studies/:study/series/:series',
  '/studies/:study/series/:series/instances/:instance',
];

/**
 * `DELETE` of a study, series or instance, below a DICOMweb root, with a reason. 204, also when it was deleted before; what
 * was deleted can be recovered until the retention time is over. Below the root of the region the copies go that the
 * caller may correct and that are shown there: one of another patient is deleted below its hospital's root. When the caller
 * may only read those there are, 403.
 */
export function deleteRoutes(parts: ServerParts): Router {
  const router = Router();
  router.delete(PATHS, ...correctionBody, async (req, res) => {
    await keepOpen(res, deletePath(parts, req, res));
  });
  return router;
}

function pathOf(req: Request): CorrectionPath {
  const { study, series, instance } = req.params as Record<string, string | undefined>;
  return {
    study: uidOf(study, 'StudyInstanceUID'),
    series: series === undefined ? null : uidOf(series, 'SeriesInstanceUID'),
    instance: instance === undefined ? null : uidOf(instance, 'SOPInstanceUID'),
  };
}

async function deletePath(
  { index, objects, config, audit }: ServerParts,
  req: Request,
  res: Response,
): Promise<void> {
  const path = pathOf(req);
  const reason = reasonOf(req);
  const caller = callerOf(res);
  const correctable = correctableInView(caller, rootOf(res));
  const known = knownInView(caller, rootOf(res));
  const found = await hospitalsOfPath(index, path, known.hospitals, known.granted);
  const hidden = await findHiddenOf(index, path.study, viewOf(caller, rootOf(res)));
  const own = found.filter(
    ({ hospital }) => isAmong(correctable, hospital) && !hidden.some((copy) => copy.hospital === hospital),
  );
  if (own.length === 0) {
    if (!found.some(({ current }) => current)) throw absent();
    throw problem('forbidden', {
      detail: 'This credential may read the study, but not correct or delete it.',
      detailZh: '当前凭证可以读取该检查，但无权更正或删除。',
    });
  }
  const targets = [...new Set(own.map(({ hospital }) => hospital))];
  const events = await deleteInstances(
    index,
    { author: authorOf(caller), objects, quietSeconds: config.quietSeconds },
    path,
    targets,
    reason,
  );
  for (const hospital of targets) {
    const ofHospital = events.filter((event) => event.hospital === hospital);
    await auditEvent({ audit }, req, res, {
      action: 'delete',
      hospital,
      patientId: await patientOfStudy(index, hospital, path.study),
      studyInstanceUid: path.study,
      seriesInstanceUid: path.series ?? '',
      count: ofHospital.reduce((sum, { instances }) => sum + instances, 0),
      detail: {
        ...(path.instance !== null && { sopInstanceUid: path.instance }),
        reason: reason.code,
        ...keptUntilOf(ofHospital),
      },
    });
  }
  const { keptUntil } = keptUntilOf(events);
  if (keptUntil !== undefined)
    setWarnings(res, [`Deleted before the end of its retention period (${keptUntil})`]);
  addLogFields(res, { deletedCopies: events.length, events: events.map(({ id }) => id).join(',') });
  res.set('Cache-Control', 'no-store').status(204).end();
}

/** What is hidden from the caller and what does not exist are the same answer. */
export function absent() {
  return problem('not-found', {
    detail: 'There is no such study, series or instance under this address.',
    detailZh: '此地址下没有该检查、序列或实例。',
  });
}

/** The last day that the law has a deleted study kept, where a policy has that said. */
function keptUntilOf(events: readonly StudyEvent[]): { keptUntil?: string } {
  const days = events.flatMap(({ details }) =>
    typeof details['keptUntil'] === 'string' ? [details['keptUntil']] : [],
  );
  const last = days.sort().at(-1);
  return last === undefined ? {} : { keptUntil: last };
}
