import type { RequestHandler } from 'express';
import { requireScope } from '../auth/authenticate.ts';
import { callerOf, hospitalsWith, type ServerParts } from '../context.ts';
import { type HttpProblem, problem } from '../problem.ts';

export type CatalogueParts = Pick<ServerParts, 'index' | 'config' | 'audit'>;

/** Only who administers the region decides what judges its studies; the administrator of one hospital does not. */
export const regionAdministrator: RequestHandler[] = [
  requireScope('admin'),
  (_req, res, next) => {
    if (hospitalsWith(callerOf(res), 'admin') !== null)
      throw problem('forbidden', {
        detail: 'Only an administrator of the region may do this.',
        detailZh: '仅区域管理员可执行此操作。',
      });
    next();
  },
];

export const noCatalogue = (): HttpProblem =>
  problem('not-found', {
    detail: 'There is no such version of a list.',
    detailZh: '没有该版本的互认清单。',
  });
