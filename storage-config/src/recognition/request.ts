import type { Author } from '../corrections/events.ts';
import type { Decided, PatientClass, RecognitionDecision } from './decision.ts';

/** Who decides. */
export interface Decider {
  hospital: string;
  /** As the hospital's system names them; empty where it does not say. */
  department: string;
  practitioner: string;
  author: Author;
}

/** A match of a reminder. */
export interface OnReminder {
  reminder: string;
  position: number;
}

/** A study that the caller may open. */
export interface OnStudy {
  hospital: string;
  studyInstanceUid: string;
  /** May be left out where one item of the study has a label. */
  itemCode: string | null;
  /** What the caller may read: the statement finds nothing else. Hospitals null: all. */
  view: { hospitals: readonly string[] | null; studyIds: readonly number[] };
  /** The deciding hospital's patient and order, where they are known. */
  patientId: string;
  issuerOfPatientId: string;
  orderNumber: string;
  patientClass: PatientClass;
}

export interface NewRecognitionDecision {
  what: Decided;
  decider: Decider;
  on: OnReminder | OnStudy;
  /** When it was decided, where that was earlier: not before its reminder. null: now. */
  decidedAt: Date | null;
  /** The caller's own key of the request. */
  idempotencyKey: string | null;
  /** Scope of hospitals that never joined one (HUTONG_REGION_NAME). */
  regionName: string;
}

export type RefusedDecision =
  /** There is no such reminder, match or study for this hospital. */
  | { outcome: 'absent' }
  /** An examination of the own hospital is used as it is. */
  | { outcome: 'ownStudy' }
  /** No label is in force on the study, or on this item of it. */
  | { outcome: 'notLabelled' }
  /** Several items have labels: which one is meant has to be said. */
  | { outcome: 'itemNeeded'; itemCodes: string[] }
  /** Images came or went, and the study is being judged anew. */
  | { outcome: 'pending' }
  /** The label was withdrawn. */
  | { outcome: 'labelWithdrawn' }
  /** The study was deleted. */
  | { outcome: 'studyGone' }
  /** The matrix says that the label is not for this hospital. */
  | { outcome: 'notInScope' }
  /** The study is no longer, or is not, of the patient it would be recognised for. */
  | { outcome: 'otherPatient' }
  /** The region's policy does not offer the reason. */
  | { outcome: 'reasonNotOffered' }
  /** Something else was decided already; it can be corrected. */
  | { outcome: 'alreadyDecided'; decision: RecognitionDecision }
  /** The key was used for another request. */
  | { outcome: 'keyUsed' }
  /** Decided in the future, or before the reminder. */
  | { outcome: 'badTime' };

export type RecordedDecision = { outcome: 'recorded'; decision: RecognitionDecision; isAgain: boolean };
