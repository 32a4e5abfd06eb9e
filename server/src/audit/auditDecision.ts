import type { AuditWriter, RecognitionDecision } from '@hutong/storage-config';
import type { Request, Response } from 'express';
import { auditEvent } from './audit.ts';

/**
 * Has a decision on record at both hospitals: at the deciding one with its patient, at the issuing one as what was done with
 * its study, without the other's patient. To be awaited before the answer.
 */
export async function auditDecision(
  parts: { audit: AuditWriter },
  { req, res }: { req: Request; res: Response },
  { id, kind, reasonCode, hospital, patientId, issuingHospital, studyInstanceUid }: RecognitionDecision,
  more: Readonly<Record<string, unknown>>,
): Promise<void> {
  const detail = { decision: id, what: 'recorded', kind, reasonCode, viewing: hospital, ...more };
  await auditEvent(parts, req, res, { action: 'recognise', hospital, patientId, detail });
  await auditEvent(parts, req, res, {
    action: 'recognise',
    hospital: issuingHospital,
    studyInstanceUid,
    detail,
  });
}
