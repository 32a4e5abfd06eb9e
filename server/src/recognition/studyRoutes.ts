import { decisionsOnStudy, labelledItems } from '@hutong/storage-config';
import { Router } from 'express';
import { auditAccess } from '../audit/audit.ts';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, hospitalsWith } from '../context.ts';
import type { StudyRecognitionBody } from '../contract/recognition.ts';
import { findStudy } from '../dicomweb/findStudy.ts';
import { decisionBody, readNames, readOfferedReasons } from './bodies.ts';
import { decidingHospitals, type RecognitionParts } from './decisionRoutes.ts';

/**
 * Below `/api`: `GET /recognition/studies/{study}?hospital=`, what the viewer needs to have a study recognised: items with
 * labels, reasons, and what the caller's hospitals decided. What may not be read is absent.
 */
export function studyRoutes(parts: RecognitionParts): Router {
  const { index } = parts;
  const router = Router();
  router.get('/recognition/studies/:study', requireScope('recognise'), async (req, res) => {
    const study = await findStudy(index, req, res);
    const caller = callerOf(res);
    const { hospital, studyInstanceUid, patientId } = study;
    const names = await readNames(index, parts.catalogues);
    const items = await labelledItems(index, study);
    const own = hospitalsWith(caller, 'recognise');
    const decisions = await decisionsOnStudy(index, study, own);
    await auditAccess(parts, req, res, { action: 'metadata', hospital, studyInstanceUid, patientId });
    const answer: StudyRecognitionBody = {
      issuing: names.hospital(hospital),
      hospitals: (decidingHospitals(caller) ?? [])
        .filter((code) => code !== hospital && (own?.includes(code) ?? true))
        .map(names.hospital),
      items: items.map(({ code, labels }) => ({ code, name: names.itemName(code, hospital), labels })),
      reasons: await readOfferedReasons(index),
      decisions: decisions
        .filter(({ kind }) => kind !== 'withdrawn')
        .map((one) => decisionBody(caller, one, names)),
    };
    res.set('Cache-Control', 'no-store').json(answer);
  });
  return router;
}
