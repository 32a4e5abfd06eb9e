import type {
  AccountAccess,
  AuditWriter,
  Author,
  GrantedStudy,
  HutongConfig,
  ObjectStore,
  PersonKeys,
  Purpose,
  RoleGrant,
  Scope,
  SignInMethod,
  SecretBox,
} from '@hutong/storage-config';
import type { Response } from 'express';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { Pending } from './auth/pending.ts';
import type { PixelThreads } from './pixelThreads/types.ts';

export type { Scope } from '@hutong/storage-config';

/** What every feature of the server is made from. */
export interface ServerParts {
  index: Pool;
  objects: ObjectStore;
  config: HutongConfig;
  log: Logger;
  pixelThreads: PixelThreads;
  audit: AuditWriter;
  /** Seals and opens what the index keeps of secrets. */
  secrets: SecretBox;
  /** Digests identifiers of persons. */
  personKeys: PersonKeys;
}

/** Hospitals that a right is for; null: the whole region. */
export type Hospitals = readonly string[] | null;

/** What a caller may do, each right with the hospitals it is for. A right that is not named is not held. */
export type Rights = Readonly<Partial<Record<Scope, Hospitals>>>;

/** What a person may read beyond the hospitals of the own roles, under the purpose acted for. */
export interface CallerAccess {
  /** Hospitals that the region's policy opens. */
  open: readonly string[];
  /** Studies that grants open, one by one. */
  granted: readonly GrantedStudy[];
}

/** Who asks. Every search and retrieve statement takes it; nothing is authorised after the statement. */
export interface Caller {
  kind: 'machine' | 'person' | 'trial' | 'share';
  /** Key id, subject, or `trial`; never a secret. */
  id: string;
  displayName: string;
  rights: Rights;
  /** What it uses patient data for, as the audit names it. */
  purpose: Purpose;
  /** What is open to it beyond its rights, for its purpose; absent: nothing. */
  access?: CallerAccess | undefined;
  /** Hospital that stores of this caller belong to, or null when it may not store. */
  storesFor: string | null;
  /** Of a person with an account. */
  account: {
    id: string;
    roles: readonly RoleGrant[];
    /** Has to do something of {@link pending} before anything else. */
    passwordGiven: boolean;
    pending?: Pending | null;
    /** What is open to it beyond its roles, for whatever purpose. */
    access?: AccountAccess | null;
    /** All that the application may do in its name; absent: whatever the account may. */
    allowed?: readonly Scope[];
    /** The application, by name, that acts in its name; absent: the portal. */
    application?: string;
  } | null;
  sessionExpiresAt: Date | null;
  /** Of a person signed in by a browser. */
  session?: { id: string; idleEndsAt: Date; method: SignInMethod; provider: string };
}

/** Whether the caller holds a right anywhere. */
export const holds = ({ rights }: Pick<Caller, 'rights'>, scope: Scope): boolean =>
  rights[scope] !== undefined;

/** Hospitals for which the caller holds a right; null: the whole region, empty: none. */
export function hospitalsWith({ rights }: Pick<Caller, 'rights'>, scope: Scope): Hospitals {
  const hospitals = rights[scope];
  return hospitals === undefined ? [] : hospitals;
}

/** Whether the caller holds a right in a hospital. */
export function may(caller: Pick<Caller, 'rights'>, scope: Scope, hospital: string): boolean {
  return hospitalsWith(caller, scope)?.includes(hospital) ?? true;
}

/** The DICOMweb root that was asked: the union of the region, or one hospital's copy. */
export interface DicomwebRoot {
  hospital: string | null;
  /** Absolute URL without a trailing slash; Retrieve URLs and BulkDataURIs begin with it. */
  url: string;
  /** Series of the study that may be shown, where a share is of single series; null or absent: all. */
  shownSeries?: readonly string[] | null;
  /** Lines to mark pictures with, in shares that ask for it; null or absent: pictures stay as they are. */
  watermark?: readonly string[] | null;
}

interface Locals {
  caller?: Caller;
  dicomwebRoot?: DicomwebRoot;
  requestId?: string;
}

/** Id of the request in logs and problem bodies; empty outside of a request of the app. */
export function requestIdOf(res: Response): string {
  return (res.locals as Locals).requestId ?? '';
}

/** The caller, or null before authentication and where none is asked for. */
export function callerIfAny(res: Response): Caller | null {
  return (res.locals as Locals).caller ?? null;
}

/** The caller that authentication found. @throws Error when a route forgot to ask for one */
export function callerOf(res: Response): Caller {
  const { caller } = res.locals as Locals;
  if (caller === undefined) throw new Error('route reached without authentication');
  return caller;
}

export function rootOf(res: Response): DicomwebRoot {
  const { dicomwebRoot } = res.locals as Locals;
  if (dicomwebRoot === undefined) throw new Error('route reached outside a DICOMweb root');
  return dicomwebRoot;
}

/**
 * What of the index a caller sees. Every statement that reads studies takes it and puts it into SQL by `inView`; code that
 * holds a row asks {@link openedBy}.
 */
export interface View {
  /** Hospitals whose studies are all in view; null: the whole region. */
  hospitals: Hospitals;
  /** Studies of other hospitals, by grants. */
  granted: readonly GrantedStudy[];
  /** Their ids, for statements. */
  studyIds: readonly number[];
}

const NOTHING: Pick<View, 'granted' | 'studyIds'> = { granted: [], studyIds: [] };

/**
 * The part of the index that a caller may read (or else, by `scope`, touch), narrowed to the root's hospital. Only reading
 * goes beyond the hospitals of the right: by the region's policy, and by grants.
 */
export function viewOf(
  caller: Pick<Caller, 'rights' | 'access'>,
  root: Pick<DicomwebRoot, 'hospital'>,
  scope: Scope = 'read',
): View {
  const own = hospitalsInView(caller, root, scope);
  const { access } = caller;
  if (access === undefined || scope !== 'read' || own === null || !holds(caller, 'read'))
    return { hospitals: own, ...NOTHING };
  const asked = (code: string): boolean => root.hospital === null || root.hospital === code;
  const hospitals = [...new Set([...own, ...access.open.filter(asked)])];
  const granted = access.granted.filter(({ hospital }) => asked(hospital) && !hospitals.includes(hospital));
  if (granted.length === 0) return { hospitals, ...NOTHING };
  return { hospitals, granted, studyIds: [...new Set(granted.map(({ studyId }) => studyId))] };
}

/** The same view, of these hospitals alone; where none are named, as it is. */
export function narrowed(view: View, hospitals: readonly string[]): View {
  if (hospitals.length === 0) return view;
  const granted = view.granted.filter(({ hospital }) => hospitals.includes(hospital));
  return {
    hospitals: hospitals.filter((code) => view.hospitals?.includes(code) ?? true),
    granted,
    studyIds: [...new Set(granted.map(({ studyId }) => studyId))],
  };
}

/** What opens a study to a view: its hospital is in view, or the grant that opens it. null: it is not in view. */
export function openedBy(
  view: View,
  study: { hospital: string; studyInstanceUid: string },
): 'hospital' | GrantedStudy | null {
  if (view.hospitals?.includes(study.hospital) ?? true) return 'hospital';
  const { hospital, studyInstanceUid } = study;
  return (
    view.granted.find((one) => one.hospital === hospital && one.studyInstanceUid === studyInstanceUid) ?? null
  );
}

/**
 * Hospitals of a right, as {@link viewOf} narrows them, for what is not of studies: lists of hospitals, tables of exams.
 * Those the caller may read (or else, by `scope`), narrowed to the root's hospital.
 * null means no restriction; an empty list means nothing is readable. Use in SQL as
 * `($1::text[] IS NULL OR hospital_code = ANY ($1))`.
 */
export function hospitalsInView(
  caller: Pick<Caller, 'rights'>,
  root: Pick<DicomwebRoot, 'hospital'>,
  scope: Scope = 'read',
): Hospitals {
  if (root.hospital === null) return hospitalsWith(caller, scope);
  return may(caller, scope, root.hospital) ? [root.hospital] : [];
}

/** The caller as author of a correction, decision or share. @throws Error for who opened a share, which writes nothing */
export function authorOf({ kind, id, displayName }: Caller): Author {
  if (kind === 'share') throw new Error('who opened a share is no author');
  return { kind, id, name: displayName };
}
