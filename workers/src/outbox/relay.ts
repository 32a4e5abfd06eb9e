import {
  inTransaction,
  markSent,
  type OutboxEvent,
  type OutboxTopic,
  secondsAgo,
  secondsUntilDue,
  takeStale,
  takeUnsent,
} from '@hutong/storage-config';
import type pg from 'pg';
import type { JobQueue, OutboxJob, QueueName } from '../queues.ts';

/** Rows moved in one transaction. */
const BATCH = 500;
/** How often the outbox is looked at while nothing is known to be due. */
const POLL_MS = 1000;

const QUEUE_OF: Record<OutboxTopic, QueueName> = {
  'study.changed': 'conformance',
  'study.settled': 'conformance',
  'study.patientCorrection': 'corrections',
  housekeeping: 'housekeeping',
};

export interface RelayParts {
  index: pg.Pool;
  queues: Record<QueueName, JobQueue>;
}

/**
 * Moves rows that are due to the queues. The rows are locked, added, and marked as sent in one transaction: if adding
 * fails nothing is marked, and if the mark fails they are added again under the same job id. Returns how many moved.
 */
export function relayDue(parts: RelayParts): Promise<number> {
  return send(parts, (client) => takeUnsent(client, BATCH));
}

/**
 * Sends again what was sent `staleSeconds` ago and is not done: the queue may have been wiped. A job that is still
 * queued or at work is not added twice, as it has the same id. Returns how many were sent.
 */
export async function resendStale(parts: RelayParts, staleSeconds: number): Promise<number> {
  const cutoff = await secondsAgo(parts.index, staleSeconds);
  let sent = 0;
  for (;;) {
    const moved = await send(parts, (client) => takeStale(client, cutoff, BATCH));
    sent += moved;
    if (moved < BATCH) return sent;
  }
}

/** Milliseconds after which {@link relayDue} has something to do, or should look again. */
export async function untilDue(index: pg.Pool): Promise<number> {
  const seconds = await secondsUntilDue(index);
  return seconds === null ? POLL_MS : Math.min(POLL_MS, Math.max(0, seconds * 1000));
}

async function send(
  { index, queues }: RelayParts,
  take: (client: pg.PoolClient) => Promise<OutboxEvent[]>,
): Promise<number> {
  // Before any row is locked: a store of the same study must not wait for a queue that is away.
  for (const queue of Object.values(queues)) await queue.ready();
  return inTransaction(index, async (client) => {
    const events = await take(client);
    for (const [name, queue] of Object.entries(queues)) {
      const own = events.filter((event) => QUEUE_OF[event.topic] === name);
      if (own.length > 0) await queue.add(own.map(toJob));
    }
    if (events.length > 0) {
      await markSent(
        client,
        events.map((event) => event.id),
      );
    }
    return events.length;
  });
}

function toJob(event: OutboxEvent): { id: string; name: string; data: OutboxJob } {
  // Neither an integer nor with a colon, which BullMQ takes for its own.
  return {
    id: `ob-${event.id}`,
    name: event.topic,
    data: { outboxId: event.id, studyId: event.studyId },
  };
}
