import type { Request, Response } from 'express';
import type { Pool } from 'pg';
import { callerOf, hospitalsInView } from '../context.ts';
import { queryParameters, uidOf } from '../dicomweb/path.ts';
import { runStatement } from '../dicomweb/statement.ts';
import { problem } from '../problem.ts';

/** The copy of a study that a request means. */
export interface FoundStudy {
  studyId: number;
  studyInstanceUid: string;
  hospital: string;
  patientId: string;
}

const FIND = `SELECT study_id, hospital_code, patient_id FROM study
 WHERE study_instance_uid = $1 AND ($2::text[] IS NULL OR hospital_code = ANY ($2::text[]))
 ORDER BY study_id LIMIT 1`;

/**
 * The study of the path: the copy of the hospital that the query names, else the one that was stored first among the
 * hospitals in view.
 *
 * @throws HttpProblem 404 for what is absent or hidden
 */
export async function findStudy(index: Pool, req: Request, res: Response): Promise<FoundStudy> {
  const studyInstanceUid = uidOf(req.params['study'], 'StudyInstanceUID');
  const hospital = new Map(queryParameters(req.originalUrl)).get('hospital') ?? null;
  const inView = hospitalsInView(callerOf(res), { hospital });
  const [row] = await runStatement<{ study_id: number; hospital_code: string; patient_id: string }>(
    index,
    FIND,
    [studyInstanceUid, inView],
  );
  if (row === undefined)
    throw problem('not-found', { detail: 'There is no such study.', detailZh: '没有该检查。' });
  const { study_id: studyId, hospital_code: code, patient_id: patientId } = row;
  return { studyId, studyInstanceUid, hospital: code, patientId };
}
