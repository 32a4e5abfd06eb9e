import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import type { ScopeName } from '@hutong/server/contract';

export interface Section {
  /** Below `/administration/`; also the name of its words. */
  path: 'people' | 'keys' | 'apps' | 'access' | 'audit' | 'holds' | 'limits';
  /** Whoever holds one of these sees it. */
  scopes: readonly ScopeName[];
  Page: LazyExoticComponent<ComponentType>;
}

/** Pages of administration, in the order of the list beside them. */
export const SECTIONS: readonly Section[] = [
  { path: 'people', scopes: ['accounts'], Page: lazy(() => import('../people/PeoplePage.tsx')) },
  { path: 'keys', scopes: ['keys'], Page: lazy(() => import('../keys/KeysPage.tsx')) },
  { path: 'apps', scopes: ['keys'], Page: lazy(() => import('../apps/AppsPage.tsx')) },
  { path: 'access', scopes: ['admin'], Page: lazy(() => import('../access/PolicyPage.tsx')) },
  { path: 'audit', scopes: ['audit'], Page: lazy(() => import('../audit/AuditPage.tsx')) },
  { path: 'holds', scopes: ['correct'], Page: lazy(() => import('../holds/HoldsPage.tsx')) },
  { path: 'limits', scopes: ['admin'], Page: lazy(() => import('../limits/LimitsPage.tsx')) },
];
