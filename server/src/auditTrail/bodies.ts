import {
  auditEventId,
  type DestinationState,
  type PatientHistory,
  type ReadAuditEvent,
  type VerificationRun,
} from '@hutong/storage-config';
import type {
  AuditDestination,
  AuditEventBody,
  AuditVerificationBody,
  PatientHistoryEntry,
} from '../contract/audit.ts';

export const eventBody = (row: ReadAuditEvent): AuditEventBody => ({
  id: auditEventId(row.writerId, row.sequence),
  at: row.at,
  action: row.action,
  outcome: row.outcome as AuditEventBody['outcome'],
  actor: { kind: row.actorKind, id: row.actorId, name: row.actorName, address: row.address },
  purpose: row.purpose,
  hospital: row.hospital,
  patientId: row.patientId,
  studyInstanceUid: row.studyInstanceUid,
  seriesInstanceUid: row.seriesInstanceUid,
  count: row.count,
  total: row.total,
  requestId: row.requestId,
  batch: row.batch,
  detail: JSON.parse(row.detail) as Record<string, unknown>,
});

/** What a patient is told: names, and no addresses or ids of accounts. */
export const historyEntry = (entry: PatientHistory['entries'][number]): PatientHistoryEntry => ({
  day: entry.day,
  first: entry.first.toISOString(),
  last: entry.last.toISOString(),
  kind: entry.kind,
  who: { kind: entry.actorKind, name: entry.actorName === '' ? entry.actorId : entry.actorName },
  purpose: entry.purpose,
  emergency: entry.kind === 'emergency' || entry.purpose === 'BTG',
  outcome: entry.outcome,
  studyInstanceUid: entry.studyInstanceUid,
  times: entry.times,
});

export const destinationBody = (state: DestinationState): AuditDestination => ({
  ...state,
  waitingSince: state.waitingSince?.toISOString() ?? null,
  lastSuccessAt: state.lastSuccessAt?.toISOString() ?? null,
});

export function verificationBody(run: VerificationRun | null): AuditVerificationBody | null {
  if (run === null) return null;
  const { startedBy, running, writers, writersDone, events, anchors, faults, error } = run;
  return {
    startedAt: run.startedAt.toISOString(),
    startedBy,
    finishedAt: run.finishedAt?.toISOString() ?? null,
    running,
    writers,
    writersDone,
    events,
    anchors,
    faults,
    error,
  };
}
