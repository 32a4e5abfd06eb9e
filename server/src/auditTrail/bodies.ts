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

/** Each destination of the configuration; `begun` is false where no worker has taken it up. */
export const destinationBodies = (
  configured: readonly string[],
  states: readonly DestinationState[],
): AuditDestination[] =>
  configured.map((destination) => {
    const state = states.find((one) => one.destination === destination);
    return {
      destination,
      begun: state !== undefined,
      waiting: state?.waiting ?? 0,
      waitingSince: state?.waitingSince?.toISOString() ?? null,
      delivered: state?.delivered ?? 0,
      rejected: state?.rejected ?? 0,
      failures: state?.failures ?? 0,
      lastError: state?.lastError ?? null,
      lastSuccessAt: state?.lastSuccessAt?.toISOString() ?? null,
    };
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
