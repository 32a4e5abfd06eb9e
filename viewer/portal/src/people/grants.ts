import type { GrantBody, RoleName } from '@hutong/server/contract/accounts';

/** In the order in which they are offered. */
export const ROLE_NAMES: readonly RoleName[] = [
  'administrator',
  'qualityControl',
  'radiologist',
  'clinician',
  'hospitalIt',
  'auditor',
  'healthCommission',
];

/** A place that roles are for (null: the whole region) with the roles there. */
export interface Place {
  hospital: string | null;
  roles: RoleName[];
}

/** Roles by place, the region first, in the order of the hospitals. */
export function placesOf(grants: readonly GrantBody[]): Place[] {
  const hospitals = [...new Set(grants.map(({ hospital }) => hospital))];
  const sorted = hospitals.toSorted((a, b) => (a === null ? -1 : b === null ? 1 : a < b ? -1 : 1));
  return sorted.map((hospital) => ({
    hospital,
    roles: ROLE_NAMES.filter((role) =>
      grants.some((grant) => grant.role === role && grant.hospital === hospital),
    ),
  }));
}

export const grantsOf = (places: readonly Place[]): GrantBody[] =>
  places.flatMap(({ hospital, roles }) => roles.map((role) => ({ role, hospital })));

/** The same places with a role given or taken. */
export const toggled = (places: readonly Place[], hospital: string | null, role: RoleName): Place[] =>
  places.map((place) =>
    place.hospital !== hospital
      ? place
      : {
          hospital,
          roles: place.roles.includes(role)
            ? place.roles.filter((held) => held !== role)
            : ROLE_NAMES.filter((name) => name === role || place.roles.includes(name)),
        },
  );

/** Whether somebody would administer and audit at once. */
export const isConflict = (grants: readonly GrantBody[]): boolean =>
  ['administrator', 'auditor'].every((name) => grants.some(({ role }) => role === name));

/** Whether the same roles are given, in whatever order. */
export function isSame(one: readonly GrantBody[], other: readonly GrantBody[]): boolean {
  const text = (grants: readonly GrantBody[]) =>
    grants
      .map(({ role, hospital }) => `${role}@${hospital ?? ''}`)
      .toSorted()
      .join();
  return text(one) === text(other);
}
