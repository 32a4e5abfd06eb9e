import { errorCode } from '@hutong/storage-config';
import { createPostgresBackend, type JobsOptions, Queue, Worker, withBackend } from 'bullmq';
import type { Logger } from 'pino';

/** A job is the id of the outbox row it stands for: everything else is read from the index when it runs. */
export interface OutboxJob {
  outboxId: number;
  studyId: number | null;
}

export const QUEUES = {
  conformance: 'hutong-conformance',
  corrections: 'hutong-corrections',
  housekeeping: 'hutong-housekeeping',
} as const;
export type QueueName = keyof typeof QUEUES;

/** Schema of BullMQ's own tables when jobs go through PostgreSQL. */
export const JOBS_SCHEMA = 'hutong_jobs';

export interface JobsPlace {
  /** null: PostgreSQL. */
  redisUrl: string | null;
  databaseUrl: string;
}

type Processor = (job: OutboxJob) => Promise<void>;

/** The sending side of a queue. */
export interface JobQueue {
  /** Resolves while the queue can be reached. @throws QueueTimeout */
  ready(): Promise<void>;
  /** Adds jobs; one whose id is queued or at work already is passed over. @throws QueueTimeout */
  add(jobs: readonly { id: string; name: string; data: OutboxJob }[]): Promise<void>;
  close(): Promise<void>;
}

/** BullMQ on one of its two backends. The rest of the workers does not know which. */
export interface Jobs {
  queue(name: QueueName): JobQueue;
  worker(name: QueueName, concurrency: number, process: Processor): JobWorker;
}

/** The working side of a queue; works from the start. */
export interface JobWorker {
  /** Takes no more jobs, and lets those at work finish. With `force` it waits for nothing, not even the connection. */
  close(force: boolean): Promise<void>;
}

// Each side of each queue holds few connections of its own.
const POOL = 3;
// A job whose worker was killed is taken up by another after about so long.
const LOCK_MS = 15_000;
const STALLED_CHECK_MS = 5_000;
/** Longest that adding may take: the outbox rows are locked meanwhile. */
const ANSWER_MS = 3_000;

/** Names the backend that the configuration asks for; connections are made by the queues and workers. */
export function openJobs(place: JobsPlace, log: Logger): Jobs {
  // Without a listener a lost connection would end the process. BullMQ connects again by itself.
  const onError = (error: Error): void =>
    log.warn({ code: errorCode(error) ?? error.name }, 'the job queue is not reachable');
  return place.redisUrl === null ? onPostgres(place.databaseUrl, onError) : onRedis(place.redisUrl, onError);
}

type ErrorListener = (error: Error) => void;

const workerOptions = (concurrency: number) => ({
  concurrency,
  lockDuration: LOCK_MS,
  stalledInterval: STALLED_CHECK_MS,
  removeOnComplete: { count: 0 },
  removeOnFail: { count: 0 },
});

function onRedis(url: string, onError: ErrorListener): Jobs {
  return {
    queue: (name) => {
      const queue = new Queue<OutboxJob>(QUEUES[name], {
        // Adding fails at once while Redis is away; the outbox keeps the row.
        connection: { url, enableOfflineQueue: false, connectTimeout: 3000, maxRetriesPerRequest: 1 },
      });
      queue.on('error', onError);
      return seam(queue);
    },
    worker: (name, concurrency, process) => {
      const connection = { url, maxRetriesPerRequest: null };
      return new Worker<OutboxJob>(QUEUES[name], (job) => process(job.data), {
        connection,
        ...workerOptions(concurrency),
      }).on('error', onError);
    },
  };
}

function onPostgres(connectionString: string, onError: ErrorListener): Jobs {
  const postgres = withBackend(createPostgresBackend);
  const connection = {
    connectionString,
    schema: JOBS_SCHEMA,
    migrate: true,
    max: POOL,
    application_name: 'hutong jobs',
    keepAlive: true,
  };
  return {
    queue: (name) => {
      const queue = new postgres.Queue<OutboxJob>(QUEUES[name], { connection });
      queue.on('error', onError);
      return seam(queue);
    },
    worker: (name, concurrency, process) =>
      new postgres.Worker<OutboxJob>(QUEUES[name], (job) => process(job.data), {
        connection,
        ...workerOptions(concurrency),
      }).on('error', onError),
  };
}

interface BullmqQueue {
  waitUntilReady(): Promise<unknown>;
  add(name: string, data: OutboxJob, opts: JobsOptions): Promise<unknown>;
  addBulk(jobs: { name: string; data: OutboxJob; opts: JobsOptions }[]): Promise<unknown>;
  close(): Promise<void>;
}

function seam(queue: BullmqQueue): JobQueue {
  const opts = { attempts: 1, removeOnComplete: true, removeOnFail: true };
  return {
    ready: async () => {
      await withinTime(queue.waitUntilReady());
    },
    add: async (jobs) => {
      const added = jobs.map(({ id, ...job }) => ({ ...job, opts: { ...opts, jobId: id } }));
      const [only] = added;
      // In PostgreSQL many at once go through temporary tables, which cost more than ten single jobs.
      const one = added.length === 1 && only !== undefined;
      await withinTime(one ? queue.add(only.name, only.data, only.opts) : queue.addBulk(added));
    },
    close: () => queue.close(),
  };
}

/** The queue did not answer in time. */
export class QueueTimeout extends Error {
  override name = 'QueueTimeout';
}

async function withinTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new QueueTimeout('the queue did not answer in time')), ANSWER_MS);
  });
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
