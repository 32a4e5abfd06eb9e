import { findHospital, type Hospital } from '@hutong/storage-config';
import type { Response } from 'express';
import type { Pool } from 'pg';
import { callerOf, hospitalsInView, may } from '../context.ts';
import { HttpProblem, problem } from '../problem.ts';

/** Hospitals a list is of: those that were asked for, as far as they are in view; null for all. */
export function askedHospitals(res: Response, asked: readonly string[]): readonly string[] | null {
  const inView = hospitalsInView(callerOf(res), { hospital: null });
  if (asked.length === 0) return inView;
  return asked.filter((code) => inView === null || inView.includes(code));
}

/** @throws HttpProblem 404 for a hospital that is absent or out of view */
export async function hospitalInView(index: Pool, res: Response, code: string): Promise<Hospital> {
  const inView = hospitalsInView(callerOf(res), { hospital: code });
  const found = inView?.length === 0 || code.includes('\0') ? null : await findHospital(index, code);
  if (found === null)
    throw problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
  return found;
}

/** @throws HttpProblem 404 for a hospital out of view, 403 for one whose exams the caller may only read */
export async function mappableHospital(index: Pool, res: Response, code: string): Promise<Hospital> {
  const hospital = await hospitalInView(index, res, code);
  if (may(callerOf(res), 'review', hospital.code)) return hospital;
  throw notMappable();
}

export function notMappable(): HttpProblem {
  return problem('forbidden', {
    detail: 'This credential may read the exam table of the hospital, but not change it.',
    detailZh: '当前凭证可以查看该医院的检查项目对照表，但无权修改。',
  });
}

/** The one hospital that a query names. @throws HttpProblem 400 */
export function oneHospital(hospitals: readonly string[]): string {
  const [code] = hospitals;
  if (hospitals.length === 1 && code !== undefined) return code;
  throw new HttpProblem(
    400,
    'bad-query-parameter',
    'The query parameter hospital must name one hospital.',
    '查询参数 hospital 应为一家医院的代码。',
  );
}
