/** JSON bodies of the change feed and of webhooks. Types only. */

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
    | 'glassBroken'
    | 'recognised'
    | 'examinedAgain'
    | 'recognitionWithdrawn';
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
  /** `json`: entries of the feed; `fhir`: collection Bundles of FHIR R4 resources. */
  format: 'json' | 'fhir';
  /** Bundles say who the patients are: names, PatientIDs, sex and dates of birth. */
  withPatients: boolean;
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
  /** What leaves with it, where it is told who patients are; else absent. */
  warning?: { zh: string; en: string };
}
