import { createHash } from 'node:crypto';

/**
 * What can be done that is audited; `messages/eventCodes.ts` says how the standards call each. `recognise` says of another
 * hospital's study that it is recognised or examined again, corrects or withdraws that. `export` takes
 * de-identified copies, `hold` sets or ends a legal hold, `grant` asks for, gives or ends access between hospitals,
 * `breakGlass` opens in an emergency without such, `rights` changes people, their roles, keys and apps, `operate` is an
 * operator's command, `securityAlert` tells of unusual use.
 */
export const AUDIT_ACTIONS = [
  'store',
  'search',
  'retrieve',
  'render',
  'metadata',
  'download',
  'view',
  'correct',
  'delete',
  'recover',
  'decide',
  'recognise',
  'configure',
  'share',
  'export',
  'hold',
  'grant',
  'breakGlass',
  'rights',
  'signIn',
  'signOut',
  'operate',
  'auditRead',
  'refused',
  'securityAlert',
] as const;
export type AuditAction = (typeof AUDIT_ACTIONS)[number];

/** Who acted, and for what. */
export interface AuditActor {
  kind: 'machine' | 'person' | 'trial' | 'share' | 'system' | 'nobody';
  /** Key id or subject; never a secret. */
  id: string;
  name: string;
  /** Network address of the client. */
  address: string;
  /** Code of HL7 PurposeOfUse: `TREAT`, `HOPERAT`, `BTG`, … */
  purpose: string;
}

/** Whose data was touched; empty text where it is not about one. */
export interface AuditSubject {
  hospital: string;
  patientId: string;
  studyInstanceUid: string;
  seriesInstanceUid: string;
}

export interface AuditEvent {
  action: AuditAction;
  outcome: 'success' | 'refused' | 'failed';
  actor: AuditActor;
  subject: AuditSubject;
  /** How often, or how many objects. */
  count: number;
  requestId: string;
  /** Further facts, for example the keys of a search. */
  detail: Readonly<Record<string, unknown>>;
}

export const NOBODYS: AuditSubject = {
  hospital: '',
  patientId: '',
  studyInstanceUid: '',
  seriesInstanceUid: '',
};

/** An event as its row has it. */
export interface AuditRow {
  sequence: number;
  /** ISO 8601 with milliseconds. */
  at: string;
  action: string;
  outcome: string;
  actorKind: string;
  actorId: string;
  actorName: string;
  address: string;
  purpose: string;
  hospital: string;
  patientId: string;
  studyInstanceUid: string;
  seriesInstanceUid: string;
  count: number;
  /** Sequence of the earlier event whose count it adds to. */
  continues: number | null;
  requestId: string;
  detail: string;
}

/** Longest text of a column, in characters: what clients send is no place to store things. */
const LONGEST_TEXT = 256;
/** As long as an address that Node.js takes may be, so that nobody hides a search behind what follows or precedes it. */
const LONGEST_DETAIL = 20_000;

/** The row of an event, but for its place. Text that PostgreSQL does not hold is replaced, what is too long is cut. */
export function auditRow(event: AuditEvent, continues: number | null): Omit<AuditRow, 'sequence' | 'at'> {
  const { actor, subject } = event;
  const detail = storable(JSON.stringify(event.detail));
  return {
    action: event.action,
    outcome: event.outcome,
    actorKind: actor.kind,
    actorId: short(actor.id),
    actorName: short(actor.name),
    address: short(actor.address),
    purpose: short(actor.purpose),
    hospital: short(subject.hospital),
    patientId: short(subject.patientId),
    studyInstanceUid: short(subject.studyInstanceUid),
    seriesInstanceUid: short(subject.seriesInstanceUid),
    count: Math.min(Math.max(0, Math.trunc(event.count)), 2_147_483_647),
    continues,
    requestId: short(event.requestId),
    detail:
      detail.length <= LONGEST_DETAIL
        ? detail
        : JSON.stringify({ cut: detail.length, begins: detail.slice(0, LONGEST_TEXT).toWellFormed() }),
  };
}

/** Columns in the order in which they are hashed and written. */
export const AUDIT_COLUMNS = [
  ['sequence', 'sequence', 'bigint'],
  ['at', 'at', 'timestamptz'],
  ['action', 'action', 'text'],
  ['outcome', 'outcome', 'text'],
  ['actorKind', 'actor_kind', 'text'],
  ['actorId', 'actor_id', 'text'],
  ['actorName', 'actor_name', 'text'],
  ['address', 'address', 'text'],
  ['purpose', 'purpose', 'text'],
  ['hospital', 'hospital_code', 'text'],
  ['patientId', 'patient_id', 'text'],
  ['studyInstanceUid', 'study_instance_uid', 'text'],
  ['seriesInstanceUid', 'series_instance_uid', 'text'],
  ['count', 'count', 'integer'],
  ['continues', 'continues', 'bigint'],
  ['requestId', 'request_id', 'text'],
  ['detail', 'detail', 'text'],
] as const satisfies readonly (readonly [keyof AuditRow, string, string])[];

/** Digest of a batch: of the one before it, and of its rows as lines of JSON. */
export function batchDigest(previous: Uint8Array, rows: readonly AuditRow[]): Buffer {
  const hash = createHash('sha256').update(previous);
  for (const row of rows) hash.update(`${JSON.stringify(AUDIT_COLUMNS.map(([key]) => row[key]))}\n`);
  return hash.digest();
}

/** What the digest of a writer's first batch begins with. */
export const CHAIN_START: Uint8Array = Buffer.alloc(32);

const storable = (text: string): string => text.replaceAll('\0', '').toWellFormed();
const short = (text: string): string => storable(text).slice(0, LONGEST_TEXT).toWellFormed();
