import type { ScopeName, SessionInfo } from '@hutong/server/contract';
import { looksElsewhere } from '../access/searchDraft.ts';
import { sectionsFor } from '../administration/sectionsFor.ts';
import { recognitionFor } from '../recognition/sections.ts';
import { holds } from '../session/rights.ts';

export type LinkName =
  | 'worklist'
  | 'elsewhere'
  | 'recognition'
  | 'reviews'
  | 'pending'
  | 'shares'
  | 'exams'
  | 'catalogue'
  | 'exports'
  | 'administration';

const having =
  (scope: ScopeName) =>
  (session: SessionInfo | undefined): boolean =>
    holds(session, scope);

/** The pages of the header, what is used most first, with who works there. */
const LINKS: readonly {
  name: LinkName;
  path: string;
  isFor: (session: SessionInfo | undefined) => boolean;
}[] = [
  // Until it is known who asks, the header has the list alone.
  { name: 'worklist', path: '/', isFor: (session) => session === undefined || holds(session, 'read') },
  {
    name: 'elsewhere',
    path: '/elsewhere',
    isFor: (session) => looksElsewhere(session) || holds(session, 'audit'),
  },
  { name: 'recognition', path: '/recognition', isFor: (session) => recognitionFor(session).length > 0 },
  { name: 'reviews', path: '/reviews', isFor: having('review') },
  { name: 'pending', path: '/pending', isFor: having('correct') },
  { name: 'shares', path: '/shares', isFor: having('share') },
  { name: 'exams', path: '/exams', isFor: having('review') },
  { name: 'catalogue', path: '/catalogue', isFor: having('read') },
  { name: 'exports', path: '/exports', isFor: having('export') },
  {
    name: 'administration',
    path: '/administration',
    isFor: (session) => sectionsFor(session).length > 0,
  },
];

/** The links that somebody has something to do behind. */
export const linksFor = (session: SessionInfo | undefined): readonly { name: LinkName; path: string }[] =>
  LINKS.filter(({ isFor }) => isFor(session));

/** Whoever has nothing to administer but the trail. */
export const onlyAudits = (session: SessionInfo | undefined): boolean =>
  sectionsFor(session).every(({ path }) => path === 'audit');

/** Where somebody begins who reads no patients, as auditors and hospital IT; null: at the list of studies. */
export function homeOf(session: SessionInfo | undefined): string | null {
  if (session === undefined || holds(session, 'read')) return null;
  const names = linksFor(session);
  // Auditors begin with the trail, not with one kind of its entries.
  return (names.find(({ name }) => name === 'administration') ?? names[0])?.path ?? null;
}
