import {
  type Account,
  AccountChanged,
  type Administering,
  type HutongConfig,
  LastAdministrator,
  type RoleGrant,
  UsernameRefused,
} from '@hutong/storage-config';
import type { NextFunction, Request, Response } from 'express';
import { rightsOf } from '../auth/rights.ts';
import { authorOf, callerOf } from '../context.ts';
import { HttpProblem, problem } from '../problem.ts';
import { checkMayGive, type Giver, giverOf, isWithin, seesTo } from './giving.ts';

/** Who signed in by a link of the operator's command. */
const OPERATOR: readonly RoleGrant[] = [{ role: 'administrator', hospital: null }];

/** What is to be done with an account. */
export interface Wish {
  /** Roles it is to have; absent: as they are. */
  roles?: readonly RoleGrant[];
  /** What nobody does to the own account: lock oneself out, or lift what protects a session that was left open. */
  notToOneself?: boolean;
  /** Whoever does it could sign in as the other. */
  opens?: boolean;
}

export const noAccount = (): HttpProblem =>
  problem('not-found', { detail: 'There is no such account.', detailZh: '没有该用户。' });

/**
 * Lets through who signed in: rights of people are given by people, never by programs, nor by applications that act in
 * somebody's name.
 */
export function peopleAlone(_req: Request, res: Response, next: NextFunction): void {
  const { kind, account } = callerOf(res);
  if (kind === 'person' && account?.application === undefined) {
    next();
    return;
  }
  throw problem('forbidden', {
    detail: 'Accounts are administered by people who signed in, not by programs.',
    detailZh: '仅登录用户本人可管理账号，程序与应用不可代为操作。',
  });
}

/** What somebody may give, by the roles it holds. */
export const giverFor = (res: Response): Giver => giverOf(callerOf(res).account?.roles ?? OPERATOR);

/**
 * Who changes an account, with what decides whether that one may: asked in the transaction of the change, by the roles
 * that are held then.
 */
export function administering(
  res: Response,
  { separateDuties }: Pick<HutongConfig, 'separateDuties'>,
  wish: Wish = {},
): Administering {
  const caller = callerOf(res);
  const id = caller.account?.id ?? null;
  return {
    author: authorOf(caller),
    accountId: id,
    allow: (target, own) => {
      if (id !== null && (own === null || own.disabled)) throw problem('forbidden');
      const giver = giverOf(own?.roles ?? OPERATOR);
      if (target !== null && !seesTo(giver, target.roles)) throw noAccount();
      if (wish.roles !== undefined) checkMayGive(giver, wish.roles);
      if (separateDuties && id !== null) checkAuditors(target?.roles ?? [], wish);
      if (target !== null && target.id === id) checkOwn(target, separateDuties, wish);
    },
  };
}

/**
 * Where duties are separate, auditors are appointed, and let in again, at the operator's command line: an administrator who
 * could do so would audit by an account of its own making. @throws HttpProblem 403
 */
function checkAuditors(before: readonly RoleGrant[], { roles, opens = false }: Wish): void {
  const audits = (given: readonly RoleGrant[]): string =>
    JSON.stringify(
      given.flatMap(({ role, hospital }) => (role === 'auditor' ? [hospital ?? ''] : [])).toSorted(),
    );
  const appoints = roles !== undefined && audits(roles) !== audits(before);
  const isAuditor = before.some(({ role }) => role === 'auditor');
  if (!appoints && !(opens && isAuditor)) return;
  throw new HttpProblem(
    403,
    'duties-separate',
    'Duties are separate in this installation: who audits is appointed, and given a password, at the operator’s command line (hutong account).',
    '本系统已启用三权分立：审计员的任免及密码、第二因子重置须由运维人员通过命令行（hutong account）办理。',
  );
}

/** Nobody lifts the own rights. @throws HttpProblem 403 */
function checkOwn(account: Account, separateDuties: boolean, { roles, notToOneself = false }: Wish): void {
  const lifts =
    roles !== undefined &&
    !isWithin(rightsOf(roles, separateDuties), rightsOf(account.roles, separateDuties));
  if (!lifts && !notToOneself) return;
  throw new HttpProblem(
    403,
    'own-account',
    'Nobody does this to the own account; ask another administrator.',
    '不能对自己的账号执行此操作，请由其他管理员处理。',
  );
}

/** Roles of an account of a provider of identity are what the provider says. @throws HttpProblem 409 */
export function checkOwnsPassword({ provider }: Pick<Account, 'provider'>): void {
  if (provider === null) return;
  throw new HttpProblem(
    409,
    'provider-account',
    `The provider of identity "${provider}" says who this is and which roles it has; change it there.`,
    `该用户由身份提供方“${provider}”管理，请在该处修改。`,
  );
}

/** What storage refuses, as problems. */
export function refusalOf(error: unknown): unknown {
  if (error instanceof LastAdministrator)
    return new HttpProblem(
      409,
      'last-administrator',
      'The region would be left without an administrator. Make another one first.',
      '全区域将没有管理员，请先设置另一位区域管理员。',
    );
  if (error instanceof AccountChanged)
    return new HttpProblem(
      409,
      'changed-meanwhile',
      'Somebody else changed the account in the meantime. Read it again.',
      '该用户已被他人修改，请刷新后重试。',
    );
  if (error instanceof UsernameRefused)
    return error.why === 'taken'
      ? new HttpProblem(
          409,
          'username-taken',
          'The user name is taken. Choose another one.',
          '该用户名已被使用，请换一个。',
        )
      : new HttpProblem(
          400,
          'bad-username',
          'A user name has 2 to 64 small letters, digits, dots, hyphens, underscores or @.',
          '用户名为 2～64 个小写字母、数字或 . - _ @。',
        );
  return error;
}
