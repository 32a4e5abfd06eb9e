import type { Bilingual } from '@hutong/conformance';
import type { RecognitionWord } from '@hutong/recognition';
import type { PatientClass } from '../recognition/decision.ts';

/** An exam that somebody is about to order, as the hospital's system names it. */
export interface AskedOrder {
  code: string;
  scheme: string;
  name: string;
  /** CT, MR, DX, …; empty where it is not told. */
  modality: string;
  /** Further codes of the same exam, asked in their order where the first is not known. */
  otherCodes?: readonly { code: string; scheme: string }[];
}

/** By which interface a reminder was asked for. */
export type ReminderChannel = 'cds' | 'json' | 'page';

/** Who asks, for whom, and what for. */
export interface ReminderRequest {
  /** Hospital that is about to order. */
  hospital: string;
  /** Empty where the patient has no number there yet. */
  patientId: string;
  issuerOfPatientId: string;
  /** The person that identifiers name; `null`: none was given, or nobody is known by them. */
  identified: string | null;
  exams: readonly AskedOrder[];
  orderNumber: string;
  department: string;
  practitioner: string;
  patientClass: PatientClass;
  channel: ReminderChannel;
  caller: { kind: string; id: string };
}

/**
 * Why a reminder names no study: the exam stands for no item that is known (`unmapped`), or for none of the list
 * (`notListed`); the identifiers are another person's than the PatientID (`otherPerson`); there is none (`noStudy`).
 */
export const NO_MATCH_REASONS = ['unmapped', 'notListed', 'otherPerson', 'noStudy'] as const;
export type NoMatchReason = (typeof NO_MATCH_REASONS)[number];

/** A study that answers an ordered exam. */
export interface ReminderMatch {
  /** Place in the reminder, from 0. */
  position: number;
  hospital: string;
  /** At that hospital; for the audit alone. */
  patientId: string;
  studyInstanceUid: string;
  itemCode: string;
  /** YYYYMMDD. */
  studyDate: string;
  ageDays: number;
  modalities: string[];
  /** Texts of labels in force. */
  labels: string[];
  word: RecognitionWord;
  rule: string;
  because: Bilingual;
  /** Of the hospital that asks. */
  own: boolean;
}

/** What was answered for one exam. */
export interface Reminder {
  id: string;
  exam: AskedOrder;
  itemCodes: string[];
  /** How the items are known; see `itemsOfOrder` of packages/conformance. */
  how: 'table' | 'loinc' | 'name' | 'unlisted' | 'unknown';
  /** null: there are matches. */
  emptyBecause: NoMatchReason | null;
  matches: ReminderMatch[];
}
