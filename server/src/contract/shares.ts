/** JSON bodies of shares. Types only. */
import type { Bilingual } from '@hutong/conformance';

/** What is asked for beside the link. */
export type ShareFactorKind = 'none' | 'password' | 'code' | 'idDigits';

/** Body of `POST /api/shares`; scope `share`. Either `studies` or `accessionNumber`. */
export interface NewShareBody {
  hospital: string;
  /** Without series: the whole study. */
  studies?: { studyInstanceUid: string; seriesInstanceUids?: string[] }[];
  /** Whatever the hospital stores under it, now or later; with the PatientID it is of, where one is known. */
  accessionNumber?: string;
  patientId?: string;
  mayDownload?: boolean;
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

export interface ShareBody {
  id: string;
  /** Stands in addresses, opens nothing. */
  alias: string;
  hospital: string;
  accessionNumber: string | null;
  studies: { studyInstanceUid: string; seriesInstanceUids: string[] }[];
  mayDownload: boolean;
  notBefore: string;
  expiresAt: string;
  maxUses: number | null;
  uses: number;
  factor: ShareFactorKind;
  note: string;
  author: { kind: string; name: string };
  createdAt: string;
  state: 'open' | 'notYet' | 'expired' | 'usedUp' | 'locked' | 'revoked';
}

/** Answer of `POST /api/shares`: link and code are told this once. */
export interface MadeShareBody extends ShareBody {
  /** Holds the token in its fragment, which browsers send to no server. */
  link: string;
  /** Of the factor `code`. */
  code: string | null;
  /** The link as a QR code. */
  qrCodeSvg: string;
  /** PNG as a data URL. */
  qrCodePng: string;
}

/** `GET /api/shares`, newest first. Query: `hospital` (repeatable), `study`, `limit` (1–200, default 50), `before` (createdAt). */
export interface SharesPage {
  shares: ShareBody[];
  next: string | null;
}

/** `GET /api/shares/{id}`. */
export interface ShareDetail extends ShareBody {
  openings: { at: string; address: string }[];
}

/** Body of `POST /api/share-sessions`, for everyone. */
export interface OpenShareBody {
  token: string;
  /** Absent: only what will be asked for is told. */
  factor?: string;
}

/** Answer of `POST /api/share-sessions`. A refusal is a problem: `share-unknown`, `share-over`, `share-not-yet`, `share-factor-wrong`. */
export type OpenedShareBody =
  | { state: 'factorNeeded'; factor: ShareFactorKind; hospital: Bilingual }
  | { state: 'opened'; alias: string; expiresAt: string };

/** `GET /shares/{alias}/content`: what the share shows, for its session. */
export interface ShareContent {
  hospital: Bilingual;
  mayDownload: boolean;
  expiresAt: string;
  /** No image has come yet. */
  waiting: boolean;
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
      /** A picture to begin with. */
      thumbnail: string;
    }[];
  }[];
  /** Who opened it, the newest first: times, and addresses without their last part. */
  openings: { at: string; address: string }[];
}
