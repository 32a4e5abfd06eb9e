/**
 * JSON bodies of the API under `/api` that the portal reads. Types only: the viewer imports nothing else
 * from the server.
 */
import type { Bilingual, HrLabel, RequirementLevel, Verdict } from '@hutong/conformance';

export interface HospitalRef {
  code: string;
  name: Bilingual;
}

/** One row of the cross-hospital study list. */
export interface WorklistStudy {
  hospital: HospitalRef;
  studyInstanceUid: string;
  patient: {
    /** Ideographic name where there is one, else alphabetic, components joined for reading. */
    name: string;
    alphabeticName: string;
    id: string;
    sex: 'M' | 'F' | 'O' | '';
    /** YYYY-MM-DD or empty. */
    birthDate: string;
    /** Age at the study date, in the unit people use: `56岁`, `7月`, `12天` are built by the client from this. */
    age: { value: number; unit: 'Y' | 'M' | 'D' } | null;
  };
  /** YYYY-MM-DD or empty. */
  studyDate: string;
  /** HH:mm or empty. */
  studyTime: string;
  description: string;
  accessionNumber: string;
  modalities: string[];
  numberOfSeries: number;
  numberOfInstances: number;
  status: 'pending' | 'done';
  notListed: { reason: 'NOT_IN_LIST' | 'NOT_ELIGIBLE'; text: Bilingual } | null;
  /** One for each catalogue item the study was judged on. */
  items: {
    code: string;
    name: Bilingual;
    /** The one that holds: a person's where one decided, else the machine's. */
    verdict: Verdict;
    summary: Bilingual;
    /** A person's decision holds. */
    decided: boolean;
    /** A person decided on evidence that changed since: the machine's verdict holds until somebody looks again. */
    stale: boolean;
  }[];
  labels: Pick<HrLabel, 'text' | 'scope' | 'itemCode' | 'state'>[];
  /** ISO 8601 instant of the last instance that arrived. */
  receivedAt: string;
  /** Of another hospital: the grant that opens it, until when. */
  access?: {
    grant: string;
    ground: 'recognition' | 'patientPresent' | 'consent' | 'breakGlass';
    expiresAt: string;
  };
}

/**
 * `GET /api/worklist`. Query: `q` (patient name, PatientID or accession number, part), `hospital` (code, repeatable),
 * `item` (code, repeatable), `modality` (repeatable), `verdict` (PASS|FAIL|REVIEW|PENDING|NOT_LISTED, repeatable),
 * `label` (`any` | `none` | label text), `from`, `to` (study date, YYYY-MM-DD), `limit` (1–200, default 50),
 * `cursor` (opaque, from `next`), `sort` (`studyDate` (default) | `receivedAt`), newest first.
 */
export interface WorklistPage {
  studies: WorklistStudy[];
  /** Cursor of the next page, or null. */
  next: string | null;
  /** Counts for the filters in force (capped at 10,000 with `capped: true`). */
  total: { value: number; capped: boolean };
}

/** `GET /api/worklist/facets`: what the filters offer. */
export interface WorklistFacets {
  hospitals: HospitalRef[];
  items: { code: string; name: Bilingual; category: 'DR' | 'CT' | 'MR' }[];
  labels: string[];
}

/** `GET /api/catalogue`: the mutual-recognition list in force (互认清单), items in the list's own order. */
export interface CatalogueBody {
  id: string;
  version: string;
  /** Where the list was published, as a reader would cite it; empty when unknown. */
  source: string;
  items: {
    code: string;
    category: 'DR' | 'CT' | 'MR';
    name: Bilingual;
    /** The list's own Chinese words for this item, verbatim. */
    text: string;
    requirements: {
      id: string;
      level: RequirementLevel;
      label: Bilingual;
      /** The words of the list the requirement rests on; empty when it rests on none. */
      basis: string;
      /** True when the requirement is a reading of the list, not its letter. */
      inferred: boolean;
    }[];
  }[];
}

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
  | 'metrics';
export type RoleName =
  'administrator' | 'qualityControl' | 'radiologist' | 'clinician' | 'hospitalIt' | 'auditor';

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

/** One entry of the change feed, also the data of a stream's `change` event. No patient data. */
export interface ChangeEntry {
  /** Consecutive over the region from 1, in the order of commits. */
  number: number;
  /** Number of the entry before this one in the caller's view: nothing lies between. null when none is kept. */
  previous: number | null;
  action:
    | 'stored'
    | 'corrected'
    | 'deleted'
    | 'rejected'
    | 'recovered'
    | 'judged'
    | 'labelled'
    | 'patientCorrected'
    | 'glassBroken';
  /** Code of the hospital whose copy changed. */
  hospital: string;
  studyInstanceUid: string;
  /** null: the study as a whole. */
  seriesInstanceUid: string | null;
  sopInstanceUids: string[];
  /** ISO 8601 instant at which the transaction of the change began. */
  at: string;
}

/**
 * `GET /api/changes`. Query: `since` (number read last, `now`, or absent for the oldest kept), `limit` (1–1000, default
 * 200), `wait` (seconds to wait for a change, at most 60), `hospital` and `action` (repeatable). 410 `changes-gone` when
 * changes after `since` are no longer kept.
 */
export interface ChangesPage {
  changes: ChangeEntry[];
  /** `since` of the next request. */
  position: number;
  /** Number of the newest change of the region. */
  last: number;
}

/** `GET /api/changes/position`. */
export interface ChangesPosition {
  last: number;
  /** The smallest `since` that can be asked for. */
  oldest: number;
}

/** Why something was deleted or corrected. */
export interface CorrectionReasonBody {
  /** As `GET /api/correction-reasons` lists them. */
  code: string;
  label: Bilingual;
  /** Free words of the author; may be empty. */
  text: string;
}

/** `GET /api/correction-reasons`. */
export interface CorrectionReasons {
  reasons: {
    code: string;
    label: Bilingual;
    /** Whether what is deleted for it is refused when it is sent again. */
    refusedAfterwards: boolean;
  }[];
}

/** A version of an instance that is no longer current. */
export interface VersionBody {
  /** For `GET /api/studies/{uid}/versions/{id}`. */
  id: number;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  why: 'deleted' | 'rejected' | 'corrected' | 'discarded';
  size: number;
  storedAt: string;
  /** Current again. */
  recovered: boolean;
  /** When its object was removed for good; null while it is kept. */
  removedAt: string | null;
  /** Whether the caller may retrieve it. */
  retrievable: boolean;
}

/** What was done to a study. */
export interface CorrectionEvent {
  id: number;
  kind:
    | 'deleted'
    | 'recovered'
    | 'corrected'
    | 'restored'
    | 'accepted'
    | 'discarded'
    | 'rejected'
    | 'dismissed'
    | 'held'
    | 'released'
    | 'unrejected'
    | 'removed';
  /** Code of the hospital whose copy changed. */
  hospital: string;
  studyInstanceUid: string;
  seriesInstanceUid: string | null;
  sopInstanceUid: string | null;
  reason: CorrectionReasonBody;
  author: { kind: 'machine' | 'person' | 'trial' | 'system'; name: string };
  /** ISO 8601. */
  at: string;
  /** How many instances it concerned. */
  instances: number;
  /** SOPInstanceUID of the rejection note, where one is concerned. */
  rejectionNote: string | null;
  /** id of the correction of patient data it is a part of, else null. */
  patientCorrection: number | null;
  /** Keywords of the attributes that a correction of patient data replaced. */
  attributes: string[];
  /** Whether the caller can recover something of it. */
  recoverable: boolean;
  /** What it ended, at most 500. */
  versions: VersionBody[];
}

/**
 * `GET /api/studies/{uid}/history` and, over all studies, `GET /api/corrections`, newest first. Query: `hospital` and
 * `kind` (repeatable), `limit` (1–200, default 50), `before` (`next` of the page before).
 */
export interface CorrectionsPage {
  events: CorrectionEvent[];
  next: number | null;
}

/**
 * Answer of `POST /api/studies/{uid}/recover`, whose body is `{ event?, reason: { code, text? } }`: the events that
 * were made, none when there was nothing left to recover.
 */
export interface RecoveryBody {
  events: number[];
}

/** Something that waits for a decision. */
export interface KeptAsideBody {
  id: number;
  /** Another dataset under a stored UID; the same in another study or series; a rejection note without the right to. */
  kind: 'DIFFERENT_DATASET' | 'OTHER_SERIES' | 'REJECTION_NOTE';
  hospital: HospitalRef;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  sopInstanceUid: string;
  sopClassUid: string;
  transferSyntaxUid: string;
  size: number;
  receivedAt: string;
  /** The version that is current. */
  current: {
    studyInstanceUid: string;
    seriesInstanceUid: string;
    transferSyntaxUid: string;
    storedAt: string;
  } | null;
  /** In what it differs from the current version; null where that cannot be said here. */
  differences: {
    attributes: {
      /** Tag, inside of sequences behind the path of tags and item numbers: `00400275/0/00400009`. */
      path: string;
      keyword: string;
      vr: string;
      /** Absent for callers who may not read the study; null where the attribute is absent. */
      current?: string | null;
      keptAside?: string | null;
    }[];
    /** Differences beyond those listed. */
    more: number;
    /** Only pixel data or another large value differs. */
    bulkData: boolean;
  } | null;
  rejection: { reason: { code: string; label: Bilingual }; instances: number } | null;
  /** Whether the caller may decide. */
  mayDecide: boolean;
}

/**
 * `GET /api/kept-aside`, newest first. Query: `hospital` and `kind` (repeatable), `study`, `limit` (1–200, default 50),
 * `before` (`next` of the page before).
 */
export interface KeptAsidePage {
  entries: KeptAsideBody[];
  next: number | null;
}

/** `GET /api/kept-aside/facets`. */
export interface KeptAsideFacets {
  total: number;
  hospitals: { code: string; count: number }[];
  kinds: { code: string; count: number }[];
}

/** Answer of `POST /api/kept-aside/{id}`, whose body is `{ decision: 'accept' | 'discard', reason: { code, text? } }`. */
export interface KeptAsideDecision {
  event: number;
}

/** An address that changes are delivered to. `GET /api/webhooks` answers `{ webhooks: WebhookBody[] }`. */
export interface WebhookBody {
  id: string;
  /** null: changes of every hospital. */
  hospital: string | null;
  url: string;
  /** null: every action. */
  actions: ChangeEntry['action'][] | null;
  /** False while it is paused. */
  active: boolean;
  /** Number of the last change that was delivered, or passed over. */
  position: number;
  /** Failed attempts since the last success, and what the last one said. */
  failures: number;
  lastError: string | null;
  lastSuccessAt: string | null;
  /** When a delivery that failed is tried again. */
  nextAttemptAt: string | null;
  createdAt: string;
}

/** Answer of `POST /api/webhooks`: the secret that signs deliveries is shown this once. */
export interface NewWebhookBody extends WebhookBody {
  secret: string;
}

/** A correction of patient data, and how far it has come. `POST /api/patient-corrections` answers it with 202. */
export interface PatientCorrectionBody {
  id: number;
  hospital: string;
  kind: 'patientMerge' | 'patientAttributes' | 'studyAttributes';
  /** What was asked for. */
  request: object;
  reason: CorrectionReasonBody;
  author: { kind: 'machine' | 'person' | 'trial' | 'system'; name: string };
  /** ISO 8601. */
  at: string;
  /**
   * The index shows the correction from the beginning; while `working`, stored instances are written anew.
   * `incomplete`: all but those that could not be.
   */
  state: 'working' | 'done' | 'incomplete';
  progress: { studies: number; instances: number; corrected: number; failed: number };
  studies: {
    studyInstanceUid: string;
    /** False when it was deleted meanwhile. */
    present: boolean;
    instances: number;
    corrected: number;
    failed: number;
  }[];
  /** Instances that could not be written anew, with a code of the reason; at most 500, and none in lists. */
  failures: { studyInstanceUid: string; sopInstanceUid: string; reason: string }[];
}

/** `GET /api/patient-corrections`, newest first. Query: `study` (StudyInstanceUID), `before` (`next` of the page before). */
export interface PatientCorrectionsPage {
  corrections: PatientCorrectionBody[];
  next: number | null;
}

/** Body of every error answer of `/api` (RFC 9457), also of DICOMweb where the standard gives no body. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  detailZh: string;
  requestId: string;
  /** Of 429 and 503: when another attempt is worth it. */
  retryAfterSeconds?: number;
}
