import { findHospital } from '@hutong/storage-config';
import type { Response } from 'express';
import type { Pool } from 'pg';
import { callerOf, hospitalsWith, may } from '../context.ts';
import { HttpProblem, problem } from '../problem.ts';

/**
 * The hospital that messages are of: that of the credential. A message may name it; where the credential is of several
 * hospitals it has to.
 *
 * @throws HttpProblem 404 for a hospital that is absent or not the credential's, 400 where none is told
 */
export async function intakeHospital(index: Pool, res: Response, named: string | undefined): Promise<string> {
  const caller = callerOf(res);
  const own = hospitalsWith(caller, 'orders');
  const code = named ?? caller.storesFor ?? (own?.length === 1 ? own[0] : undefined);
  if (code === undefined)
    throw new HttpProblem(
      400,
      'hospital-needed',
      'This credential is of several hospitals: name the one that the message is of (hospital).',
      '该凭证对应多家医院，请用 hospital 指明消息所属医院。',
    );
  const known = may(caller, 'orders', code) ? await findHospital(index, code) : null;
  if (known === null)
    throw problem('not-found', { detail: 'There is no such hospital.', detailZh: '没有该医院。' });
  return known.code;
}
