import { randomInt } from 'node:crypto';
import type { Author } from '../corrections/events.ts';

/** What is asked for beside the link. */
export const SHARE_FACTORS = ['none', 'password', 'code', 'oneTimeCode', 'idDigits'] as const;
export type ShareFactor = (typeof SHARE_FACTORS)[number];

export const SHARE_AUDIENCES = ['patient', 'guardian', 'colleague'] as const;
export type ShareAudience = (typeof SHARE_AUDIENCES)[number];
export const GUARDIAN_RELATIONS = ['parent', 'grandparent', 'spouse', 'child', 'appointed', 'other'] as const;
export interface Guardian {
  name: string;
  relation: (typeof GUARDIAN_RELATIONS)[number];
}

/** Who of those with an account may open a share. */
export interface ShareSignIn {
  /** Whoever may read in one of them; empty: in any. */
  hospitals: string[];
  /** User name as it was typed, known or not; null: anybody of the hospitals. */
  account: string | null;
}

/** What is shared: studies or series that are stored, or whatever comes under accession numbers. */
export type SharedContent =
  | { studies: { study: string; series: readonly string[] }[] }
  | { accessionNumbers: readonly string[]; patientId: string | null };

export interface NewShare {
  hospital: string;
  content: SharedContent;
  audience: ShareAudience;
  /** Of the audience `guardian`, and of no other. */
  guardian: Guardian | null;
  /** null: the link is enough. */
  signIn: ShareSignIn | null;
  mayDownload: boolean;
  mayReply: boolean;
  watermark: boolean;
  /** null: from now on. */
  notBefore: Date | null;
  expiresAt: Date;
  maxUses: number | null;
  factor: ShareFactor;
  /** The password or digits; of a `code` none is given, it is made. */
  secret: string | null;
  note: string;
  author: Author;
}

export interface ShareExam {
  /** YYYY-MM-DD or empty. */
  date: string;
  modalities: string[];
  description: string;
}

export interface Share {
  id: string;
  alias: string;
  hospital: string;
  accessionNumbers: string[];
  studies: { study: string; series: string[] }[];
  /** Of what is stored of it: whose it is, and which exams. */
  patient: { id: string; name: string } | null;
  exams: ShareExam[];
  audience: ShareAudience;
  guardian: Guardian | null;
  signIn: ShareSignIn | null;
  mayDownload: boolean;
  mayReply: boolean;
  watermark: boolean;
  notBefore: Date;
  expiresAt: Date;
  maxUses: number | null;
  uses: number;
  factor: ShareFactor;
  note: string;
  author: Author;
  /** Whether the account that made it is still open; of machines true. */
  authorActive: boolean;
  createdAt: Date;
  revokedAt: Date | null;
  /** Wrong factors since the last right one. */
  failures: number;
  /** Closed by too many wrong factors, until it is unlocked. */
  locked: boolean;
  replies: number;
  /** Of those the ones that nobody of the hospital took yet. */
  newReplies: number;
}

/** After so many wrong factors in a row, or so many in all, a share is locked until who made it unlocks it. */
export const MAX_FACTOR_FAILURES = 10;
export const MAX_FACTOR_FAILURES_IN_ALL = 30;

/** A share `h` that is locked, as SQL. */
export const LOCKED = `(h.failures >= ${MAX_FACTOR_FAILURES} OR h.failures_in_all >= ${MAX_FACTOR_FAILURES_IN_ALL})`;

/** A code of six digits. */
export const newCode = (): string => String(randomInt(0, 1_000_000)).padStart(6, '0');

/** Whether a factor is made by the server, and told once. */
export const isMade = (factor: ShareFactor): boolean => factor === 'code' || factor === 'oneTimeCode';

/** What is typed as a factor, as it is compared: without spaces, and a check letter X in capitals. */
export const factorText = (text: string): string => text.normalize('NFKC').replace(/\s/g, '').toUpperCase();
