import type { Role, RoleGrant } from '@hutong/storage-config';
import type { Caller, Scope } from '../context.ts';

/** What each role may do, in the hospital it was given for or in the whole region. */
export const RIGHTS_OF_ROLE: Readonly<Record<Role, readonly Scope[]>> = {
  administrator: ['read', 'correct', 'review', 'share', 'admin'],
  qualityControl: ['read', 'review'],
  radiologist: ['read', 'share'],
  clinician: ['read', 'share'],
};

/** Rights of a caller, each with the hospitals it is for; null: the whole region. */
export type Rights = Pick<
  Caller,
  | 'scopes'
  | 'readableHospitals'
  | 'correctableHospitals'
  | 'reviewableHospitals'
  | 'shareableHospitals'
  | 'administeredHospitals'
>;

/** The rights that several roles give together: each right where one of the roles gives it. */
export function rightsOf(roles: readonly RoleGrant[]): Rights {
  const hospitalsWith = (scope: Scope): readonly string[] | null => {
    const places = roles
      .filter(({ role }) => RIGHTS_OF_ROLE[role].includes(scope))
      .map(({ hospital }) => hospital);
    return places.includes(null) ? null : [...new Set(places.filter((place) => place !== null))];
  };
  return {
    scopes: new Set(roles.flatMap(({ role }) => RIGHTS_OF_ROLE[role])),
    readableHospitals: hospitalsWith('read'),
    correctableHospitals: hospitalsWith('correct'),
    reviewableHospitals: hospitalsWith('review'),
    shareableHospitals: hospitalsWith('share'),
    administeredHospitals: hospitalsWith('admin'),
  };
}

/** Whoever has to choose a password first may do nothing else. */
export const NO_RIGHTS: Rights = {
  scopes: new Set(),
  readableHospitals: [],
  correctableHospitals: [],
  reviewableHospitals: [],
  shareableHospitals: [],
  administeredHospitals: [],
};
