/** How a share is opened, as states and what leads from one to the next. Pure: nothing here asks the server. */
import type { Bilingual } from '@hutong/conformance';
import type { Problem } from '@hutong/server/contract';
import type {
  AskedFactorKind,
  GuardianRelation,
  OpenedShareBody,
  ShareAudience,
  ShareContent,
  ShareExam,
} from '@hutong/server/contract/shares';

/** Why there is nothing to see. */
export type Refusal = 'noLink' | 'unknown' | 'over' | 'notYet' | 'ended' | 'tooMany' | 'notForYou' | 'failed';

export type Opening =
  | { kind: 'working' }
  | {
      kind: 'asked';
      factor: AskedFactorKind;
      hospital: Bilingual;
      audience: ShareAudience;
      relation: GuardianRelation | null;
      exams: ShareExam[];
      /** Until when nothing that is entered is looked at, in milliseconds since 1970; 0: now. */
      waitUntil: number;
      attemptsLeft: number;
      busy: boolean;
      /** What the server said of the last attempt; null before the first. */
      wrong: Bilingual | null;
      unanswered: boolean;
    }
  /** Only an account opens it. */
  | { kind: 'signIn'; hospital: Bilingual; hospitals: Bilingual[] }
  | { kind: 'opened'; alias: string; content: ShareContent | null; unanswered: boolean }
  | { kind: 'refused'; why: Refusal; said: Bilingual | null; waitUntil: number }
  /** The server did not answer the first question. */
  | { kind: 'unanswered' };

export type OpeningEvent =
  | { kind: 'begun' }
  | { kind: 'submitted' }
  | { kind: 'exchanged'; body: OpenedShareBody; at: number }
  /** An earlier session of this tab goes on. */
  | { kind: 'resumed'; alias: string }
  | { kind: 'content'; content: ShareContent }
  | { kind: 'noLink' }
  | {
      kind: 'problem';
      status: number;
      problem: Pick<Problem, 'code' | 'detail' | 'detailZh'> | null;
      /** Seconds to wait that the answer named. */
      wait: number | null;
      at: number;
    }
  | { kind: 'unanswered' };

const REFUSALS: Readonly<Record<string, Refusal>> = {
  'share-unknown': 'unknown',
  'share-over': 'over',
  'share-not-yet': 'notYet',
  'share-not-for-you': 'notForYou',
};

/** The state after an event. */
export function opened(state: Opening, event: OpeningEvent): Opening {
  switch (event.kind) {
    case 'begun':
      return { kind: 'working' };
    case 'noLink':
      return refusal('noLink', null);
    case 'submitted':
      return state.kind === 'asked' ? { ...state, busy: true, unanswered: false } : state;
    case 'exchanged':
      return exchanged(event.body, event.at);
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

const refusal = (why: Refusal, said: Bilingual | null, waitUntil = 0): Opening => ({
  kind: 'refused',
  why,
  said,
  waitUntil,
});

const until = (seconds: number | null, at: number): number =>
  seconds === null || seconds <= 0 ? 0 : at + seconds * 1000;

function exchanged(body: OpenedShareBody, at: number): Opening {
  switch (body.state) {
    case 'opened':
      return { kind: 'opened', alias: body.alias, content: null, unanswered: false };
    case 'signInNeeded':
      return { kind: 'signIn', hospital: body.hospital, hospitals: body.hospitals };
    case 'factorNeeded':
      return {
        kind: 'asked',
        factor: body.factor,
        hospital: body.hospital,
        audience: body.audience,
        relation: body.relation,
        exams: body.exams,
        waitUntil: until(body.waitSeconds, at),
        attemptsLeft: body.attemptsLeft,
        busy: false,
        wrong: null,
        unanswered: false,
      };
  }
}

function refused(
  state: Opening,
  { status, problem, wait, at }: Extract<OpeningEvent, { kind: 'problem' }>,
): Opening {
  const said = problem === null ? null : { zh: problem.detailZh, en: problem.detail };
  const known = problem === null ? undefined : REFUSALS[problem.code];
  if (known !== undefined) return refusal(known, said);
  // Of an open share a 404 says that it is over, whatever ended it.
  if (state.kind === 'opened') {
    if (status === 404) return refusal('ended', null);
    return { ...state, unanswered: true };
  }
  if (state.kind === 'asked')
    return {
      ...state,
      busy: false,
      wrong: said,
      unanswered: said === null,
      waitUntil: status === 429 ? until(wait, at) : 0,
    };
  return status === 429 ? refusal('tooMany', said, until(wait, at)) : refusal('failed', said);
}

/** The token of a share's link, from the fragment; null where there is none. */
export function shareTokenOf(fragment: string): string | null {
  const text = fragment.replace(/^#/, '');
  return /^htsh_[\w-]{20,100}$/.test(text) ? text : null;
}

/** The instant a sentence of the server names, for writing it in the reader's time. */
export const instantIn = (text: string): string | null =>
  /\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(?:\.\d+)?Z/.exec(text)?.[0] ?? null;
