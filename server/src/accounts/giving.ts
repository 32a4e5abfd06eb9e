import type { RoleGrant } from '@hutong/storage-config';
import { rightsIn, rightsOf } from '../auth/rights.ts';
import { type Hospitals, hospitalsWith, type Rights } from '../context.ts';
import { HttpProblem } from '../problem.ts';

/** What somebody may give who sees to accounts. */
export interface Giver {
  /** Hospitals whose accounts it sees to. */
  hospitals: Hospitals;
  /** Rights that its roles are worth; where duties are separate, more than it holds: it appoints those who hold them. */
  worth: Rights;
}

/** Who sees to accounts appoints the doctors, who recognise, though it recognises nothing itself. */
export function giverOf(roles: readonly RoleGrant[]): Giver {
  const worth = rightsOf(roles);
  const { accounts } = worth;
  return {
    hospitals: hospitalsWith({ rights: worth }, 'accounts'),
    worth: accounts === undefined ? worth : { ...worth, ...rightsIn(['recognise'], accounts) },
  };
}

/** Whether rights are nowhere more than others. */
export function isWithin(rights: Rights, limit: Rights): boolean {
  return Object.entries(rights).every(([scope, hospitals]) => {
    const most = limit[scope as keyof Rights];
    if (most === undefined) return false;
    return most === null || (hospitals?.every((hospital) => most.includes(hospital)) ?? false);
  });
}

/** Whether an account is one that somebody sees to: all of its roles are in the hospitals of that one. */
export function seesTo({ hospitals }: Giver, roles: readonly RoleGrant[]): boolean {
  if (hospitals === null) return true;
  return roles.length > 0 && roles.every(({ hospital }) => hospital !== null && hospitals.includes(hospital));
}

/** Whether somebody may give these roles: in hospitals it sees to, and worth no more than its own. */
export const mayGive = (giver: Giver, roles: readonly RoleGrant[]): boolean =>
  (giver.hospitals === null || roles.length > 0) &&
  seesTo(giver, roles) &&
  isWithin(rightsOf(roles), giver.worth);

/** @throws HttpProblem 403 when the roles are not this one's to give */
export function checkMayGive(giver: Giver, roles: readonly RoleGrant[]): void {
  if (mayGive(giver, roles)) return;
  throw new HttpProblem(
    403,
    'more-than-own',
    'Roles can be given in hospitals that you administer alone, and no more than your own are worth.',
    '只能授予您所管理医院内的角色，且不得超出您自身的权限。',
  );
}

/** Where duties are separate nobody both administers and audits (GB/T 22239-2019 8.1.4.2). @throws HttpProblem 409 */
export function checkDuties(roles: readonly RoleGrant[], separateDuties: boolean): void {
  const has = (name: RoleGrant['role']) => roles.some(({ role }) => role === name);
  if (!separateDuties || !has('administrator') || !has('auditor')) return;
  throw new HttpProblem(
    409,
    'duties-separate',
    'Nobody is administrator and auditor at once in this installation. Give one of the roles to another account.',
    '本系统已启用三权分立：同一账号不能同时担任管理员和审计员，请使用另一账号。',
  );
}
