import type {
  AuditWriter,
  Author,
  HutongConfig,
  ObjectStore,
  Purpose,
  RoleGrant,
  Scope,
  SecretBox,
} from '@hutong/storage-config';
import type { Response } from 'express';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
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
}

/** Hospitals that a right is for; null: the whole region. */
export type Hospitals = readonly string[] | null;

/** What a caller may do, each right with the hospitals it is for. A right that is not named is not held. */
export type Rights = Readonly<Partial<Record<Scope, Hospitals>>>;

/** Who asks. Every search and retrieve statement takes it; nothing is authorised after the statement. */
export interface Caller {
  kind: 'machine' | 'person' | 'trial' | 'share';
  /** Key id, subject, or `trial`; never a secret. */
  id: string;
  displayName: string;
  rights: Rights;
  /** What it uses patient data for, as the audit names it. */
  purpose: Purpose;
  /** Hospital that stores of this caller belong to, or null when it may not store. */
  storesFor: string | null;
  /** Of a person with an account. */
  account: { id: string; roles: readonly RoleGrant[]; passwordGiven: boolean } | null;
  sessionExpiresAt: Date | null;
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
 * Hospitals a statement may touch: those the caller may read (or else, by `scope`), narrowed to the root's hospital.
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
