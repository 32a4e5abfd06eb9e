import { createHash } from 'node:crypto';
import {
  type AuditAction,
  type AuditActor,
  type AuditEvent,
  type AuditSubject,
  AuditUnavailable,
  type AuditWriter,
  NOBODYS,
} from '@hutong/storage-config';
import type { Request, Response } from 'express';
import { type Caller, callerIfAny, hospitalsWith, requestIdOf } from '../context.ts';
import { problem } from '../problem.ts';

/** What a request does with whose data. */
export interface Audited extends Partial<AuditSubject> {
  action: AuditAction;
  /** Objects that it concerns: instances, frames, pictures; 1 when absent. */
  count?: number;
  /** Further facts; what is not equal makes accesses different events. */
  detail?: Readonly<Record<string, unknown>>;
  outcome?: AuditEvent['outcome'];
}

interface Recording {
  audit: AuditWriter;
}

/** Who asks, as the audit names it. */
function actorOf(req: Request, caller: Caller | null, about: Partial<AuditSubject>): AuditActor {
  return {
    kind: caller?.kind ?? 'nobody',
    id: caller?.id ?? '',
    name: caller?.displayName ?? '',
    address: req.ip ?? '',
    purpose: caller === null ? '' : purposeOf(caller, about),
  };
}

/** What a study is read for: where only an emergency opens it, that is on record as one. */
function purposeOf(
  { purpose, access }: Caller,
  { hospital, studyInstanceUid }: Partial<AuditSubject>,
): string {
  const grants =
    access?.granted.filter((one) => one.hospital === hospital && one.studyInstanceUid === studyInstanceUid) ??
    [];
  return grants.length > 0 && grants.every(({ ground }) => ground === 'breakGlass') ? 'BTG' : purpose;
}

function eventOf(req: Request, res: Response, audited: Audited): AuditEvent {
  return {
    action: audited.action,
    outcome: audited.outcome ?? 'success',
    actor: actorOf(req, callerIfAny(res), audited),
    subject: {
      hospital: audited.hospital ?? NOBODYS.hospital,
      patientId: audited.patientId ?? NOBODYS.patientId,
      studyInstanceUid: audited.studyInstanceUid ?? NOBODYS.studyInstanceUid,
      seriesInstanceUid: audited.seriesInstanceUid ?? NOBODYS.seriesInstanceUid,
    },
    count: audited.count ?? 1,
    requestId: requestIdOf(res),
    detail: { ...shareOf(res), ...applicationOf(res), ...audited.detail },
  };
}

/** Says in the records of this request through which share somebody who is signed in acts. */
export function actsInShare(res: Response, share: string): void {
  (res.locals as AuditLocals).inShare = share;
}

function shareOf(res: Response): { share?: string } {
  const { inShare } = res.locals as AuditLocals;
  return inShare === undefined ? {} : { share: inShare };
}

/** The application that acts in a person's name, where it is not the portal. */
function applicationOf(res: Response): { application?: string } {
  const application = callerIfAny(res)?.account?.application;
  return application === undefined ? {} : { application };
}

/**
 * Records an access that may come many times, such as of frames: one event for each caller, action, series and purpose
 * within some minutes, with a count. To be awaited before the first byte is sent.
 *
 * @throws HttpProblem 503 when the record cannot be written
 */
export async function auditAccess(
  { audit }: Recording,
  req: Request,
  res: Response,
  audited: Audited,
): Promise<void> {
  noteAudited(res);
  const caller = callerIfAny(res);
  const kind = [
    audited.action,
    caller?.kind,
    caller?.id,
    caller === null ? '' : purposeOf(caller, audited),
    req.ip,
    audited.hospital,
    audited.studyInstanceUid,
    audited.seriesInstanceUid,
    audited.outcome,
    digest({ ...shareOf(res), ...applicationOf(res), ...audited.detail }),
  ].join(' ');
  await durably(audit.access(kind, () => eventOf(req, res, audited), audited.count ?? 1));
}

/**
 * Records one event. To be awaited before the answer.
 *
 * @throws HttpProblem 503 when the record cannot be written
 */
export async function auditEvent(
  { audit }: Recording,
  req: Request,
  res: Response,
  audited: Audited,
): Promise<void> {
  noteAudited(res);
  await durably(audit.record(eventOf(req, res, audited)));
}

interface AuditLocals {
  audited?: boolean;
  refused?: boolean;
  inShare?: string;
}

const noteAudited = (res: Response): void => {
  (res.locals as AuditLocals).audited = true;
};

/** Says that the answer holds nothing of patients, so that none needs to be on record. */
export const withoutPatients = noteAudited;

/**
 * Whether an answer went out without a record though it may hold something of a patient: a route that forgot to. Refusals,
 * and what no known caller asked for, are not meant.
 */
export function forgotAudit(res: Response): boolean {
  return (
    callerIfAny(res) !== null &&
    res.headersSent &&
    res.statusCode >= 200 &&
    res.statusCode < 300 &&
    (res.locals as AuditLocals).audited !== true
  );
}

/**
 * Records once that somebody was refused; not waited for, so that refusing stays cheap. A share's refusals belong to its hospital.
 *
 * @param about whose data it was about, and further facts, where they are known
 */
export function auditRefusal(
  parts: Recording,
  req: Request,
  res: Response,
  code: string,
  about: Partial<AuditSubject> & { detail?: Readonly<Record<string, unknown>> } = {},
): void {
  // Who knows whose data it was about says so first.
  const locals = res.locals as AuditLocals;
  if (locals.refused === true) return;
  locals.refused = true;
  const caller = callerIfAny(res);
  const ofShare =
    caller?.kind === 'share'
      ? { hospital: hospitalsWith(caller, 'read')?.[0] ?? '', detail: { share: caller.id } }
      : {};
  auditAccess(parts, req, res, {
    ...ofShare,
    ...about,
    action: 'refused',
    outcome: 'refused',
    detail: { method: req.method, route: req.baseUrl, code, ...ofShare.detail, ...about.detail },
  }).catch(() => undefined);
}

async function durably(written: Promise<void>): Promise<void> {
  try {
    await written;
  } catch (error) {
    if (!(error instanceof AuditUnavailable)) throw error;
    throw problem('unavailable', {
      detail: 'The audit record cannot be written now, so the request was not carried out. Try again later.',
      detailZh: '暂时无法写入审计记录，请求未执行，请稍后重试。',
      headers: { 'Retry-After': '5' },
      cause: error,
    });
  }
}

/** The query of a request as it came: what was searched for is a part of the record (PS3.15 A.5.3.10). */
export function queryOf(req: Request): string {
  const at = req.originalUrl.indexOf('?');
  return at < 0 ? '' : req.originalUrl.slice(at + 1);
}

const digest = (detail: object): string =>
  createHash('sha256').update(JSON.stringify(detail)).digest('base64').slice(0, 16);
