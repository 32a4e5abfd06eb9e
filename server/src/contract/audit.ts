/** JSON bodies of the audit trail. Types only. */

/** One audited event. */
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
  /** How often, or how many objects. */
  count: number;
  /** id of the event whose count it adds to, else null. */
  continues: string | null;
  requestId: string;
  detail: Record<string, unknown>;
}

/**
 * `GET /api/audit`, newest first, for administrators. Query: `hospital`, `action` (repeatable), `study`, `patient` (with one
 * hospital), `actor`, `from`, `to` (ISO 8601), `limit` (1–1000, default 100), `cursor`. With `Accept: application/fhir+json` a
 * Bundle of FHIR R4 AuditEvents, with `application/xml` DICOM audit messages (PS3.15 A.5).
 */
export interface AuditPage {
  events: AuditEventBody[];
  next: string | null;
}
