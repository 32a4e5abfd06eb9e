import type { ReasonCode, RecognitionWord } from '@hutong/recognition';
import type { Author } from '../corrections/events.ts';

/** Longest free text of a decision, in characters. */
export const MAX_DECISION_TEXT = 500;

/** What was decided on another hospital's study. */
export type Decided =
  | { kind: 'recognised' }
  | {
      kind: 'examinedAgain';
      reasonCode: ReasonCode;
      /** Free text; not empty for RX12. */
      reasonText: string;
      /** The patient or family was informed and told why (S1, S0). */
      patientInformed: boolean;
    };

export const DECISION_KINDS = ['recognised', 'examinedAgain', 'withdrawn'] as const;
export type DecisionKind = (typeof DECISION_KINDS)[number];

export const PATIENT_CLASSES = ['', 'outpatient', 'inpatient', 'emergency', 'other'] as const;
export type PatientClass = (typeof PATIENT_CLASSES)[number];

/** One row of a decision's history. */
export interface RecognitionDecision {
  id: string;
  /** Id of the first of its chain: the decision as such, whatever became of it. */
  chain: string;
  /** Id of the row before it. */
  replaces: string | null;
  /** When the row was written. */
  createdAt: Date;
  /** When it was decided; corrections keep it. */
  decidedAt: Date;
  kind: DecisionKind;
  reasonCode: ReasonCode | '';
  reasonText: string;
  patientInformed: boolean;
  hospital: string;
  department: string;
  practitioner: string;
  author: Author;
  reminder: string | null;
  /** Which match of the reminder. */
  position: number | null;
  orderNumber: string;
  patientId: string;
  issuerOfPatientId: string;
  patientClass: PatientClass;
  issuingHospital: string;
  studyInstanceUid: string;
  /** YYYYMMDD or empty. */
  studyDate: string;
  itemCode: string;
  /** Texts of the HR labels that were in force when it was decided. */
  labels: string[];
  /** What the matrix said; empty where it was not asked. */
  word: RecognitionWord | '';
  citedAt: Date | null;
  citedBy: string;
}

export interface DecisionRow extends Omit<RecognitionDecision, 'author'> {
  authorKind: Author['kind'];
  authorId: string;
  authorName: string;
}

/** Columns of `recognition_decision d` as {@link recognitionDecisionOf} takes them. */
export const RECOGNITION_COLUMNS = `d.recognition_decision_id AS id, d.chain_id AS chain, d.replaces, d.created_at AS "createdAt",
  d.decided_at AS "decidedAt", d.kind, d.reason_code AS "reasonCode", d.reason_text AS "reasonText",
  d.patient_informed AS "patientInformed", d.hospital_code AS hospital, d.department, d.practitioner,
  d.author_kind AS "authorKind", d.author_id AS "authorId", d.author_name AS "authorName", d.reminder_id AS reminder,
  d.reminder_position AS position, d.order_number AS "orderNumber", d.patient_id AS "patientId",
  d.issuer_of_patient_id AS "issuerOfPatientId", d.patient_class AS "patientClass", d.issuing_hospital AS "issuingHospital",
  d.study_instance_uid AS "studyInstanceUid", d.study_date AS "studyDate", d.item_code AS "itemCode", d.labels, d.word,
  d.cited_at AS "citedAt", d.cited_by AS "citedBy"`;

/** Condition on `recognition_decision d`: nothing replaced it. */
export const IS_NEWEST =
  'NOT EXISTS (SELECT FROM recognition_decision later WHERE later.replaces = d.recognition_decision_id)';

export function recognitionDecisionOf({
  authorKind,
  authorId,
  authorName,
  ...row
}: DecisionRow): RecognitionDecision {
  return { ...row, author: { kind: authorKind, id: authorId, name: authorName } };
}

/** Whether a decision says the same as what is to be decided. */
export function saysTheSame(made: RecognitionDecision, given: Decided): boolean {
  if (made.kind !== given.kind) return false;
  return (
    given.kind === 'recognised' ||
    (made.reasonCode === given.reasonCode &&
      made.reasonText === given.reasonText &&
      made.patientInformed === given.patientInformed)
  );
}
