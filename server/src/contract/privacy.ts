/** Bodies of legal holds, retention, exports and of the page on data protection. */

export interface HoldBody {
  id: number;
  hospital: string;
  studyInstanceUid: string | null;
  patientId: string | null;
  reason: string;
  /** Last day, `YYYY-MM-DD`; null: until it is released. */
  until: string | null;
  author: string;
  /** ISO 8601. */
  createdAt: string;
  releasedAt: string | null;
  releasedBy: string | null;
  releaseReason: string | null;
  active: boolean;
  /** How many studies it holds. */
  studies: number;
  /** Whether the caller may release it. */
  mayRelease: boolean;
}

export interface HoldsPage {
  holds: HoldBody[];
  next: string | null;
  /** Hospitals for which the caller may set holds. */
  hospitals: { code: string; name: { zh: string; en: string } }[];
}

export interface RetentionBody {
  hospitals: {
    code: string;
    name: { zh: string; en: string };
    outpatientYears: number;
    inpatientYears: number;
    studies: number;
    ended: number;
    endedHeld: number;
    held: number;
    ending: { year: number; studies: number }[];
  }[];
  /** Years that the law asks for at least. */
  least: { outpatientYears: number; inpatientYears: number };
  /** Of the region (null) and of hospitals; the stricter holds, and deletions are allowed where there is none. */
  earlyDeletion: EarlyDeletionBody[];
}

/** What is answered to deletions before the end of the time that studies are kept. */
export interface EarlyDeletionBody {
  hospital: string | null;
  answer: 'allow' | 'warn' | 'refuse';
  /** Codes of reasons that are allowed whatever the answer is. */
  alwaysAllowed: string[];
}

export interface ExportFilterBody {
  hospitals: string[];
  modalities: string[];
  items: string[];
  /** Text of an HR label in force; null: whatever. */
  label: string | null;
  /** Study dates, `YYYY-MM-DD`. */
  from: string | null;
  to: string | null;
  studies: string[];
}

export interface ExportOptionsBody {
  dates: 'remove' | 'shift';
  keepWeekday: boolean;
  cleanDescriptors: boolean;
  cleanStructuredContent: boolean;
  cleanGraphics: boolean;
  retainPatientCharacteristics: boolean;
  retainDeviceIdentity: boolean;
  retainInstitutionIdentity: boolean;
  retainSafePrivate: boolean;
  /** Images with pixels that may show who the patient is: into a folder of their own, or left out. */
  flagged: 'apart' | 'leaveOut';
  /** Whether the table names items and verdicts of the mutual-recognition list. */
  conformance: boolean;
}

export type ExportState = 'unreleased' | 'waiting' | 'running' | 'done' | 'failed' | 'cancelled' | 'expired';

export interface ExportBody {
  id: string;
  project: string;
  title: string;
  approval: string;
  reason: string;
  state: ExportState;
  filter: ExportFilterBody;
  options: ExportOptionsBody;
  author: string;
  releasedBy: string | null;
  studies: number;
  studiesDone: number;
  /** Studies that were deleted meanwhile, or could not be read. */
  studiesMissing: number;
  instances: number;
  flagged: number;
  leftOut: number;
  /** Bytes of the archive, without its directory. */
  size: number;
  /** ISO 8601. */
  createdAt: string;
  finishedAt: string | null;
  expiresAt: string | null;
  failure: string | null;
  mayRelease: boolean;
  mayCancel: boolean;
  mayDownload: boolean;
}

export interface ExportsPage {
  exports: ExportBody[];
  next: string | null;
}

export interface ExportPreview {
  studies: number;
  patients: number;
  instances: number;
  /** More studies than an export may have. */
  tooMany: boolean;
  most: number;
  /** Attributes of one study before and after; null where nothing was found. */
  example: { tag: string; keyword: string; before: string; after: string | null }[] | null;
}

export interface ExportChoices {
  hospitals: { code: string; name: { zh: string; en: string } }[];
  modalities: string[];
  items: { code: string; name: { zh: string; en: string } }[];
  keepDays: number;
  /** Whether a second person releases exports. */
  release: boolean;
  most: number;
}

export interface DataProtectionBody {
  contact: string | null;
  region: string;
  hospitals: number;
  deletedKeepDays: number;
  exportKeepDays: number;
  outpatientYears: number;
  inpatientYears: number;
  shareMostDays: number;
  /** Days after its end; 0: for ever. */
  shareKeepDays: number;
  shareFailureDays: number;
  knownDeviceDays: number;
  sessionHours: number;
  changesDays: number;
  thumbnailDays: number;
  preparedDays: number;
  orphanHours: number;
  auditExported: boolean;
  sealed: boolean;
  encryptedTransport: boolean;
  purposes: string[];
}
