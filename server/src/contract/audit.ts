/** JSON bodies of the audit trail. Types only. */
import type { Bilingual } from '@hutong/conformance';

/** One audited event, with what continued it added up. */
export interface AuditEventBody {
  /** Writer and its sequence, with a hyphen between. */
  id: string;
  /** ISO 8601. */
  at: string;
  action: string;
  outcome: 'success' | 'refused' | 'failed';
  actor: { kind: string; id: string; name: string; address: string };
  /** Code of HL7 PurposeOfUse. */
  purpose: string;
  /** Whose data; empty where it is not about one. */
  hospital: string;
  patientId: string;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  /** How often, or how many objects, when the event was written. */
  count: number;
  /** With what was added within the minutes after it. */
  total: number;
  requestId: string;
  /** Batch of its writer's chain. */
  batch: number | null;
  detail: Record<string, unknown>;
}

/**
 * `GET /api/audit` (query) and `POST /api/audit/search` (this body, which may name a patient), newest first, with the scope
 * `audit`: who audits a hospital finds what was done with its data. With `Accept: application/fhir+json` a Bundle of FHIR R4
 * AuditEvents, with `application/xml` DICOM audit messages (PS3.15 A.5); these have every event on its own.
 */
export interface AuditSearch {
  hospital?: string[];
  patient?: { hospital: string; patientId: string };
  study?: string;
  /** Id of who acted, or a part of the name. */
  actor?: string;
  kind?: string[];
  action?: string[];
  outcome?: string[];
  /** Codes of HL7 PurposeOfUse. */
  purpose?: string[];
  /** Network address, or its beginning with an asterisk behind. */
  address?: string;
  /** ISO 8601. */
  from?: string;
  to?: string;
  /** 1–1000, default 100. */
  limit?: number;
  /** `next` of the page before. */
  cursor?: string;
}

export interface AuditPage {
  events: AuditEventBody[];
  next: string | null;
}

/** `POST /api/audit/overview` with an {@link AuditSearch}: events a day, in China Standard Time. */
export interface AuditOverview {
  days: { day: string; action: string; outcome: string; events: number }[];
}

/** `POST /api/audit/patient-history`: `hospital`, `patientId`, `from` and `to` (ISO 8601, may be absent). */
export interface PatientHistoryBody {
  hospital: { code: string; name: Bilingual };
  patientId: string;
  entries: PatientHistoryEntry[];
  studies: { studyInstanceUid: string; date: string; modalities: string[]; description: string }[];
  /** There is more; ask for a shorter time. */
  cut: boolean;
}

export type PatientHistoryKind =
  'looked' | 'copied' | 'shared' | 'granted' | 'emergency' | 'found' | 'decided' | 'stored' | 'changed';

/** What one person or machine did with one study on one day. */
export interface PatientHistoryEntry {
  /** YYYY-MM-DD in China Standard Time. */
  day: string;
  first: string;
  last: string;
  kind: PatientHistoryKind;
  who: { kind: string; name: string };
  purpose: string;
  /** It broke the glass, or was an access under a broken glass. */
  emergency: boolean;
  outcome: string;
  studyInstanceUid: string;
  times: number;
}

/** `GET /api/audit/status`: how the trail itself is. */
export interface AuditStatus {
  /** Hospitals whose trail the caller reads. */
  hospitals: { code: string; name: Bilingual }[];
  /** The caller reads the trail of the whole region, and may verify it. */
  wholeRegion: boolean;
  /** Null for who audits single hospitals. */
  destinations: AuditDestination[] | null;
  verification: { newest: AuditVerificationBody | null; finished: AuditVerificationBody | null };
}

export interface AuditDestination {
  destination: string;
  /** False while no worker has taken it up. */
  begun: boolean;
  /** Events that it has not confirmed. */
  waiting: number;
  waitingSince: string | null;
  delivered: number;
  rejected: number;
  failures: number;
  lastError: string | null;
  lastSuccessAt: string | null;
}

/** A run of the verification: `POST /api/audit/verification` begins one and is answered by it. */
export interface AuditVerificationBody {
  startedAt: string;
  startedBy: string;
  finishedAt: string | null;
  running: boolean;
  writers: number;
  writersDone: number;
  events: number;
  anchors: number;
  faults: { writerId: string; batch: number; fault: string }[];
  error: string | null;
}
