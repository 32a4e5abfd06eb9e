import type { ScopeName, SessionInfo } from '@hutong/server/contract';
import { holds } from '../session/rights.ts';

export type RecognitionPath =
  'reminders' | 'decisions' | 'labels' | 'persons' | 'figures' | 'registry' | 'orders' | 'prices';

export interface RecognitionSection {
  /** Below `/recognition/`; also the name of its words. */
  path: RecognitionPath;
  /** Whoever holds one of these sees it. */
  scopes: readonly ScopeName[];
}

/** Pages of mutual recognition, in the order of the list beside them. */
export const SECTIONS: readonly RecognitionSection[] = [
  { path: 'reminders', scopes: ['recognise', 'registry', 'keys'] },
  { path: 'decisions', scopes: ['recognise', 'registry'] },
  { path: 'labels', scopes: ['review', 'registry'] },
  { path: 'persons', scopes: ['persons'] },
  { path: 'figures', scopes: ['figures'] },
  { path: 'prices', scopes: ['figures'] },
  { path: 'orders', scopes: ['read'] },
  { path: 'registry', scopes: ['registry'] },
];

/** The pages of recognition that somebody has a right for. */
export const recognitionFor = (session: SessionInfo | undefined): readonly RecognitionSection[] =>
  SECTIONS.filter(({ scopes }) => scopes.some((scope) => holds(session, scope)));
