import type { AuditAction } from '@hutong/storage-config';
import type { Request, Response } from 'express';
import { auditAccess } from '../audit/audit.ts';
import { noteStudy } from '../auth/callerWatch.ts';
import type { ServerParts } from '../context.ts';

/** Whose data a row of the index is. */
export interface Owner {
  hospital_code: string;
  patient_id: string;
}

/** What is answered of a series. */
export interface Accessed extends Owner {
  /** Absent where a whole study is answered. */
  series_instance_uid?: string | undefined;
  /** Instances, frames or pictures; 1 when absent. */
  count?: number;
}

/**
 * Records, before the first byte, that what was found is answered: one event for each series and each hospital's copy,
 * with what it has of them added up.
 *
 * @throws HttpProblem 503 when the record cannot be written
 */
export async function auditFound(
  { audit }: Pick<ServerParts, 'audit'>,
  action: AuditAction,
  study: string,
  found: readonly Accessed[],
  req: Request,
  res: Response,
): Promise<void> {
  const [only] = found;
  if (only === undefined) return;
  for (const hospital of new Set(found.map((one) => one.hospital_code)))
    noteStudy(res, { hospital, studyInstanceUid: study });
  const each = found.length === 1 ? [only] : bySeries(found);
  const event = ({ hospital_code, patient_id, series_instance_uid = '', count = 1 }: Accessed) =>
    auditAccess({ audit }, req, res, {
      action,
      hospital: hospital_code,
      patientId: patient_id,
      studyInstanceUid: study,
      seriesInstanceUid: series_instance_uid,
      count,
    });
  if (each.length === 1) await event(each[0] ?? only);
  else await Promise.all(each.map(event));
}

function bySeries(found: readonly Accessed[]): Accessed[] {
  const added = new Map<string, Accessed>();
  for (const one of found) {
    const { hospital_code, patient_id, series_instance_uid = '', count = 1 } = one;
    const key = JSON.stringify([hospital_code, patient_id, series_instance_uid]);
    const known = added.get(key);
    if (known === undefined) added.set(key, { hospital_code, patient_id, series_instance_uid, count });
    else known.count = (known.count ?? 0) + count;
  }
  return [...added.values()];
}
