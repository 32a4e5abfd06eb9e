/** JSON bodies of deletions, recoveries, what was kept aside, and corrections of patient data. Types only. */
import type { Bilingual } from '@hutong/conformance';
import type { HospitalRef } from './hospital.ts';

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
  /** Whether that was undone by it. */
  undo: boolean;
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
 * were made, none when there was nothing left to recover. Of an event that is named: 409 `nothing-to-recover` then.
 */
export interface RecoveryBody {
  events: number[];
}

/** Something that waits for a decision. */
export interface KeptAsideBody {
  id: number;
  /** Another dataset under a known UID; the same in another study or series; a rejection note that waits for a person. */
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
  /** That, by whom, when and why it was undone by `POST /api/patient-corrections/{id}/undo`; null: it stands. */
  undone: {
    reason: CorrectionReasonBody;
    author: { kind: 'machine' | 'person' | 'trial' | 'system'; name: string };
    at: string;
  } | null;
  /**
   * The index shows the correction, or that it was undone, from the beginning; while `working`, stored instances are
   * written anew. `incomplete`: all but those that could not be.
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
