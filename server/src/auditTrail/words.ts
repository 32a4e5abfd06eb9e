import type { AuditAction } from '@hutong/storage-config';

/** A code of a code system, with its meaning there. */
export interface Code {
  code: string;
  display: string;
}

/** How an action is told in the two standard vocabularies. */
export interface AuditWords {
  /** EventID of PS3.15 A.5.3, from context group 400 of PS3.16. */
  event: Code;
  /** EventTypeCode, where the event has one. */
  type: Code | null;
  /** Create, read, update, delete or execute. */
  kind: 'C' | 'R' | 'U' | 'D' | 'E';
  /** Interaction of FHIR's REST API that it resembles. */
  interaction: 'create' | 'read' | 'update' | 'delete' | 'search' | 'operation';
}

const accessed: Code = { code: '110103', display: 'DICOM Instances Accessed' };
const transferred: Code = { code: '110104', display: 'DICOM Instances Transferred' };
const authentication: Code = { code: '110114', display: 'User Authentication' };

/** Standard words of each action (PS3.15 A.5.3, PS3.16 CID 400 and 401). */
export const AUDIT_WORDS: Readonly<Record<AuditAction, AuditWords>> = {
  store: { event: transferred, type: null, kind: 'C', interaction: 'create' },
  search: { event: { code: '110112', display: 'Query' }, type: null, kind: 'E', interaction: 'search' },
  retrieve: { event: transferred, type: null, kind: 'R', interaction: 'read' },
  render: { event: accessed, type: null, kind: 'R', interaction: 'read' },
  metadata: { event: accessed, type: null, kind: 'R', interaction: 'read' },
  download: { event: { code: '110106', display: 'Export' }, type: null, kind: 'R', interaction: 'read' },
  view: { event: accessed, type: null, kind: 'R', interaction: 'read' },
  correct: { event: accessed, type: null, kind: 'U', interaction: 'update' },
  delete: {
    event: { code: '110105', display: 'DICOM Study Deleted' },
    type: null,
    kind: 'D',
    interaction: 'delete',
  },
  recover: { event: accessed, type: null, kind: 'U', interaction: 'update' },
  decide: { event: accessed, type: null, kind: 'U', interaction: 'update' },
  share: { event: { code: '110106', display: 'Export' }, type: null, kind: 'E', interaction: 'operation' },
  configure: {
    event: { code: '110113', display: 'Security Alert' },
    type: { code: '110129', display: 'Security Configuration' },
    kind: 'E',
    interaction: 'operation',
  },
  signIn: {
    event: authentication,
    type: { code: '110122', display: 'Login' },
    kind: 'E',
    interaction: 'operation',
  },
  signOut: {
    event: authentication,
    type: { code: '110123', display: 'Logout' },
    kind: 'E',
    interaction: 'operation',
  },
  auditRead: {
    event: { code: '110101', display: 'Audit Log Used' },
    type: null,
    kind: 'R',
    interaction: 'read',
  },
  refused: {
    event: { code: '110113', display: 'Security Alert' },
    type: { code: '110132', display: 'Use of Restricted Function' },
    kind: 'E',
    interaction: 'operation',
  },
};

/** EventOutcomeIndicator (PS3.15 A.5.1): success, minor failure, serious failure. */
export const OUTCOMES = { success: '0', refused: '4', failed: '8' } as const;
