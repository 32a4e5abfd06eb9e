/** JSON bodies of orders and reports of hospital systems. Types only. */
import type { HospitalRef } from './hospital.ts';

/** What became of an entry of a message: `older` is kept in the history and changes nothing. */
export type EntryOutcome = 'created' | 'updated' | 'unchanged' | 'older';

/** `PUT /api/patients`, `/api/orders`, `/api/reports`: in the order of the entries. */
export interface IntakeAnswer {
  hospital: string;
  /** `report` names a report in addresses; `zh` and `en` say why a patient was refused. */
  results: { outcome: EntryOutcome | 'registered' | 'refused'; report?: string; zh?: string; en?: string }[];
}

export type ReportStatus = 'preliminary' | 'final' | 'amended' | 'cancelled';

/** A report beside the pictures of a study. */
export interface ReportBody {
  /** Of one that a hospital system gave: for its versions. Of an instance: its SOP Instance UID. */
  id: string;
  /** Given by a hospital system, or stored as a DICOM instance. */
  source: 'api' | 'fhir' | 'folder' | 'stow';
  status: ReportStatus;
  /** Title of a stored document; empty where the report has none. */
  title: string;
  findings: string;
  impression: string;
  /** What a structured report says, line by line; empty for others. */
  lines: { depth: number; name: string; value: string }[];
  /** Its PDF, as an address of this server; null: none. */
  document: string | null;
  author: string;
  verifier: string;
  /** ISO 8601; null where nobody said. */
  performedAt: string | null;
  reportedAt: string | null;
  receivedAt: string;
  /** Versions that came, this one too; 1 for instances. */
  versions: number;
}

/** `GET /api/studies/{uid}/reports`: the newest final one first. */
export interface StudyReports {
  studyInstanceUid: string;
  hospital: HospitalRef;
  reports: ReportBody[];
}

/** `GET /api/studies/{uid}/reports/{id}/versions`: the one that holds first, then the newest. */
export interface ReportVersions {
  versions: (ReportBody & { isCurrent: boolean; version: number })[];
}

export type OrderStatus = 'draft' | 'active' | 'completed' | 'revoked';

/** An order in a list. */
export interface OrderBody {
  id: number;
  hospital: HospitalRef;
  orderNumber: string;
  accessionNumber: string;
  patientId: string;
  patientName: string;
  exam: { code: string; scheme: string; name: string };
  modality: string;
  department: string;
  priority: 'routine' | 'urgent' | 'asap' | 'stat';
  patientClass: string;
  status: OrderStatus;
  orderedAt: string | null;
  receivedAt: string;
  /** Studies of its accession number in its hospital, and of its patient. */
  studies: string[];
  /** Reports that hold for its accession number or number. */
  reports: number;
}

/** `POST /api/orders/search` */
export interface OrderQuery {
  hospital?: string;
  /** Beginning of an order number, an accession number or a PatientID, or part of the exam's name. */
  q?: string;
  status?: OrderStatus[];
  /** With or without images. */
  images?: 'with' | 'without';
  limit?: number;
  cursor?: string;
}
export interface OrdersPage {
  orders: OrderBody[];
  next: string | null;
}

/** A file of a hospital's folder that was taken. */
export interface InboxFileBody {
  id: number;
  hospital: HospitalRef;
  name: string;
  size: number;
  state: 'done' | 'failed';
  counts: { patients?: number; orders?: number; reports?: number };
  errors: { at: string; zh: string; en: string }[];
  seen: boolean;
  takenAt: string;
}

/** `POST /api/orders/inbox`: the newest first. */
export interface InboxPage {
  files: InboxFileBody[];
  next: string | null;
  /** Failed and not seen by anybody. */
  failed: number;
}

/** `POST /api/reports/turnaround` */
export interface TurnaroundAnswer {
  from: string;
  until: string;
  figures: {
    hospital: HospitalRef;
    kind: 'emergency' | 'ctMr' | 'plain';
    reports: number;
    withinTarget: number;
    medianMinutes: number;
    targetMinutes: number;
  }[];
  slowest: {
    hospital: HospitalRef;
    kind: 'emergency' | 'ctMr' | 'plain';
    studyInstanceUid: string | null;
    performedAt: string;
    reportedAt: string;
    minutes: number;
    target: number;
  }[];
}
