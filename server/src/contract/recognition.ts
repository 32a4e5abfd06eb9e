/** JSON bodies of decisions on mutual recognition, below `/api/recognition`. Types only. */
import type { Bilingual } from '@hutong/conformance';
import type { OfferedReason, ReasonCode, RecognitionWord } from '@hutong/recognition';
import type { HospitalRef } from './hospital.ts';

export type DecisionKindName = 'recognised' | 'examinedAgain' | 'withdrawn';
export type PatientClassName = '' | 'outpatient' | 'inpatient' | 'emergency' | 'other';

/** What is decided on. */
export type DecidedOn =
  | { reminder: string; position: number }
  /** `itemCode` may be left out where one item of the study has a label. */
  | { hospital: string; studyInstanceUid: string; itemCode?: string };

/** What is said: recognised, or examined again and why. */
export interface DecisionWords {
  kind: 'recognised' | 'examinedAgain';
  /** Where examined again. */
  reasonCode?: ReasonCode;
  /** Free text; needed for RX12. */
  reasonText?: string;
  /** The patient or family was informed and told why. */
  patientInformed?: boolean;
}

/** `POST /api/recognition/decisions`, with a key of the caller's own in the header Idempotency-Key. */
export interface NewRecognitionDecisionBody extends DecisionWords {
  on: DecidedOn;
  /** Hospital that decides, where the caller may decide for several and no reminder says it. */
  hospital?: string;
  department?: string;
  practitioner?: string;
  /** Patient and order of the deciding hospital, where no reminder says them. */
  patientId?: string;
  issuerOfPatientId?: string;
  orderNumber?: string;
  patientClass?: PatientClassName;
  /** Of machines: when it was decided, ISO 8601 with offset. */
  decidedAt?: string;
}

/** `POST /api/recognition/decisions/{id}/correct`. */
export interface RecognitionCorrectionBody extends DecisionWords {
  department?: string;
  practitioner?: string;
}

/** `POST /api/recognition/decisions/{id}/withdraw`. */
export interface RecognitionWithdrawalBody {
  reason?: string;
}

/** A decision as one of its hospitals, or the region, sees it. null: not for who looks. */
export interface RecognitionDecisionBody {
  id: string;
  /** Id of the first of its rows. */
  chain: string;
  createdAt: string;
  decidedAt: string;
  kind: DecisionKindName;
  reasonCode: ReasonCode | '';
  /** Words of the code; null where there is none. */
  reason: Bilingual | null;
  reasonText: string | null;
  patientInformed: boolean;
  /** Who decided. */
  hospital: HospitalRef;
  department: string;
  practitioner: string | null;
  author: string | null;
  reminder: { id: string; position: number } | null;
  orderNumber: string | null;
  patientId: string | null;
  issuerOfPatientId: string | null;
  patientClass: PatientClassName;
  /** Whose examination it is. */
  issuing: HospitalRef;
  studyInstanceUid: string | null;
  /** YYYY-MM-DD or empty. */
  studyDate: string;
  item: { code: string; name: Bilingual };
  labels: string[];
  word: RecognitionWord | '';
  citedAt: string | null;
  /** As which of its hospitals it is seen. */
  seenAs: 'deciding' | 'issuing' | 'region';
  /** Text for the medical record; of the deciding hospital. */
  record: Bilingual | null;
  mayChange: boolean;
}

/** `GET /api/recognition/decisions`, and `/api/recognition/region-decisions` without patients. */
export interface RecognitionDecisionsPage {
  decisions: RecognitionDecisionBody[];
  next: string | null;
}

/** `GET /api/recognition/decisions/facets`. */
export interface RecognitionFacets {
  hospitals: HospitalRef[];
  departments: string[];
  items: { code: string; name: Bilingual }[];
  /** All there are, whether or not they are offered at present. */
  reasons: { code: ReasonCode; text: Bilingual }[];
}

/** `GET /api/recognition/decisions/{id}`. */
export interface RecognitionHistoryBody {
  decision: RecognitionDecisionBody;
  /** All rows, the newest first. */
  history: RecognitionDecisionBody[];
}

/** A match of a reminder beside what is there now. */
export interface ReminderMatchBody {
  position: number;
  hospital: HospitalRef;
  studyInstanceUid: string;
  studyDate: string;
  ageDays: number | null;
  item: { code: string; name: Bilingual };
  labels: string[];
  word: RecognitionWord;
  because: Bilingual;
  /** Of the hospital that asked: used as it is, nothing to recognise. */
  own: boolean;
  /** The study is there and a label of the item is in force on it. */
  inForce: boolean;
  /** How pictures can be opened: they are open, by recognition for some hours, or not by this way. */
  opens: 'open' | 'grant' | 'no';
  viewed: boolean;
  decision: RecognitionDecisionBody | null;
}

/** `GET /api/recognition/reminders/{reminder}`. */
export interface ReminderPageBody {
  id: string;
  createdAt: string;
  hospital: HospitalRef;
  department: string;
  practitioner: string;
  patient: {
    patientId: string;
    name: string;
    sex: string;
    /** YYYY-MM-DD or empty. */
    birthDate: string;
  };
  orderNumber: string;
  patientClass: PatientClassName;
  exam: { code: string; name: string; modality: string; items: { code: string; name: Bilingual }[] };
  matches: ReminderMatchBody[];
  reasons: OfferedReason[];
}

/** `POST /api/recognition/reminders/{reminder}/matches/{position}/open`. */
export interface OpenedMatchBody {
  studyInstanceUid: string;
  /** Until when; null: it is open anyway. */
  expiresAt: string | null;
}

/** `GET /api/recognition/studies/{study}?hospital=`: what the viewer asks. */
export interface StudyRecognitionBody {
  issuing: HospitalRef;
  /** Hospitals that the caller may decide for. */
  hospitals: HospitalRef[];
  /** Items with a label in force. */
  items: { code: string; name: Bilingual; labels: string[] }[];
  reasons: OfferedReason[];
  /** What the caller's hospitals decided, as it stands. */
  decisions: RecognitionDecisionBody[];
}
