import type { Role, RoleGrant } from '@hutong/storage-config';
import type { Hospitals, Rights, Scope } from '../context.ts';

/** What each role may do, in the hospital it was given for or in the whole region. */
export const RIGHTS_OF_ROLE: Readonly<Record<Role, readonly Scope[]>> = {
  administrator: [
    'read',
    'correct',
    'review',
    'share',
    'export',
    'admin',
    'keys',
    'accounts',
    'audit',
    'metrics',
    'registry',
    'persons',
    'figures',
  ],
  qualityControl: ['read', 'review', 'registry', 'persons', 'figures'],
  radiologist: ['read', 'share', 'recognise'],
  clinician: ['read', 'share', 'recognise'],
  hospitalIt: ['keys', 'metrics'],
  auditor: ['audit'],
  healthCommission: ['registry', 'figures'],
};

/** What who administers does not hold beside that where duties are separate (三权分立): patients and the audit trail. */
const NOT_OF_ADMINISTRATORS: ReadonlySet<Scope> = new Set([
  'read',
  'correct',
  'review',
  'share',
  'export',
  'audit',
  'recognise',
  'persons',
]);

/**
 * The rights that several roles give together: each right where one of the roles gives it.
 *
 * @param separateDuties whoever administers anything neither reads patients nor audits anywhere
 */
export function rightsOf(roles: readonly RoleGrant[], separateDuties = false): Rights {
  const administers = separateDuties && roles.some(({ role }) => role === 'administrator');
  const rights: Partial<Record<Scope, Hospitals>> = {};
  for (const { role, hospital } of roles)
    for (const scope of RIGHTS_OF_ROLE[role]) {
      if (administers && NOT_OF_ADMINISTRATORS.has(scope)) continue;
      const held = rights[scope];
      rights[scope] = hospital === null || held === null ? null : [...new Set([...(held ?? []), hospital])];
    }
  return rights;
}

/** The same rights in the same hospitals. */
export const rightsIn = (scopes: readonly Scope[], hospitals: Hospitals): Rights =>
  Object.fromEntries(scopes.map((scope) => [scope, hospitals]));
