import type { Guardian, ShareAudience, ShareExam, ShareFactor } from './share.ts';

/** Somebody who is signed in, as far as opening a share goes. */
export interface ShareOpener {
  id: string;
  name: string;
  /** Hospitals in which they may read; null: all. */
  hospitals: readonly string[] | null;
}

/** Where a share is opened from. */
export interface ShareOpening {
  address: string;
  /** What the device calls itself, roughly. */
  device: string;
  /** null: nobody is signed in. */
  person: ShareOpener | null;
}

export type ShareOutcome =
  /** `secret` of the session, which belongs into the cookie. */
  | {
      kind: 'opened';
      id: string;
      alias: string;
      hospital: string;
      secret: string;
      expiresAt: Date;
      /** Who was signed in, of a share that asks for it. */
      person: ShareOpener | null;
    }
  | {
      kind: 'factorNeeded';
      alias: string;
      factor: ShareFactor;
      hospital: string;
      audience: ShareAudience;
      relation: Guardian['relation'] | null;
      exams: ShareExam[];
      waitSeconds: number;
      attemptsLeft: number;
    }
  | { kind: 'signInNeeded'; hospital: string; hospitals: string[] }
  /** Somebody is signed in, but not one of those whom it is for. */
  | { kind: 'notForYou'; id: string; hospital: string }
  | { kind: 'factorWrong'; id: string; hospital: string; left: number; waitSeconds: number }
  /** The code has let somebody in already. */
  | { kind: 'codeUsed' }
  /** Too many wrong answers of this share or from this network: the next is looked at after so many seconds. */
  | { kind: 'wait'; seconds: number }
  /** No such link; it was never there, as far as is said. */
  | { kind: 'unknown' }
  | { kind: 'over'; why: 'revoked' | 'expired' | 'usedUp' | 'locked' }
  | { kind: 'notYet'; from: Date };
