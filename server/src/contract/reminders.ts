/** JSON bodies of the reminder before an exam is ordered, and of the matrix of recognition. Types only. */
import type { Bilingual } from '@hutong/conformance';
import type { OfferedReason, RecognitionPolicy, RecognitionWord } from '@hutong/recognition';
import type { AuthorBody } from './conformance.ts';
import type { HospitalRef } from './hospital.ts';
import type { PatientClassName } from './recognition.ts';

/** Body of `POST /api/reminders`; scope `recognise`. Who the patient is stands here, never in an address. */
export interface ReminderAskBody {
  /** The hospital that is about to order; may be left out by who asks for one alone. */
  hospital?: string;
  patient?: { patientId: string; issuer?: string };
  identifiers?: { kind: 'idCard' | 'healthCard' | 'passport' | 'other'; value: string; issuer?: string }[];
  /** 1 to 20. */
  exams: { code?: string; scheme?: string; name?: string; modality?: string }[];
  orderNumber?: string;
  department?: string;
  /** Who orders, as the hospital's system names them. */
  practitioner?: string;
  patientClass?: Exclude<PatientClassName, ''>;
}

export type NoMatchReasonName = 'unmapped' | 'notListed' | 'otherPerson' | 'noStudy';

export interface ReminderMatchBody {
  position: number;
  hospital: HospitalRef;
  /** Of the hospital that asks. */
  own: boolean;
  studyInstanceUid: string;
  item: { code: string; name: Bilingual };
  /** YYYY-MM-DD. */
  studyDate: string;
  ageDays: number;
  modalities: string[];
  labels: string[];
  verdict: 'PASS';
  /** What the matrix says, and why. */
  word: RecognitionWord;
  because: Bilingual;
  /** One sentence of it all. */
  text: Bilingual;
}

export interface ReminderBody {
  id: string;
  exam: { code: string; scheme: string; name: string; modality: string };
  items: { code: string; name: Bilingual }[];
  matches: ReminderMatchBody[];
  /** Why nothing is named; null: something is. */
  emptyBecause: { code: NoMatchReasonName; text: Bilingual } | null;
  /** Items of the order that none of the matches answers, where others are answered; null: there are none. */
  uncovered: { items: { code: string; name: Bilingual }[]; text: Bilingual } | null;
  /** Page of the reminder, for who has an account: open, recognise, examine again. */
  page: string;
}

/** Answer of `POST /api/reminders`. */
export interface RemindersAnswer {
  call: string;
  hospital: HospitalRef;
  /** The patient is known to be a person: studies of other hospitals were looked for. */
  linked: boolean;
  /** Identifiers that cannot be what they are said to be; nothing was looked for by them. */
  ignoredIdentifiers: { index: number; because: Bilingual }[];
  /** One for each exam, in their order. */
  reminders: ReminderBody[];
  /** Reasons to examine again that the region offers. */
  reasons: OfferedReason[];
  /** Address of a page that shows all this; null: there is nothing to show. */
  card: { url: string; expiresAt: string } | null;
}

/** A reminder as lists show it. */
export interface ReminderRow {
  id: string;
  createdAt: string;
  hospital: HospitalRef;
  department: string;
  practitioner: string;
  channel: 'cds' | 'json' | 'page';
  patientId: string;
  orderNumber: string;
  exam: { code: string; name: string; modality: string };
  items: { code: string; name: Bilingual }[];
  emptyBecause: NoMatchReasonName | null;
  milliseconds: number;
  matches: {
    position: number;
    hospital: HospitalRef;
    own: boolean;
    item: { code: string; name: Bilingual };
    studyDate: string;
    ageDays: number;
    labels: string[];
    word: RecognitionWord;
    /** The label is still in force. */
    inForce: boolean;
    viewed: boolean;
    decision: { kind: 'recognised' | 'examinedAgain'; reasonCode: string; decidedAt: string } | null;
  }[];
}

export interface RemindersPage {
  reminders: ReminderRow[];
  next: string | null;
}

/** `GET /api/recognition/policy`. */
export interface RecognitionPolicyBody {
  /** null: the one that ships. */
  id: number | null;
  policy: RecognitionPolicy;
  note: string;
  author: AuthorBody | null;
  createdAt: string | null;
  mayChange: boolean;
  former: {
    id: number;
    policy: RecognitionPolicy;
    note: string;
    author: AuthorBody | null;
    createdAt: string;
  }[];
  /** The matrix: for each issuing hospital and scope of its labels, the word for each viewing one. */
  hospitals: (HospitalRef & { level: string; region: string; scopes: string[]; alliances: string[] })[];
  scopes: string[];
}

/** `PUT /api/recognition/policy`; scope `registry` of the region. */
export interface NewRecognitionPolicyBody {
  /** id of the version that was looked at; null: the one that ships. */
  replaces: number | null;
  policy: RecognitionPolicy;
  note: string;
}

/** A system that asks by CDS Hooks. */
export interface CdsClientBody {
  id: string;
  issuer: string;
  name: string;
  hospital: HospitalRef;
  jwksUrl: string | null;
  /** Key ids of keys that were given. */
  keyIds: string[];
  createdBy: string;
  createdAt: string;
  endedAt: string | null;
  endedBy: string;
  lastUsedAt: string | null;
}

export interface CdsClientsBody {
  clients: CdsClientBody[];
  /** Hospitals that the caller may register clients of. */
  hospitals: HospitalRef[];
  /** Address of the services, as clients are told it. */
  services: string;
}

export interface NewCdsClientBody {
  issuer: string;
  name: string;
  hospital: string;
  /** Either public keys, or where they are. */
  jwks?: { keys: Record<string, unknown>[] };
  jwksUrl?: string;
}

/** `POST /api/reminder-cards`: what the token of a card opens. */
export interface ReminderCardBody {
  hospital: HospitalRef;
  practitioner: string;
  department: string;
  expiresAt: string;
  reminders: (ReminderBody & {
    decisions: { position: number; kind: 'recognised' | 'examinedAgain'; reasonCode: string }[];
  })[];
  reasons: OfferedReason[];
  /** Pictures open without signing in, under the name that the hospital system gave. */
  opensPictures: boolean;
}

/** `POST /api/reminder-cards/pictures`: where the pictures of a match are. */
export interface ReminderPicturesBody {
  url: string;
}
