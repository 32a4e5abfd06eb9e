/** How a share is opened, as states and what leads from one to the next. Pure: nothing here asks the server. */
import type { Bilingual } from '@hutong/conformance';
import type { Problem } from '@hutong/server/contract';
import type { OpenedShareBody, ShareContent, ShareFactorKind } from '@hutong/server/contract/shares';

/** Why there is nothing to see. */
export type Refusal = 'noLink' | 'unknown' | 'over' | 'notYet' | 'ended' | 'tooMany' | 'failed';

export type Opening =
  | { kind: 'working' }
  | {
      kind: 'asked';
      factor: ShareFactorKind;
      hospital: Bilingual;
      busy: boolean;
      /** What the server said of the last attempt; null before the first. */
      wrong: Bilingual | null;
      unanswered: boolean;
    }
  | { kind: 'opened'; alias: string; content: ShareContent | null; unanswered: boolean }
  | { kind: 'refused'; why: Refusal; said: Bilingual | null }
  /** The server did not answer the first question. */
  | { kind: 'unanswered' };

export type OpeningEvent =
  | { kind: 'begun' }
  | { kind: 'submitted' }
  | { kind: 'exchanged'; body: OpenedShareBody }
  /** An earlier session of this tab goes on. */
  | { kind: 'resumed'; alias: string }
  | { kind: 'content'; content: ShareContent }
  | { kind: 'noLink' }
  | { kind: 'problem'; status: number; problem: Pick<Problem, 'code' | 'detail' | 'detailZh'> | null }
  | { kind: 'unanswered' };

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'share-unknown': 'unknown',
  'share-over': 'over',
  'share-not-yet': 'notYet',
};

/** The state after an event. */
export function opened(state: Opening, event: OpeningEvent): Opening {
  switch (event.kind) {
    case 'begun':
      return { kind: 'working' };
    case 'noLink':
      return { kind: 'refused', why: 'noLink', said: null };
    case 'submitted':
      return state.kind === 'asked' ? { ...state, busy: true, unanswered: false } : state;
    case 'exchanged':
      return event.body.state === 'opened'
        ? { kind: 'opened', alias: event.body.alias, content: null, unanswered: false }
        : {
            kind: 'asked',
            factor: event.body.factor,
            hospital: event.body.hospital,
            busy: false,
            wrong: null,
            unanswered: false,
          };
    case 'resumed':
      return { kind: 'opened', alias: event.alias, content: null, unanswered: false };
    case 'content':
      return state.kind === 'opened' ? { ...state, content: event.content, unanswered: false } : state;
    case 'unanswered':
      if (state.kind === 'asked') return { ...state, busy: false, unanswered: true };
      return state.kind === 'opened' ? { ...state, unanswered: true } : { kind: 'unanswered' };
    case 'problem':
      return refused(state, event);
  }
}

function refused(state: Opening, { status, problem }: Extract<OpeningEvent, { kind: 'problem' }>): Opening {
  const said = problem === null ? null : { zh: problem.detailZh, en: problem.detail };
  const known = problem === null ? undefined : REFUSALS[problem.code];
  if (known !== undefined) return { kind: 'refused', why: known, said };
  // Of an open share a 404 says that it is over, whatever ended it.
  if (state.kind === 'opened') {
    if (status === 404) return { kind: 'refused', why: 'ended', said: null };
    return { ...state, unanswered: true };
  }
  if (state.kind === 'asked') return { ...state, busy: false, wrong: said, unanswered: said === null };
  return { kind: 'refused', why: status === 429 ? 'tooMany' : 'failed', said };
}

/** The token of a share's link, from the fragment; null where there is none. */
export function shareTokenOf(fragment: string): string | null {
  const text = fragment.replace(/^#/, '');
  return /^htsh_[\w-]{20,100}$/.test(text) ? text : null;
}

/** The instant a sentence of the server names, for writing it in the reader's time. */
export const instantIn = (text: string): string | null =>
  /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/.exec(text)?.[0] ?? null;
