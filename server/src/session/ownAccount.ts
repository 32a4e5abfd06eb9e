import type { Response } from 'express';
import { type Caller, callerOf } from '../context.ts';
import { problem } from '../problem.ts';

/** The account of the caller. @throws HttpProblem 403 for whoever has none of its own, and for applications in its name */
export function accountOf(res: Response): NonNullable<Caller['account']> {
  const { account } = callerOf(res);
  if (account !== null && account.application === undefined) return account;
  throw problem('forbidden', {
    detail: 'Only a person signed in with an account of its own can do this.',
    detailZh: '仅使用个人账号登录的用户可执行此操作。',
  });
}
