import type { AccountAccess, Purpose, Role, RoleGrant } from '@hutong/storage-config';
import type { Caller, CallerAccess, Rights } from '../context.ts';
import { problem } from '../problem.ts';
import { RIGHTS_OF_ROLE, rightsOf } from './rights.ts';

/** What patients are read for in each role. */
export const PURPOSES_OF_ROLE: Readonly<Record<Role, readonly Purpose[]>> = {
  administrator: ['HOPERAT'],
  qualityControl: ['HQUALIMP'],
  radiologist: ['TREAT', 'BTG'],
  clinician: ['TREAT', 'BTG'],
  hospitalIt: ['HOPERAT'],
  auditor: ['HOPERAT'],
  healthCommission: ['HOPERAT'],
};

/** Header by which a program says what it reads for. */
export const PURPOSE_HEADER = 'purpose-of-use';

/** Treatment goes before what else a person does. */
const ORDER: readonly Purpose[] = ['TREAT', 'BTG', 'HQUALIMP', 'HOPERAT'];

/** What a person may act for, what comes by itself first. */
export function purposesOf(roles: readonly RoleGrant[]): Purpose[] {
  const allowed = new Set(roles.flatMap(({ role }) => PURPOSES_OF_ROLE[role]));
  return ORDER.filter((purpose) => allowed.has(purpose));
}

/** The purpose of a person: the one that was chosen, while the roles allow it. */
export function actingFor(roles: readonly RoleGrant[], chosen: string | null): Purpose {
  const allowed = purposesOf(roles);
  return allowed.find((purpose) => purpose === chosen) ?? allowed[0] ?? 'HOPERAT';
}

/** Rights of roles under a purpose: patients are read by the roles that the purpose belongs to, and by no others. */
export function rightsUnder(roles: readonly RoleGrant[], purpose: Purpose, separateDuties: boolean): Rights {
  const { read, ...rights } = rightsOf(roles, separateDuties);
  if (read === undefined) return rights;
  const reading = rightsOf(roles.filter(({ role }) => PURPOSES_OF_ROLE[role].includes(purpose))).read;
  return reading === undefined ? rights : { ...rights, read: reading };
}

/** In an emergency people act as they do when they treat. */
export const treating = (purpose: Purpose): Purpose => (purpose === 'BTG' ? 'TREAT' : purpose);

/** Whether patients are read in a role, and for that purpose: auditors and hospital IT have a purpose, and read nobody. */
const readsFor = (role: Role, purpose: Purpose): boolean =>
  RIGHTS_OF_ROLE[role].includes('read') && PURPOSES_OF_ROLE[role].includes(purpose);

/**
 * Hospitals in which roles are held that read patients for a purpose, and for which studies elsewhere may be open; a role
 * in the whole region is in none of its own.
 */
export const actsIn = (roles: readonly RoleGrant[], purpose: Purpose): string[] => [
  ...new Set(
    roles.flatMap(({ role, hospital }) =>
      hospital !== null && readsFor(role, treating(purpose)) ? [hospital] : [],
    ),
  ),
];

/** What is open to an account beyond its roles, as far as it is for a purpose. */
export function accessUnder(access: AccountAccess | null, purpose: Purpose): CallerAccess | undefined {
  if (access === null) return undefined;
  const wanted = treating(purpose);
  const open = access.open.filter(
    ({ role, purposes }) => purposes.includes(wanted) && readsFor(role, wanted),
  );
  return {
    open: [...new Set(open.map(({ hospital }) => hospital))],
    granted: access.granted.filter((one) => one.purpose === wanted),
  };
}

/** No more than an application was allowed by the person it acts for. */
const withinScopes = (rights: Rights, allowed: readonly string[] | undefined): Rights =>
  allowed === undefined
    ? rights
    : Object.fromEntries(Object.entries(rights).filter(([scope]) => allowed.includes(scope)));

/** A person as it acts for a purpose: rights, and what is open beyond them. */
export function under(caller: Caller, purpose: Purpose, separateDuties: boolean): Caller {
  const { account } = caller;
  // Without rights nothing is to be had by a purpose: something has to be done first.
  if (account === null || Object.keys(caller.rights).length === 0) return { ...caller, purpose };
  const { allowed } = account;
  const rights = withinScopes(rightsUnder(account.roles, purpose, separateDuties), allowed);
  const reads = allowed?.includes('read') ?? true;
  const access = reads ? accessUnder(account.access ?? null, purpose) : undefined;
  return { ...caller, purpose, rights, access };
}

/**
 * The caller as it acts for the purpose that its request names.
 *
 * @throws HttpProblem 403 for a purpose that it has no role for, or that is none
 */
export function actingAs(caller: Caller, asked: string | undefined, separateDuties: boolean): Caller {
  if (asked === undefined || asked === caller.purpose) return caller;
  const allowed = caller.account === null ? [caller.purpose] : purposesOf(caller.account.roles);
  const purpose = allowed.find((one) => one === asked);
  if (purpose !== undefined) return under(caller, purpose, separateDuties);
  throw problem('forbidden', {
    detail: `This credential may act for ${allowed.join(', ')}, not for the purpose that was named (Purpose-Of-Use).`,
    detailZh: `当前凭证仅可用于 ${allowed.join('、')}，不能用于所声明的目的（Purpose-Of-Use）。`,
  });
}
