import type { Request, Response } from 'express';
import type { Pool } from 'pg';
import { callerOf, viewOf } from '../context.ts';
import { queryParameters, uidOf } from './path.ts';
import { inView, Parameters, runStatement } from './statement.ts';
import { problem } from '../problem.ts';

/** The copy of a study that a request means. */
export interface FoundStudy {
  studyId: number;
  studyInstanceUid: string;
  hospital: string;
  patientId: string;
}

/**
 * The study of the path: the copy of the hospital that the query names, else the one that was stored first among the
 * hospitals in view.
 *
 * @throws HttpProblem 404 for what is absent or hidden
 */
export async function findStudy(index: Pool, req: Request, res: Response): Promise<FoundStudy> {
  const studyInstanceUid = uidOf(req.params['study'], 'StudyInstanceUID');
  const hospital = new Map(queryParameters(req.originalUrl)).get('hospital') ?? null;
  const parameters = new Parameters();
  const text = `SELECT s.study_id, s.hospital_code, s.patient_id FROM study s
 WHERE s.study_instance_uid = ${parameters.add(studyInstanceUid, 'text')}
   AND ${inView('s', viewOf(callerOf(res), { hospital }), parameters)}
 ORDER BY s.study_id LIMIT 1`;
  const [row] = await runStatement<{ study_id: number; hospital_code: string; patient_id: string }>(
    index,
    text,
    parameters.values,
  );
  if (row === undefined)
    throw problem('not-found', { detail: 'There is no such study.', detailZh: '没有该检查。' });
  const { study_id: studyId, hospital_code: code, patient_id: patientId } = row;
  return { studyId, studyInstanceUid, hospital: code, patientId };
}
