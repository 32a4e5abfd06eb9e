import type { AuditWriter, Author, HutongConfig, ObjectStore, RoleGrant } from '@hutong/storage-config';
import type { Response } from 'express';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import type { PixelThreads } from './pixelThreads/types.ts';

/** What every feature of the server is made from. */
export interface ServerParts {
  index: Pool;
  objects: ObjectStore;
  config: HutongConfig;
  log: Logger;
  pixelThreads: PixelThreads;
  audit: AuditWriter;
}

export type Scope = 'store' | 'read' | 'correct' | 'review' | 'share' | 'admin';

/** Who asks. Every search and retrieve statement takes it; nothing is authorised after the statement. */
export interface Caller {
  kind: 'machine' | 'person' | 'trial' | 'share';
  /** Key id, subject, or `trial`; never a secret. */
  id: string;
  displayName: string;
  scopes: ReadonlySet<Scope>;
  /** Hospital that stores of this caller belong to, or null when it may not store. */
  storesFor: string | null;
  /** Hospitals whose studies it may read; null means all of the region. */
  readableHospitals: readonly string[] | null;
  /** Hospitals whose stored studies it may correct or delete; null means all of the region. */
  correctableHospitals: readonly string[] | null;
  /** Hospitals on whose verdicts and exam tables it may decide; null means all of the region. */
  reviewableHospitals: readonly string[] | null;
  /** Hospitals whose studies it may share by a link; null means all of the region. */
  shareableHospitals: readonly string[] | null;
  /** Hospitals it may administer; null means all of the region. */
  administeredHospitals: readonly string[] | null;
  /** Of a person with an account. */
  account: { id: string; roles: readonly RoleGrant[]; passwordGiven: boolean } | null;
  sessionExpiresAt: Date | null;
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
 * Hospitals a statement may touch: what the caller may read, narrowed to the root's hospital.
 * null means no restriction; an empty list means nothing is readable. Use in SQL as
 * `($1::text[] IS NULL OR hospital_code = ANY ($1))`.
 */
export function hospitalsInView(
  caller: Caller,
  root: Pick<DicomwebRoot, 'hospital'>,
): readonly string[] | null {
  if (root.hospital === null) return caller.readableHospitals;
  if (caller.readableHospitals === null || caller.readableHospitals.includes(root.hospital))
    return [root.hospital];
  return [];
}

/** Whether the caller may correct and delete what a hospital stored. */
export function mayCorrect(caller: Caller, hospital: string): boolean {
  const { scopes, correctableHospitals } = caller;
  return scopes.has('correct') && (correctableHospitals === null || correctableHospitals.includes(hospital));
}

/** Whether the caller may decide on verdicts of what a hospital stored, and map its exams. */
export function mayReview(caller: Caller, hospital: string): boolean {
  const { scopes, reviewableHospitals } = caller;
  return scopes.has('review') && (reviewableHospitals === null || reviewableHospitals.includes(hospital));
}

/** Whether the caller may share what a hospital stored. */
export function mayShare({ scopes, shareableHospitals }: Caller, hospital: string): boolean {
  return scopes.has('share') && (shareableHospitals === null || shareableHospitals.includes(hospital));
}

/** The caller as author of a correction, decision or share. @throws Error for who opened a share, which writes nothing */
export function authorOf({ kind, id, displayName }: Caller): Author {
  if (kind === 'share') throw new Error('who opened a share is no author');
  return { kind, id, name: displayName };
}
