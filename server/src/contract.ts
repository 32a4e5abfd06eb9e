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
  items: { code: string; name: Bilingual; verdict: Verdict; summary: Bilingual }[];
  labels: Pick<HrLabel, 'text' | 'scope' | 'itemCode' | 'state'>[];
  /** ISO 8601 instant of the last instance that arrived. */
  receivedAt: string;
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

/** `GET /api/session`; 401 with a problem body when nobody is signed in. */
export interface SessionInfo {
  subject: string;
  displayName: string;
  role: 'administrator' | 'machine' | 'trial';
  expiresAt: string | null;
}

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
    | 'patientCorrected';
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

/** Body of every error answer of `/api` (RFC 9457), also of DICOMweb where the standard gives no body. */
export interface Problem {
  type: string;
  title: string;
  status: number;
  code: string;
  detail: string;
  detailZh: string;
  requestId: string;
}
