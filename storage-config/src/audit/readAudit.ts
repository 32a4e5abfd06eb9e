import type pg from 'pg';
import type { AuditRow } from './auditEvent.ts';
import { AUDIT_SELECT } from './verifyAudit.ts';

/** Which events are asked for; null does not restrict. */
export interface AuditFilter {
  /** Events about these hospitals' data, or by nobody's data at all where null. */
  hospitals: readonly string[] | null;
  studyInstanceUid: string | null;
  patient: { hospital: string; patientId: string } | null;
  actor: string | null;
  actions: readonly string[] | null;
  /** ISO 8601 instants. */
  from: string | null;
  to: string | null;
  /** Events older than the one that a page ended with. */
  before: { at: string; writerId: string; sequence: number } | null;
  limit: number;
}

export type StoredAuditEvent = AuditRow & { writerId: string };

/** Audit events, the newest first. */
export async function readAudit(
  client: pg.Pool | pg.PoolClient,
  filter: AuditFilter,
): Promise<StoredAuditEvent[]> {
  const { rows } = await client.query<StoredAuditEvent>(
    `SELECT writer_id AS "writerId", ${AUDIT_SELECT} FROM audit_event e
      WHERE ($1::text[] IS NULL OR hospital_code = ANY ($1))
        AND ($2::text IS NULL OR study_instance_uid = $2)
        AND ($3::text IS NULL OR (hospital_code = $3 AND patient_id = $4))
        AND ($5::text IS NULL OR actor_id = $5)
        AND ($6::text[] IS NULL OR action = ANY ($6))
        AND ($7::timestamptz IS NULL OR e.at >= $7)
        AND ($8::timestamptz IS NULL OR e.at < $8)
        AND ($9::timestamptz IS NULL OR (e.at, writer_id, sequence) < ($9, $10::uuid, $11::bigint))
      ORDER BY e.at DESC, writer_id DESC, sequence DESC
      LIMIT $12`,
    [
      filter.hospitals,
      filter.studyInstanceUid,
      filter.patient?.hospital ?? null,
      filter.patient?.patientId ?? null,
      filter.actor,
      filter.actions,
      filter.from,
      filter.to,
      filter.before?.at ?? null,
      filter.before?.writerId ?? null,
      filter.before?.sequence ?? null,
      filter.limit,
    ],
  );
  return rows;
}
