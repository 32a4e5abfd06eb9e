import type { AuditAction } from '../auditEvent.ts';

/** A code of a code system, with its meaning there. */
export interface Code {
  code: string;
  display: string;
}

/** How an action is told in the two standard vocabularies. */
export interface AuditWords {
  /** EventID of PS3.15 A.5.3, from context group 400 of PS3.16. */
  event: Code;
  /** EventTypeCode, from context group 401; null where the event has none. */
  type: Code | null;
  /** Create, read, update, delete or execute. */
  kind: 'C' | 'R' | 'U' | 'D' | 'E';
  /** Interaction of FHIR's REST API that it resembles; null where none does. */
  interaction: 'create' | 'read' | 'update' | 'delete' | 'search' | null;
}

// PS3.16 CID 400, Audit Event ID.
const activity: Code = { code: '110100', display: 'Application Activity' };
const logUsed: Code = { code: '110101', display: 'Audit Log Used' };
const accessed: Code = { code: '110103', display: 'DICOM Instances Accessed' };
const transferred: Code = { code: '110104', display: 'DICOM Instances Transferred' };
const deleted: Code = { code: '110105', display: 'DICOM Study Deleted' };
const exported: Code = { code: '110106', display: 'Export' };
const query: Code = { code: '110112', display: 'Query' };
const alert: Code = { code: '110113', display: 'Security Alert' };
const authentication: Code = { code: '110114', display: 'User Authentication' };

// PS3.16 CID 401, Audit Event Type Code.
const login: Code = { code: '110122', display: 'Login' };
const logout: Code = { code: '110123', display: 'Logout' };
const override: Code = { code: '110127', display: 'Emergency Override Started' };
const configuration: Code = { code: '110129', display: 'Security Configuration' };
const restricted: Code = { code: '110132', display: 'Use of Restricted Function' };
const objectSecurity: Code = { code: '110135', display: 'Object Security Attributes Changed' };
const userSecurity: Code = { code: '110137', display: 'User Security Attributes Changed' };
const localService: Code = { code: '110141', display: 'Local Service Operation Started' };

const words = (
  event: Code,
  type: Code | null,
  kind: AuditWords['kind'],
  interaction: AuditWords['interaction'],
): AuditWords => ({ event, type, kind, interaction });

/** The one table of what is recorded and how the standards call it (PS3.15 A.5.3, PS3.16 CID 400 and 401). */
export const AUDIT_WORDS: Readonly<Record<AuditAction, AuditWords>> = {
  store: words(transferred, null, 'C', 'create'),
  search: words(query, null, 'E', 'search'),
  retrieve: words(transferred, null, 'R', 'read'),
  render: words(accessed, null, 'R', 'read'),
  metadata: words(accessed, null, 'R', 'read'),
  download: words(exported, null, 'R', 'read'),
  view: words(accessed, null, 'R', 'read'),
  correct: words(accessed, null, 'U', 'update'),
  delete: words(deleted, null, 'D', 'delete'),
  recover: words(accessed, null, 'U', 'update'),
  decide: words(accessed, null, 'U', 'update'),
  recognise: words(accessed, null, 'U', 'update'),
  share: words(exported, null, 'R', null),
  export: words(exported, null, 'R', null),
  hold: words(alert, objectSecurity, 'U', null),
  grant: words(alert, objectSecurity, 'U', null),
  breakGlass: words(alert, override, 'E', null),
  configure: words(alert, configuration, 'E', null),
  rights: words(alert, userSecurity, 'U', null),
  signIn: words(authentication, login, 'E', null),
  signOut: words(authentication, logout, 'E', null),
  operate: words(activity, localService, 'E', null),
  auditRead: words(logUsed, null, 'R', null),
  refused: words(alert, restricted, 'E', null),
  securityAlert: words(alert, restricted, 'E', null),
};

/** Words of an action as a row has it; a row written by a later version may have one that is not known here. */
export function wordsOf(action: string): AuditWords {
  return Object.hasOwn(AUDIT_WORDS, action)
    ? AUDIT_WORDS[action as AuditAction]
    : words(activity, null, 'E', null);
}

/** EventOutcomeIndicator (PS3.15 A.5.1): success, minor failure, serious failure. */
export const OUTCOMES: Readonly<Record<string, '0' | '4' | '8'>> = {
  success: '0',
  refused: '4',
  failed: '8',
};

/** Meanings of the purposes in v3-ActReason of HL7. */
export const PURPOSE_WORDS: Readonly<Record<string, string>> = {
  TREAT: 'treatment',
  BTG: 'break the glass',
  HQUALIMP: 'health quality improvement',
  HOPERAT: 'healthcare operations',
  PATRQT: 'patient requested',
  HRESCH: 'healthcare research',
};
