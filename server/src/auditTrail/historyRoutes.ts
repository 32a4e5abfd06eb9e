import {
  beginVerification,
  destinationStates,
  findHospital,
  listHospitals,
  patientHistory,
  readVerifications,
  runVerification,
} from '@hutong/storage-config';
import { type Response, Router } from 'express';
import { auditEvent, withoutPatients } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, hospitalsWith, may, type ServerParts } from '../context.ts';
import type { AuditStatus, AuditVerificationBody, PatientHistoryBody } from '../contract/audit.ts';
import { loggableError, problem } from '../problem.ts';
import { smallJson } from '../requestBody.ts';
import { historyQuery } from './auditQuery.ts';
import { destinationBodies, historyEntry, verificationBody } from './bodies.ts';

const BODY_LIMIT = 4096;

/**
 * Below `/api`, for auditors: `POST /audit/patient-history`, what a patient may be told of who looked; `GET /audit/status`,
 * how far the trail's export is and what its last verification found; `POST /audit/verification` begins one.
 */
export function auditHistoryRoutes(
  parts: Pick<ServerParts, 'index' | 'objects' | 'config' | 'audit' | 'log'>,
): Router {
  const { index, objects, config, log } = parts;
  const router = Router();
  const audit = requireScope('audit');

  router.post('/audit/patient-history', audit, ...smallJson(BODY_LIMIT), async (req, res) => {
    const { hospital, patientId, ...period } = historyQuery(req.body);
    const found = may(callerOf(res), 'audit', hospital) ? await findHospital(index, hospital) : null;
    if (found === null) throw problem('not-found', NO_HOSPITAL);
    await auditEvent(parts, req, res, {
      action: 'auditRead',
      hospital,
      patientId,
      detail: { of: 'patient history', ...period },
    });
    const { entries, studies, cut } = await patientHistory(index, { hospital, patientId }, period);
    const body: PatientHistoryBody = {
      hospital: { code: hospital, name: { zh: found.nameZh, en: found.nameEn } },
      patientId,
      entries: entries.map(historyEntry),
      studies,
      cut,
    };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.get('/audit/status', audit, async (_req, res) => {
    withoutPatients(res);
    const inView = hospitalsWith(callerOf(res), 'audit');
    const [hospitals, verifications, destinations] = await Promise.all([
      listHospitals(index),
      readVerifications(index),
      inView === null ? destinationStates(index, config.auditExport.destinations) : [],
    ]);
    const body: AuditStatus = {
      hospitals: hospitals
        .filter(({ code }) => inView?.includes(code) ?? true)
        .map(({ code, nameZh, nameEn }) => ({ code, name: { zh: nameZh, en: nameEn } })),
      wholeRegion: inView === null,
      destinations: inView === null ? destinationBodies(config.auditExport.destinations, destinations) : null,
      verification: {
        newest: verificationBody(verifications.newest),
        finished: verificationBody(verifications.finished),
      },
    };
    res.set('Cache-Control', 'no-store').json(body);
  });

  router.post('/audit/verification', audit, async (req, res) => {
    const caller = callerOf(res);
    if (hospitalsWith(caller, 'audit') !== null) throw problem('forbidden', WHOLE_TRAIL);
    await auditEvent(parts, req, res, { action: 'auditRead', detail: { of: 'verification' } });
    const id = await beginVerification(index, caller.displayName === '' ? caller.id : caller.displayName);
    // Goes on behind the answer; how far it is stands in the status. One that is at work already goes on.
    if (id !== null)
      void runVerification(index, objects, id).catch((error: unknown) => {
        log.error({ error: loggableError(error) }, 'the audit trail could not be verified');
      });
    await answerNewest(res);
  });

  async function answerNewest(res: Response): Promise<void> {
    const { newest } = await readVerifications(index);
    const body = verificationBody(newest);
    if (body === null) throw new Error('a verification that was begun is not there');
    res
      .status(202)
      .set('Cache-Control', 'no-store')
      .json(body satisfies AuditVerificationBody);
  }
  return router;
}

const NO_HOSPITAL = {
  detail: 'There is no such hospital whose trail you read.',
  detailZh: '没有该医院，或您无权查看其审计记录。',
};
const WHOLE_TRAIL = {
  detail: 'The chain is the whole region’s: only its auditors verify it.',
  detailZh: '审计链属于全区域，仅区域审计员可校验。',
};
