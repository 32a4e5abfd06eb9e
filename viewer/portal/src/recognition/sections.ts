import { type ComponentType, lazy, type LazyExoticComponent } from 'react';
import type { ScopeName, SessionInfo } from '@hutong/server/contract';
import { holds } from '../session/rights.ts';

export type RecognitionPath =
  'reminders' | 'decisions' | 'labels' | 'persons' | 'figures' | 'registry' | 'orders' | 'prices';

export interface RecognitionSection {
  /** Below `/recognition/`; also the name of its words. */
  path: RecognitionPath;
  /** Whoever holds one of these sees it. */
  scopes: readonly ScopeName[];
  Page: LazyExoticComponent<ComponentType>;
}

/** Pages of mutual recognition, in the order of the list beside them. */
export const SECTIONS: readonly RecognitionSection[] = [
  {
    path: 'reminders',
    scopes: ['recognise', 'registry', 'keys'],
    Page: lazy(() => import('../reminders/RemindersPage.tsx')),
  },
  {
    path: 'decisions',
    scopes: ['recognise', 'registry'],
    Page: lazy(() => import('../decisions/DecisionsPage.tsx')),
  },
  {
    path: 'labels',
    scopes: ['review', 'registry'],
    Page: lazy(() => import('../labels/LabelsPage.tsx')),
  },
  {
    path: 'persons',
    scopes: ['persons'],
    Page: lazy(() => import('../persons/PersonsPage.tsx')),
  },
  {
    path: 'figures',
    scopes: ['figures'],
    Page: lazy(() => import('../figures/FiguresPage.tsx')),
  },
  {
    path: 'prices',
    scopes: ['figures'],
    Page: lazy(() => import('../figures/PricesPage.tsx')),
  },
  {
    path: 'orders',
    scopes: ['read'],
    Page: lazy(() => import('../orders/OrdersPage.tsx')),
  },
  {
    path: 'registry',
    scopes: ['registry'],
    Page: lazy(() => import('../registry/RegistryPage.tsx')),
  },
];

/** The pages of recognition that somebody has a right for. */
export const recognitionFor = (session: SessionInfo | undefined): readonly RecognitionSection[] =>
  SECTIONS.filter(({ scopes }) => scopes.some((scope) => holds(session, scope)));
