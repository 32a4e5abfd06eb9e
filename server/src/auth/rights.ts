import type { Role, RoleGrant } from '@hutong/storage-config';
import type { Hospitals, Rights, Scope } from '../context.ts';

/** What each role may do, in the hospital it was given for or in the whole region. */
export const RIGHTS_OF_ROLE: Readonly<Record<Role, readonly Scope[]>> = {
  administrator: ['read', 'correct', 'review', 'share', 'export', 'admin', 'keys', 'accounts', 'audit'],
  qualityControl: ['read', 'review'],
  radiologist: ['read', 'share'],
  clinician: ['read', 'share'],
  hospitalIt: ['keys', 'metrics'],
  auditor: ['audit'],
};

/** The rights that several roles give together: each right where one of the roles gives it. */
export function rightsOf(roles: readonly RoleGrant[]): Rights {
  const rights: Partial<Record<Scope, Hospitals>> = {};
  for (const { role, hospital } of roles)
    for (const scope of RIGHTS_OF_ROLE[role]) {
      const held = rights[scope];
      rights[scope] = hospital === null || held === null ? null : [...new Set([...(held ?? []), hospital])];
    }
  return rights;
}

/** The same rights in the same hospitals. */
export const rightsIn = (scopes: readonly Scope[], hospitals: Hospitals): Rights =>
  Object.fromEntries(scopes.map((scope) => [scope, hospitals]));
