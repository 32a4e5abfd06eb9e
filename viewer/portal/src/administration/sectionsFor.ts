import type { SessionInfo } from '@hutong/server/contract';
import { holds } from '../session/rights.ts';
import { type Section, SECTIONS } from './sections.ts';

/** The pages of administration that somebody has a right for. */
export const sectionsFor = (session: SessionInfo | undefined): readonly Section[] =>
  SECTIONS.filter(({ scopes }) => scopes.some((scope) => holds(session, scope)));
