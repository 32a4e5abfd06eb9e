import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import type { RecognitionPath } from './sections.ts';

/** The pages themselves: apart from their list, which the first load of the portal asks for the rights. */
export const PAGES: Readonly<Record<RecognitionPath, LazyExoticComponent<ComponentType>>> = {
  reminders: lazy(() => import('../reminders/RemindersPage.tsx')),
  decisions: lazy(() => import('../decisions/DecisionsPage.tsx')),
  labels: lazy(() => import('../labels/LabelsPage.tsx')),
  persons: lazy(() => import('../persons/PersonsPage.tsx')),
  figures: lazy(() => import('../figures/FiguresPage.tsx')),
  prices: lazy(() => import('../figures/PricesPage.tsx')),
  orders: lazy(() => import('../orders/OrdersPage.tsx')),
  registry: lazy(() => import('../registry/RegistryPage.tsx')),
};
