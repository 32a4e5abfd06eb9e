import { type ChildProcess, spawn } from 'node:child_process';
import { setTimeout as sleep } from 'node:timers/promises';
import {
  claim,
  createHospital,
  inTransaction,
  markDone,
  outboxState,
  publishHousekeeping,
  publishStudyChanged,
} from '@hutong/storage-config';
import { createTestDatabase, type TestDatabase } from '@hutong/storage-config/testing';
import { Redis } from 'ioredis';
import pino from 'pino';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Delivery, type Effect, startDelivery } from './delivery.ts';
import { JOBS_SCHEMA } from './queues.ts';

const log = pino({ level: 'silent' });
const redisUrl = process.env['HUTONG_TEST_REDIS_URL'];

let database: TestDatabase;
let running: Delivery[] = [];
beforeAll(async () => {
  database = await createTestDatabase();
  await createHospital(database.pool, { code: 'h1', nameZh: '一院', nameEn: 'First' });
  await database.pool.query(
    'CREATE TABLE effect (outbox_id bigint NOT NULL, at timestamptz NOT NULL DEFAULT now())',
  );
});
afterAll(() => database.drop());
beforeEach(() => database.pool.query('TRUNCATE study, effect CASCADE; DELETE FROM outbox'));
afterEach(async () => {
  await Promise.all(running.map((delivery) => delivery.stop()));
  running = [];
});

/** The effect of these tests: a row in the transaction that ends the outbox row, as the real ones do. */
const recordEffect: Effect = (job) =>
  inTransaction(database.pool, async (client) => {
    if (!(await claim(client, job.outboxId))) return;
    await client.query('INSERT INTO effect (outbox_id) VALUES ($1)', [job.outboxId]);
    await markDone(client, job.outboxId);
  });

const start = (
  backend: string | null,
  over: { conformance?: Effect; staleSeconds?: number } = {},
): Delivery => {
  const delivery = startDelivery({
    index: database.pool,
    databaseUrl: database.databaseUrl,
    redisUrl: backend,
    log,
    staleSeconds: over.staleSeconds ?? 1,
    sweepMs: 200,
    effects: {
      conformance: { effect: over.conformance ?? recordEffect, concurrency: 4 },
      corrections: { effect: recordEffect, concurrency: 1 },
      housekeeping: { effect: recordEffect, concurrency: 1 },
    },
  });
  running.push(delivery);
  return delivery;
};

const stop = async (delivery: Delivery): Promise<void> => {
  running = running.filter((each) => each !== delivery);
  await delivery.stop();
};

let studies = 0;
async function publish(count: number): Promise<void> {
  for (let made = 0; made < count; made += 1) {
    studies += 1;
    await inTransaction(database.pool, async (client) => {
      const { rows } = await client.query<{ study_id: number }>(
        `INSERT INTO study (hospital_code, study_instance_uid) VALUES ('h1', $1) RETURNING study_id`,
        [`1.2.${studies}`],
      );
      await publishStudyChanged(client, rows[0]!.study_id, 0);
    });
  }
}

const effects = async (): Promise<{ all: number; distinct: number }> =>
  (
    await database.pool.query<{ all: number; distinct: number }>(
      'SELECT count(*) AS all, count(DISTINCT outbox_id) AS distinct FROM effect',
    )
  ).rows[0]!;

async function until(what: string, holds: () => Promise<boolean>): Promise<void> {
  for (let attempt = 0; attempt < 1200; attempt += 1) {
    if (await holds()) return;
    await sleep(50);
  }
  throw new Error(`never came true: ${what}`);
}
const done = (count: number): Promise<void> =>
  until(`${count} effects`, async () => (await effects()).distinct >= count);

const backends: { name: string; url: string | null; runs: boolean; wipe: () => Promise<void> }[] = [
  {
    name: 'PostgreSQL',
    url: null,
    runs: true,
    wipe: async () => {
      await database.pool.query(`DELETE FROM ${JOBS_SCHEMA}.job`);
    },
  },
  {
    name: redisUrl === undefined ? 'Redis (HUTONG_TEST_REDIS_URL is not set)' : 'Redis',
    url: redisUrl ?? null,
    runs: redisUrl !== undefined,
    wipe: async () => {
      const redis = new Redis(redisUrl ?? '');
      await redis.flushall();
      await redis.quit();
    },
  },
];

for (const backend of backends) {
  describe.skipIf(!backend.runs)(`on ${backend.name}`, () => {
    test('every committed fact has its effect exactly once, with two workers', async () => {
      start(backend.url);
      start(backend.url);
      await publish(60);
      await publishHousekeeping(database.pool, 0);
      await done(61);
      expect(await effects()).toEqual({ all: 61, distinct: 61 });
      expect(await outboxState(database.pool)).toEqual({ waiting: 0, sent: 0, failed: 0 });
    });

    test('what was lost with the queue is sent again', async () => {
      let release: () => void = () => undefined;
      const held = new Promise<void>((resolve) => (release = resolve));
      start(backend.url, { conformance: () => held, staleSeconds: 600 });
      await publish(20);
      await until('all sent', async () => (await outboxState(database.pool)).sent === 20);
      await backend.wipe();
      start(backend.url);
      await done(20);
      release();
      expect(await effects()).toEqual({ all: 20, distinct: 20 });
    });

    test('a job that fails is tried again and succeeds', async () => {
      let failures = 0;
      start(backend.url, {
        conformance: async (job) => {
          if (failures < 1) {
            failures += 1;
            throw new Error('Zhang^San');
          }
          await recordEffect(job);
        },
      });
      await publish(1);
      await until('failed once', async () => failures === 1);
      await until('recorded', async () => (await lastError()) !== null);
      expect(await lastError()).toMatch(/^Error at delivery\.test\.ts:\d+$/);
      await database.pool.query('UPDATE outbox SET available_at = now()');
      await done(1);
      expect(await lastError()).toBeNull();
    });

    test('a job that always fails is given up and the others are done', async () => {
      const poison = 'poison';
      await publish(3);
      const { rows } = await database.pool.query<{ id: number }>('SELECT min(id) AS id FROM outbox');
      start(backend.url, {
        conformance: async (job) => {
          if (job.outboxId === rows[0]!.id) throw new Error(poison);
          await recordEffect(job);
        },
      });
      await until('given up', async () => {
        await database.pool.query('UPDATE outbox SET available_at = now() WHERE sent_at IS NULL');
        return (await outboxState(database.pool)).failed === 1;
      });
      await done(2);
      expect(await outboxState(database.pool)).toEqual({ waiting: 0, sent: 0, failed: 1 });
    });

    test('a worker that stops lets its job finish', async () => {
      let begun = false;
      const delivery = start(backend.url, {
        conformance: async (job) => {
          begun = true;
          await sleep(500);
          await recordEffect(job);
        },
      });
      await publish(1);
      await until('begun', async () => begun);
      await stop(delivery);
      expect(await effects()).toEqual({ all: 1, distinct: 1 });
    });

    test('workers killed with -9 again and again lose nothing and do nothing twice', async () => {
      const total = 60;
      await publish(total);
      for (let round = 0; round < 3; round += 1) {
        const child = await startElsewhere(backend.url);
        const before = (await effects()).distinct;
        await until('progress', async () => (await effects()).distinct > before || before === total);
        child.kill('SIGKILL');
        await new Promise((resolve) => child.once('exit', resolve));
      }
      start(backend.url);
      await done(total);
      expect(await effects()).toEqual({ all: total, distinct: total });
    });
  });
}

test('while Redis is away nothing is lost and the relay says so', async () => {
  await publish(3);
  const delivery = start('redis://127.0.0.1:1');
  await until('tried', async () => {
    const { rows } = await database.pool.query<{ n: number }>(
      'SELECT count(*) AS n FROM outbox WHERE sent_at IS NULL',
    );
    return rows[0]!.n === 3;
  });
  expect(await delivery.health()).toMatchObject({ relaying: false, outbox: { waiting: 3, sent: 0 } });
  await stop(delivery);
  start(null);
  await done(3);
});

test('the relay moves what is due and leaves what is not', async () => {
  await publish(1);
  await database.pool.query(`UPDATE outbox SET available_at = now() + interval '1 hour'`);
  await publish(1);
  const delivery = start(null);
  await done(1);
  expect(await delivery.health()).toEqual({ relaying: true, outbox: { waiting: 1, sent: 0, failed: 0 } });
});

const lastError = async (): Promise<string | null> =>
  (await database.pool.query<{ last_error: string | null }>('SELECT last_error FROM outbox')).rows[0]!
    .last_error;

/** A worker in a process of its own, slow enough to be killed at work. */
async function startElsewhere(backend: string | null): Promise<ChildProcess> {
  const program = `
    import { setTimeout as sleep } from 'node:timers/promises';
    import { claim, inTransaction, markDone, openIndex } from '@hutong/storage-config';
    import pino from 'pino';
    import { startDelivery } from ${JSON.stringify(new URL('./delivery.ts', import.meta.url).href)};
    const databaseUrl = ${JSON.stringify(database.databaseUrl)};
    const index = openIndex({ databasePool: 5 }, { databaseUrl });
    const effect = (job) => inTransaction(index, async (client) => {
      if (!(await claim(client, job.outboxId))) return;
      await client.query('INSERT INTO effect (outbox_id) VALUES ($1)', [job.outboxId]);
      await sleep(20);
      await markDone(client, job.outboxId);
    });
    const side = { effect, concurrency: 2 };
    startDelivery({
      index, databaseUrl, redisUrl: ${JSON.stringify(backend)}, log: pino({ level: 'silent' }),
      staleSeconds: 1, sweepMs: 200, effects: { conformance: side, housekeeping: side },
    });
    process.stdout.write('started');
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    cwd: new URL('.', import.meta.url),
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  await new Promise((resolve) => child.stdout.once('data', resolve));
  return child;
}
