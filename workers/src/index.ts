import { defaultCatalogue } from '@hutong/conformance';
import { type HutongConfig, type ObjectStore, publishHousekeeping } from '@hutong/storage-config';
import type pg from 'pg';
import type { Logger } from 'pino';
import { judgeStudy } from './conformance/judgeStudy.ts';
import { type Delivery, startDelivery } from './delivery.ts';
import { FIRST_HOUSEKEEPING_SECONDS, tidy } from './housekeeping/tidy.ts';

export type { WorkersHealth } from './delivery.ts';
export { JOBS_SCHEMA, type QueueName, QUEUES } from './queues.ts';

export interface WorkerParts {
  config: HutongConfig;
  /** Opened with openIndex, and migrated. */
  index: pg.Pool;
  objects: ObjectStore;
  log: Logger;
}

export type Workers = Delivery;

/** Starts relay, sweeper and processors: on Redis when it is configured, else on BullMQ's PostgreSQL backend. */
export async function startWorkers({ config, index, objects, log }: WorkerParts): Promise<Workers> {
  const databaseUrl = index.options.connectionString;
  if (databaseUrl === undefined) throw new Error('the index must be opened with openIndex');
  const catalogue = defaultCatalogue();
  await publishHousekeeping(index, FIRST_HOUSEKEEPING_SECONDS);
  return startDelivery({
    index,
    databaseUrl,
    redisUrl: config.redisUrl,
    log,
    effects: {
      conformance: {
        effect: (job) => judgeStudy({ index, config, catalogue, log }, job),
        concurrency: config.workerConcurrency,
      },
      housekeeping: { effect: (job) => tidy({ index, objects, log }, job), concurrency: 1 },
    },
  });
}
