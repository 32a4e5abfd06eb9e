import type { ScopeName } from '@hutong/server/contract';

export type AdministrationPath = 'people' | 'keys' | 'apps' | 'access' | 'audit' | 'holds' | 'limits';

export interface Section {
  /** Below `/administration/`; also the name of its words. */
  path: AdministrationPath;
  /** Whoever holds one of these sees it. */
  scopes: readonly ScopeName[];
}

/** Pages of administration, in the order of the list beside them. */
export const SECTIONS: readonly Section[] = [
  { path: 'people', scopes: ['accounts'] },
  { path: 'keys', scopes: ['keys'] },
  { path: 'apps', scopes: ['keys'] },
  { path: 'access', scopes: ['admin'] },
  { path: 'audit', scopes: ['audit'] },
  { path: 'holds', scopes: ['correct'] },
  { path: 'limits', scopes: ['admin'] },
];
