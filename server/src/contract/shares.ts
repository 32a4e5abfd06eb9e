/** JSON bodies of shares. Types only. */
import type { Bilingual } from '@hutong/conformance';

/** What a share asks for beside the link; a `oneTimeCode` lets in once, then its maker makes another. */
export type ShareFactorKind = AskedFactorKind | 'oneTimeCode';
/** The same as it is asked for: a one-time code is typed like any code. */
export type AskedFactorKind = 'none' | 'password' | 'code' | 'idDigits';

/** Whom a link is for: the patient, who cares for the patient, or somebody of the trade. */
export type ShareAudience = 'patient' | 'guardian' | 'colleague';
export type GuardianRelation = 'parent' | 'grandparent' | 'spouse' | 'child' | 'appointed' | 'other';

/** Who of those that have an account may open a share that asks for signing in. */
export interface ShareSignIn {
  /** Codes; whoever may read in one of them. Empty: of any hospital. */
  hospitals: string[];
  /** User name; null: anybody who fits the hospitals. */
  account: string | null;
}

/** What the device calls itself, roughly. */
export type DeviceFamily = 'iphone' | 'ipad' | 'android' | 'windows' | 'mac' | 'linux' | 'harmony' | 'other';

/** Body of `POST /api/shares`; scope `share`. Either `studies` or accession numbers. */
export interface NewShareBody {
  hospital: string;
  /** Without series: the whole study. */
  studies?: { studyInstanceUid: string; seriesInstanceUids?: string[] }[];
  /** Whatever the hospital stores under it, now or later; with the PatientID it is of, where one is known. */
  accessionNumber?: string;
  /** Several of them, at most 20; instead of `accessionNumber`. */
  accessionNumbers?: string[];
  patientId?: string;
  /** Absent: the patient. */
  audience?: ShareAudience;
  /** Of the audience `guardian`. */
  guardian?: { name: string; relation: GuardianRelation };
  /** Present: only who is signed in opens it, and fits. */
  signIn?: { hospitals?: string[]; account?: string | null };
  mayDownload?: boolean;
  /** The recipient may send a file back, as an expert's report. */
  mayReply?: boolean;
  /** Pictures carry who looks at them; also where the policy says so. */
  watermark?: boolean;
  /** ISO 8601; absent: from now on. */
  notBefore?: string;
  /** How long it opens, 1 hour to 366 days. */
  hours: number;
  maxUses?: number | null;
  factor: ShareFactorKind;
  /** The password (6 characters at least) or the last 4 to 8 characters of the identity card; none for a code. */
  secret?: string;
  /** For the sharer's own list. */
  note?: string;
}

/** An exam as it is named to who holds the link: nothing of the patient. */
export interface ShareExam {
  /** YYYY-MM-DD or empty. */
  date: string;
  modalities: string[];
  description: string;
}

export interface ShareBody {
  id: string;
  /** Stands in addresses, opens nothing. */
  alias: string;
  hospital: string;
  /** The first of `accessionNumbers`. */
  accessionNumber: string | null;
  accessionNumbers: string[];
  studies: { studyInstanceUid: string; seriesInstanceUids: string[] }[];
  /** Of what is shared, where it is stored: for the list of shares. */
  patient: { name: string; id: string } | null;
  exams: ShareExam[];
  audience: ShareAudience;
  guardian: { name: string; relation: GuardianRelation } | null;
  signIn: ShareSignIn | null;
  mayDownload: boolean;
  mayReply: boolean;
  watermark: boolean;
  notBefore: string;
  expiresAt: string;
  maxUses: number | null;
  uses: number;
  factor: ShareFactorKind;
  note: string;
  /** `active` false: the account was closed since; the share goes on until somebody ends it. */
  author: { kind: string; id: string; name: string; active: boolean };
  createdAt: string;
  /** Wrong entries since the last right one, or since it was unlocked. */
  failures: number;
  /** Files that came back, and those of them that nobody of the hospital took yet. */
  replies: number;
  newReplies: number;
  state: 'open' | 'notYet' | 'expired' | 'usedUp' | 'locked' | 'revoked';
}

/** Answer of `POST /api/shares`: link and code are told this once. */
export interface MadeShareBody extends ShareBody {
  /** Holds the token in its fragment, which browsers send to no server. */
  link: string;
  /** Of the factors `code` and `oneTimeCode`. */
  code: string | null;
  /** The link as a QR code. */
  qrCodeSvg: string;
  /** PNG as a data URL. */
  qrCodePng: string;
  /** A page for printing, whole in itself: QR code, until when, what will be asked. The patient is not named on it. */
  slip: string;
}

/**
 * `GET /api/shares`, newest first. Query: `hospital` (repeatable), `study`, `mine` (true: made by the caller), `state`
 * (repeatable), `maker` (`gone`: whose account was closed), `limit` (1–200, default 50), `before` (`next` of the
 * page before).
 */
export interface SharesPage {
  shares: ShareBody[];
  next: string | null;
}

/** `GET /api/shares/{id}`. */
export interface ShareDetail extends Omit<ShareBody, 'replies'> {
  openings: ShareOpening[];
  /** Wrong entries, the newest first. */
  attempts: { at: string; address: string }[];
  replies: ShareReply[];
}

export interface ShareOpening {
  at: string;
  /** Without its last part inside a share; whole for who made it. */
  address: string;
  device: DeviceFamily;
  /** Who was signed in, for who made the share alone; empty where nobody was. */
  by: string;
}

/** A file that came back: kept without what follows its end, given out as an attachment alone. */
export interface ShareReply {
  id: string;
  at: string;
  name: string;
  mediaType: 'application/pdf' | 'image/jpeg' | 'image/png' | 'application/dicom';
  /** Bytes. */
  size: number;
  /** Who sent it, in their own words; for who is signed in their name. */
  from: string;
  note: string;
}

/** Body of `POST /api/shares/{id}/factor`: another code, password or digits; also unlocks. Answer: {@link RenewedFactorBody}. */
export interface NewFactorBody {
  secret?: string;
}
export interface RenewedFactorBody {
  /** Told this once. */
  code: string | null;
}

/** Limits for the shares of a hospital; null: none is set. Of region and hospital the stricter one holds. */
export interface SharePolicy {
  /** Links for colleagues ask for signing in. */
  colleagueSignIn: boolean;
  /** Links for patients and guardians ask for something beside the link. */
  patientFactor: boolean;
  longestHours: number | null;
  mostUses: number | null;
  mayDownload: boolean;
  mayReply: boolean;
  /** Pictures in shares carry who looks at them. */
  watermark: boolean;
}

/** `GET /api/share-policies/{hospital}`, scope `share` or `admin`; `PUT` there and on `/api/share-policies/region`, scope `admin`. */
export interface SharePolicies {
  region: SharePolicy;
  hospital: SharePolicy;
  /** What holds: the stricter of both. */
  effective: SharePolicy;
}

/** Body of `POST /api/share-sessions`, for everyone. */
export interface OpenShareBody {
  token: string;
  /** Absent: only what will be asked for is told. */
  factor?: string;
}

/**
 * Answer of `POST /api/share-sessions`. A refusal is a problem: `share-unknown` (404), `share-over` (410), `share-not-yet`
 * (403), `share-factor-wrong` (403), `share-code-used` (403: ask for another code), `share-wait` (429 with Retry-After: too
 * many wrong ones, of this share or from this address), `share-not-for-you` (403: signed in, but it is for somebody else).
 */
export type OpenedShareBody =
  | {
      state: 'factorNeeded';
      factor: AskedFactorKind;
      hospital: Bilingual;
      audience: ShareAudience;
      /** Of a guardian's link: how the guardian is related. The patient is not named before the answer is right. */
      relation: GuardianRelation | null;
      exams: ShareExam[];
      /** Seconds until the next answer is looked at, after wrong ones; 0: now. */
      waitSeconds: number;
      /** Wrong answers that are still taken before the share is locked. */
      attemptsLeft: number;
    }
  /** Sign in at `/sign-in` and send the token again; `hospitals` empty: of any hospital. */
  | { state: 'signInNeeded'; hospital: Bilingual; hospitals: Bilingual[] }
  | { state: 'opened'; alias: string; expiresAt: string };

/**
 * `GET /shares/{alias}/content`: what the share shows, for its session; 410 `share-over` once it ended. `GET
 * /shares/{alias}/events` (server-sent events) says `changed` when it is worth asking again, and ends with the share.
 */
export interface ShareContent {
  hospital: Bilingual;
  mayDownload: boolean;
  mayReply: boolean;
  /** What stood back already in this share. */
  replies: Omit<ShareReply, 'note'>[];
  audience: ShareAudience;
  /**
   * Lines to lay over pictures; null: none. Where there are some, only rendered pictures and thumbnails are reached (they
   * have the lines burnt in): no frames, instances or bulk data, and nothing is downloaded.
   */
  watermark: string[] | null;
  expiresAt: string;
  /** No image has come yet. */
  waiting: boolean;
  /** Accession numbers under which nothing came yet. */
  awaited: number;
  studies: {
    studyInstanceUid: string;
    /** Whether all of it is shared, and not chosen series alone. */
    whole: boolean;
    /** YYYY-MM-DD or empty. */
    date: string;
    description: string;
    modalities: string[];
    series: {
      seriesInstanceUid: string;
      modality: string;
      description: string;
      numberOfInstances: number;
      /** Of its stored objects. */
      bytes: number;
      /** A picture to begin with. */
      thumbnail: string;
    }[];
  }[];
  /** Who opened it, the newest first: times, and addresses without their last part. */
  openings: Omit<ShareOpening, 'by'>[];
}

/**
 * `POST /shares/{alias}/replies`, for the session of a share that `mayReply`: the file as the body, at most 20 MB, with
 * `Content-Type` application/pdf, image/jpeg, image/png or application/dicom (a structured report), and
 * `Content-Disposition: attachment; filename*=UTF-8''…`; `Hutong-From` and `Hutong-Note` percent-encoded, optional. Answers
 * 201 with {@link ShareReply}; 400 `reply-refused` says why (active content, not what it claims), 413, 415, 409 when 20 came.
 */
export type SentReply = ShareReply;
