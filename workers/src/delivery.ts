import { type OutboxState, outboxState } from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { startLoop } from './loop.ts';
import { attempt } from './outbox/attempt.ts';
import { relayDue, type RelayParts, resendStale, untilDue } from './outbox/relay.ts';
import { openJobs, type OutboxJob, type QueueName } from './queues.ts';

/** What one job of a queue does. It must end the outbox row in the transaction of its effect. */
export type Effect = (job: OutboxJob) => Promise<void>;

export interface DeliveryOptions {
  index: pg.Pool;
  databaseUrl: string;
  /** null: jobs go through PostgreSQL. */
  redisUrl: string | null;
  log: Logger;
  effects: Record<QueueName, { effect: Effect; concurrency: number }>;
  /** What was sent so long ago and is not done is sent again. */
  staleSeconds?: number;
  sweepMs?: number;
}

export interface WorkersHealth {
  /** False while the relay cannot reach the index or the queue. */
  relaying: boolean;
  outbox: OutboxState;
}

export interface Delivery {
  health(): Promise<WorkersHealth>;
  /** Lets the jobs at work finish, then ends. What is not done is done by the next worker. */
  stop(): Promise<void>;
}

/**
 * Brings outbox rows to their effects: relay, sweeper and BullMQ workers. Any number of processes may run at once, and
 * each, and the queue's store, may be lost at any time.
 */
export function startDelivery(options: DeliveryOptions): Delivery {
  const { index, log, effects, redisUrl, staleSeconds = 60, sweepMs = 15_000 } = options;
  const jobs = openJobs(options, log);
  const queues: RelayParts['queues'] = {
    conformance: jobs.queue('conformance'),
    corrections: jobs.queue('corrections'),
    housekeeping: jobs.queue('housekeeping'),
  };
  const relay: RelayParts = { index, queues };
  const atWork = new Set<Promise<void>>();
  const workers = (Object.keys(effects) as QueueName[]).map((name) => {
    const { effect, concurrency } = effects[name];
    return jobs.worker(name, concurrency, (job) => {
      const work = attempt({ index, log }, job, () => effect(job));
      atWork.add(work);
      return work.finally(() => atWork.delete(work));
    });
  });

  let relaying = false;
  const relayLoop = startLoop('relay', log, async () => {
    try {
      const moved = await relayDue(relay);
      const pause = moved > 0 ? 0 : await untilDue(index);
      relaying = true;
      return pause;
    } catch (error) {
      relaying = false;
      throw error;
    }
  });
  // At first everything unfinished: whoever had it may have been killed with us, and the queue lost.
  let sentBefore = 0;
  const sweepLoop = startLoop('sweeper', log, async () => {
    const sent = await resendStale(relay, sentBefore);
    if (sent > 0) log.info({ sent }, 'sent unfinished jobs again');
    sentBefore = staleSeconds;
    return sweepMs;
  });
  log.info({ backend: redisUrl === null ? 'postgresql' : 'redis' }, 'workers started');

  return {
    health: async () => ({ relaying, outbox: await outboxState(index) }),
    stop: async () => {
      await Promise.all([relayLoop.stop(), sweepLoop.stop()]);
      // Closing waits for the queue's connection, for ever if the queue is away; what is at work may still finish.
      if (!relaying) await Promise.allSettled(atWork);
      await Promise.all(workers.map((worker) => worker.close(!relaying)));
      await Promise.all(Object.values(queues).map((queue) => queue.close()));
      log.info({}, 'workers stopped');
    },
  };
}
