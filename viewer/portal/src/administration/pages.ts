import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import type { AdministrationPath } from './sections.ts';

/** The pages themselves: apart from their list, which the first load of the portal asks for the rights. */
export const PAGES: Readonly<Record<AdministrationPath, LazyExoticComponent<ComponentType>>> = {
  people: lazy(() => import('../people/PeoplePage.tsx')),
  keys: lazy(() => import('../keys/KeysPage.tsx')),
  apps: lazy(() => import('../apps/AppsPage.tsx')),
  access: lazy(() => import('../access/PolicyPage.tsx')),
  audit: lazy(() => import('../audit/AuditPage.tsx')),
  holds: lazy(() => import('../holds/HoldsPage.tsx')),
  limits: lazy(() => import('../limits/LimitsPage.tsx')),
};
