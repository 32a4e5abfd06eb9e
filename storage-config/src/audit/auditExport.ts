import { randomUUID } from 'node:crypto';
import type pg from 'pg';
import type { StoredAuditEvent } from './readAudit.ts';
import { AUDIT_SELECT } from './verifyAudit.ts';

/** A destination that a worker holds. */
export interface LeasedDestination {
  destination: string;
  lease: string;
  failures: number;
}

/** How far a destination is. */
export interface DestinationState {
  destination: string;
  /** Committed events that it has not confirmed. */
  waiting: number;
  /** When the oldest of them was written, or null. */
  waitingSince: Date | null;
  delivered: number;
  rejected: number;
  failures: number;
  lastError: string | null;
  lastSuccessAt: Date | null;
}

/** A writer with events that a destination has not got. */
export interface PendingWriter {
  writerId: string;
  /** Sequence of the last event that was confirmed; 0: none. */
  after: number;
  /** Sequence of the last event that is committed. */
  last: number;
}

const LEASE_SECONDS = 120;

/** Makes destinations known. Those that are no longer configured keep their place, for they may come back. */
export async function registerDestinations(index: pg.Pool, destinations: readonly string[]): Promise<void> {
  await index.query(
    'INSERT INTO audit_destination (destination) SELECT unnest($1::text[]) ON CONFLICT DO NOTHING',
    [destinations],
  );
}

/** Takes hold of a destination that is due and held by nobody, for two minutes. */
export async function leaseDestination(
  index: pg.Pool,
  destinations: readonly string[],
): Promise<LeasedDestination | null> {
  const lease = randomUUID();
  const { rows } = await index.query<LeasedDestination>(
    `UPDATE audit_destination SET lease = $1, leased_until = now() + make_interval(secs => $3)
      WHERE destination = (SELECT destination FROM audit_destination
                            WHERE destination = ANY ($2) AND next_attempt_at <= now()
                              AND (lease IS NULL OR leased_until < now())
                            ORDER BY next_attempt_at LIMIT 1 FOR UPDATE SKIP LOCKED)
      RETURNING destination, lease, failures`,
    [lease, destinations, LEASE_SECONDS],
  );
  return rows[0] ?? null;
}

/** Writers whose every event must be looked for again this often, however long they have been silent. */
const RECENT = "interval '1 day'";

/**
 * Writers with committed events after what the destination has confirmed, the oldest first. Each writer commits its
 * batches one after the other, so no event can appear before a place that was confirmed.
 *
 * @param all also writers that were silent for a day; without it the look-up stays small after years
 */
export async function pendingWriters(
  index: pg.Pool,
  destination: string,
  all: boolean,
): Promise<PendingWriter[]> {
  const { rows } = await index.query<PendingWriter>(
    `SELECT first.writer_id AS "writerId", coalesce(got.sequence, 0) AS after, newest.last_sequence AS last
       FROM audit_batch first
       LEFT JOIN audit_delivered got ON got.destination = $1 AND got.writer_id = first.writer_id
      CROSS JOIN LATERAL (SELECT last_sequence FROM audit_batch
                           WHERE writer_id = first.writer_id ORDER BY batch DESC LIMIT 1) newest
      WHERE first.batch = 1
        AND ($2 OR got.at IS NULL OR got.at > now() - ${RECENT})
        AND newest.last_sequence > coalesce(got.sequence, 0)
      ORDER BY first.written_at
      LIMIT 100`,
    [destination, all],
  );
  return rows;
}

/** Events of a writer after one of its sequence, in order. */
export async function readWriterEvents(
  index: pg.Pool,
  { writerId, after, last }: PendingWriter,
  limit: number,
): Promise<StoredAuditEvent[]> {
  const { rows } = await index.query<StoredAuditEvent>(
    `SELECT writer_id AS "writerId", ${AUDIT_SELECT} FROM audit_event
      WHERE writer_id = $1 AND sequence > $2 AND sequence <= $3 ORDER BY sequence LIMIT $4`,
    [writerId, after, last, limit],
  );
  return rows;
}

/** What was confirmed of one writer. */
export interface Confirmed {
  writerId: string;
  sequence: number;
}

/**
 * Notes what a destination has confirmed, and holds it for two more minutes. False when somebody else holds it by now;
 * then nothing is noted.
 */
export async function confirmDelivery(
  index: pg.Pool,
  { destination, lease }: LeasedDestination,
  confirmed: readonly Confirmed[],
  counts: { delivered: number; rejected: number },
): Promise<boolean> {
  const { rowCount } = await index.query(
    `WITH held AS (
       UPDATE audit_destination
          SET delivered = delivered + $3, rejected = rejected + $4, failures = 0, last_error = NULL,
              last_success_at = now(), leased_until = now() + make_interval(secs => ${LEASE_SECONDS})
        WHERE destination = $1 AND lease = $2
        RETURNING destination
     )
     INSERT INTO audit_delivered (destination, writer_id, sequence)
     SELECT held.destination, given.writer_id, given.sequence
       FROM held, unnest($5::uuid[], $6::bigint[]) AS given (writer_id, sequence)
     ON CONFLICT (destination, writer_id)
     DO UPDATE SET sequence = greatest(audit_delivered.sequence, excluded.sequence), at = now()`,
    [
      destination,
      lease,
      counts.delivered,
      counts.rejected,
      confirmed.map(({ writerId }) => writerId),
      confirmed.map(({ sequence }) => sequence),
    ],
  );
  return (rowCount ?? 0) > 0;
}

/** Lets go of a destination; after a failure it is not due before a pause that doubles. Returns the failures since the last success. */
export async function releaseDestination(
  index: pg.Pool,
  { destination, lease }: LeasedDestination,
  failure: { reason: string; firstSeconds: number; maxSeconds: number } | null,
): Promise<number> {
  const { rows } = await index.query<{ failures: number }>(
    `UPDATE audit_destination
        SET lease = NULL, leased_until = NULL,
            failures = CASE WHEN $3::text IS NULL THEN failures ELSE failures + 1 END,
            last_error = coalesce($3, last_error),
            next_attempt_at = CASE WHEN $3::text IS NULL THEN now()
              ELSE now() + make_interval(secs => least($5::float8, $4::float8 * 2 ^ least(failures, 30))) END
      WHERE destination = $1 AND lease = $2 RETURNING failures`,
    [
      destination,
      lease,
      failure?.reason.slice(0, 200) ?? null,
      failure?.firstSeconds ?? 0,
      failure?.maxSeconds ?? 0,
    ],
  );
  return rows[0]?.failures ?? 0;
}

/** How far each destination is, by counting what is committed. */
export async function destinationStates(
  index: pg.Pool,
  destinations: readonly string[] | null,
): Promise<DestinationState[]> {
  const { rows } = await index.query<DestinationState>(
    `SELECT destination, delivered, rejected, failures, last_error AS "lastError",
            last_success_at AS "lastSuccessAt", behind.waiting, behind.since AS "waitingSince"
       FROM audit_destination d
      CROSS JOIN LATERAL (
        SELECT coalesce(sum(newest.last_sequence - coalesce(got.sequence, 0)), 0)::bigint AS waiting,
               min(next.at) AS since
          FROM audit_batch first
          LEFT JOIN audit_delivered got ON got.destination = d.destination AND got.writer_id = first.writer_id
         CROSS JOIN LATERAL (SELECT last_sequence FROM audit_batch
                              WHERE writer_id = first.writer_id ORDER BY batch DESC LIMIT 1) newest
         CROSS JOIN LATERAL (SELECT at FROM audit_event
                              WHERE writer_id = first.writer_id AND sequence > coalesce(got.sequence, 0)
                              ORDER BY sequence LIMIT 1) next
         WHERE first.batch = 1 AND newest.last_sequence > coalesce(got.sequence, 0)) behind
      WHERE $1::text[] IS NULL OR destination = ANY ($1)
      ORDER BY destination`,
    [destinations],
  );
  return rows;
}
