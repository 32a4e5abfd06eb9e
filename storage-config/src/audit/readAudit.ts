import type pg from 'pg';
import type { AuditRow } from './auditEvent.ts';
import { AUDIT_SELECT } from './verifyAudit.ts';

/** Which events are asked for; null does not restrict. */
export interface AuditFilter {
  /** Events about these hospitals' data; null: of all, and those about nobody's data. */
  hospitals: readonly string[] | null;
  studyInstanceUid: string | null;
  patient: { hospital: string; patientId: string } | null;
  /** Id of who acted, or a part of the name. */
  actor: string | null;
  actorKinds: readonly string[] | null;
  actions: readonly string[] | null;
  outcomes: readonly string[] | null;
  purposes: readonly string[] | null;
  /** Network address, or its beginning with an asterisk behind. */
  address: string | null;
  /** ISO 8601 instants. */
  from: string | null;
  to: string | null;
  /** Events older than the one that a page ended with. */
  before: { at: string; writerId: string; sequence: number } | null;
  /** Events that continue an earlier one are left out: {@link ReadAuditEvent.total} has their counts. */
  addedUp: boolean;
  limit: number;
}

/** Nothing restricted. */
export const EVERY_AUDIT_EVENT: AuditFilter = {
  hospitals: null,
  studyInstanceUid: null,
  patient: null,
  actor: null,
  actorKinds: null,
  actions: null,
  outcomes: null,
  purposes: null,
  address: null,
  from: null,
  to: null,
  before: null,
  addedUp: false,
  limit: 1000,
};

export type StoredAuditEvent = AuditRow & { writerId: string };

export interface ReadAuditEvent extends StoredAuditEvent {
  /** Its count and those of the events that continue it. */
  total: number;
  /** Batch of the writer's chain that holds it. */
  batch: number | null;
}

/** What `LIKE` takes for itself is meant as it stands. */
const literal = (text: string): string => text.replace(/[\\%_]/g, '\\$&');

const WHERE = `($1::text[] IS NULL OR hospital_code = ANY ($1))
        AND ($2::text IS NULL OR study_instance_uid = $2)
        AND ($3::text IS NULL OR (hospital_code = $3 AND patient_id = $4))
        AND ($5::text IS NULL OR actor_id = $5 OR actor_name ILIKE $6)
        AND ($7::text[] IS NULL OR actor_kind = ANY ($7))
        AND ($8::text[] IS NULL OR action = ANY ($8))
        AND ($9::text[] IS NULL OR outcome = ANY ($9))
        AND ($10::text[] IS NULL OR purpose = ANY ($10))
        AND ($11::text IS NULL OR address LIKE $11)
        AND ($12::timestamptz IS NULL OR e.at >= $12)
        AND ($13::timestamptz IS NULL OR e.at < $13)`;

function valuesOf(filter: AuditFilter): unknown[] {
  const { actor, address } = filter;
  return [
    filter.hospitals,
    filter.studyInstanceUid,
    filter.patient?.hospital ?? null,
    filter.patient?.patientId ?? null,
    actor,
    actor === null ? null : `%${literal(actor)}%`,
    filter.actorKinds,
    filter.actions,
    filter.outcomes,
    filter.purposes,
    address === null ? null : literal(address).replace(/\*$/, '%'),
    filter.from,
    filter.to,
  ];
}

/** Audit events, the newest first. */
export async function readAudit(
  client: pg.Pool | pg.PoolClient,
  filter: AuditFilter,
): Promise<ReadAuditEvent[]> {
  const { rows } = await client.query<ReadAuditEvent>(
    `WITH page AS (
       SELECT * FROM audit_event e
        WHERE ${WHERE}
          AND ($14::timestamptz IS NULL OR (e.at, writer_id, sequence) < ($14, $15::uuid, $16::bigint))
          AND (NOT $17 OR continues IS NULL)
        ORDER BY e.at DESC, writer_id DESC, sequence DESC
        LIMIT $18
     )
     SELECT writer_id AS "writerId", ${AUDIT_SELECT},
            (count + coalesce((SELECT sum(more.count) FROM audit_event more
                                WHERE more.writer_id = page.writer_id AND more.continues = page.sequence), 0)
            )::bigint AS total,
            (SELECT batch FROM audit_batch
              WHERE writer_id = page.writer_id AND last_sequence >= page.sequence
              ORDER BY last_sequence LIMIT 1) AS batch
       FROM page ORDER BY page.at DESC, writer_id DESC, sequence DESC`,
    [
      ...valuesOf(filter),
      filter.before?.at ?? null,
      filter.before?.writerId ?? null,
      filter.before?.sequence ?? null,
      filter.addedUp,
      filter.limit,
    ],
  );
  return rows;
}

export interface AuditDay {
  /** In China Standard Time. */
  day: string;
  action: string;
  outcome: string;
  events: number;
}

/** How many events of each kind there were on each day, of what {@link readAudit} would answer. */
export async function countAudit(client: pg.Pool | pg.PoolClient, filter: AuditFilter): Promise<AuditDay[]> {
  const { rows } = await client.query<AuditDay>(
    `SELECT to_char(e.at AT TIME ZONE 'Asia/Shanghai', 'YYYY-MM-DD') AS day, action, outcome, count(*) AS events
       FROM audit_event e WHERE ${WHERE} AND continues IS NULL
      GROUP BY 1, 2, 3 ORDER BY 1 DESC, 2, 3`,
    valuesOf(filter),
  );
  return rows;
}
