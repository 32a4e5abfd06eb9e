/** JSON bodies of signing in, sessions and the own account. Types only. */
import type { Bilingual } from '@hutong/conformance';

/** See `SCOPES` and `ROLES` of the storage room. */
export type ScopeName =
  | 'store'
  | 'read'
  | 'correct'
  | 'review'
  | 'share'
  | 'export'
  | 'admin'
  | 'keys'
  | 'accounts'
  | 'audit'
  | 'metrics'
  | 'registry'
  | 'recognise'
  | 'orders'
  | 'persons'
  | 'figures';

export type RoleName =
  | 'administrator'
  | 'qualityControl'
  | 'radiologist'
  | 'clinician'
  | 'hospitalIt'
  | 'auditor'
  | 'healthCommission';

/** `GET /api/session`; 401 with a problem body when nobody is signed in. */
export interface SessionInfo {
  subject: string;
  displayName: string;
  role: RoleName | 'machine' | 'trial' | 'share';
  /** Of an account; null for whoever signed in otherwise. */
  account: {
    roles: { role: RoleName; hospital: string | null }[];
    /** An own password is to be chosen before anything else (`PUT /api/account/password`). */
    mustChangePassword: boolean;
    /** What is to be done before anything else; until then no right is held. */
    pending: 'givenPassword' | 'agedPassword' | 'secondFactor' | null;
    /** Provider of identity that the session comes from; empty: name and password. */
    provider: string;
  } | null;
  expiresAt: string | null;
  /** When the session ends unless somebody works; null: not before `expiresAt`. Requests with the header `Hutong-Idle` are no work. */
  idleEndsAt: string | null;
  /** What the credential allows, so that a page offers no more: each right with the codes of its hospitals; null: all. */
  rights: Partial<Record<ScopeName, string[] | null>>;
  /** Days that what was deleted can be recovered; 0: for ever. */
  deletedKeepDays: number;
  /** Code of HL7 PurposeOfUse that patients are read for now. */
  purpose: string;
  /** Those that the roles allow; `PUT /api/access/purpose` chooses. One alone: nothing is to be chosen. */
  purposes: string[];
}

/**
 * `POST /api/session`: the token of a sign-in link, or a name and password. 401 `one-time-password-needed` when an
 * authenticator's password is to be sent with them, 429 with Retry-After after too many attempts.
 */
export type SignInBody = { token: string } | { username: string; password: string; oneTimePassword?: string };

/** Answer of `POST /api/account/one-time-password` `{ password }`: what an authenticator app is given. */
export interface OneTimePasswordOffer {
  /** Base32. In force once a first password of it came: `PUT /api/account/one-time-password` `{ oneTimePassword }`. */
  secret: string;
  uri: string;
  /** The uri as a QR code, SVG. */
  qrCode: string;
}

/** Answer of `PUT /api/account/one-time-password` and of `POST /api/account/recovery-codes`; told this once. */
export interface RecoveryCodesBody {
  /** Each signs in once in place of a one-time password. */
  recoveryCodes: string[];
}

/** `GET /api/account`: how the own account is protected. */
export interface AccountSecurity {
  /** null: the account has none, for a provider of identity says who it is. */
  passwordSetAt: string | null;
  /** When it has to be changed; null: never. */
  passwordEndsAt: string | null;
  oneTimePasswords: boolean;
  recoveryCodesLeft: number;
  secondFactorRequired: boolean;
}

/** `GET /api/account/sessions`: open sessions of the own account, this one first. */
export interface OwnSessionsBody {
  sessions: {
    id: string;
    signedInAt: string;
    /** To the minute. */
    lastUsedAt: string;
    expiresAt: string;
    /** Network address it was opened from. */
    address: string;
    /** Family of browser and system, such as `Edge · Windows`; empty when unknown. */
    browser: string;
    method: 'password' | 'link' | 'provider';
    provider: string;
    current: boolean;
  }[];
}

/** Answer of `DELETE /api/session` where a provider of identity is to be left as well; else 204. */
export interface SignedOutBody {
  /** Where the browser goes next. */
  signOutAt: string;
}

/** `GET /api/sign-in/providers`: providers of identity; `GET /api/sign-in/providers/{id}/start` goes there. */
export interface SignInProviders {
  providers: { id: string; name: Bilingual }[];
}

/**
 * Why signing in by a provider failed, as `/sign-in?problem=…` is told: it could not be asked, its answer was none of
 * ours, the attempt took too long or was another browser's, the person gave up there, no role was given, a second factor
 * is missing, or the account is disabled.
 */
export type ProviderProblem =
  | 'provider-unavailable'
  | 'provider-answer'
  | 'state-expired'
  | 'cancelled'
  | 'no-role'
  | 'second-factor-missing'
  | 'account-disabled';
