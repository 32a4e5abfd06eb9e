import type pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { inTransaction, letStatementsRun, openIndex } from './database.ts';
import { isOutage } from './outage.ts';
import { createTestDatabase, type TestDatabase } from './testing.ts';

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
  await database.pool.query('CREATE TABLE counter (id integer PRIMARY KEY, value integer NOT NULL)');
  await database.pool.query('INSERT INTO counter VALUES (1, 0), (2, 0)');
});
afterAll(() => database.drop());

test('bigint columns are numbers while they are safe, and exact beyond', async () => {
  const { rows } = await database.pool.query('SELECT 7::int8 AS small, 9007199254740993::int8 AS large');
  expect(rows).toEqual([{ small: 7, large: 9007199254740993n }]);
});

test('a transaction that throws leaves nothing and its connection usable', async () => {
  const failing = inTransaction(database.pool, async (client) => {
    await client.query('INSERT INTO counter VALUES (3, 0)');
    throw new Error('no');
  });
  await expect(failing).rejects.toThrow('no');
  expect((await database.pool.query('SELECT FROM counter WHERE id = 3')).rowCount).toBe(0);
});

test('serialization failures run the transaction again until it succeeds', async () => {
  const add = (): Promise<void> =>
    inTransaction(
      database.pool,
      async (client) => {
        const { rows } = await client.query<{ value: number }>('SELECT value FROM counter WHERE id = 1');
        await client.query('UPDATE counter SET value = $1 WHERE id = 1', [rows[0]!.value + 1]);
      },
      { isolation: 'serializable', attempts: 30 },
    );
  await Promise.all(Array.from({ length: 6 }, add));
  expect((await database.pool.query('SELECT value FROM counter WHERE id = 1')).rows).toEqual([{ value: 6 }]);
});

test('two transactions that lock each other out both succeed in the end', async () => {
  let first = 0;
  const both = async (order: [number, number]): Promise<void> =>
    inTransaction(database.pool, async (client) => {
      await client.query('UPDATE counter SET value = value + 1 WHERE id = $1', [order[0]]);
      first += 1;
      while (first < 2) await new Promise((resolve) => setTimeout(resolve, 5));
      await client.query('UPDATE counter SET value = value + 1 WHERE id = $1', [order[1]]);
    });
  const before = await database.pool.query<{ sum: number }>('SELECT sum(value)::int4 AS sum FROM counter');
  await Promise.all([both([1, 2]), both([2, 1])]);
  const after = await database.pool.query<{ sum: number }>('SELECT sum(value)::int4 AS sum FROM counter');
  expect(after.rows[0]!.sum - before.rows[0]!.sum).toBe(4);
});

test('a connection lost while idle or at work does not end the process, and the pool recovers', async () => {
  const pool = openIndex(
    { databasePool: 2 },
    { databaseUrl: database.databaseUrl, applicationName: 'victim' },
  );
  const kill = `SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'victim'`;
  await pool.query('SELECT 1');
  await database.pool.query(kill);
  const atWork = inTransaction(pool, async (client) => {
    await client.query('SELECT 1');
    await database.pool.query(kill);
    await client.query('SELECT 1');
  });
  await expect(atWork).rejects.toThrow();
  expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  await pool.end();
});

test('a statement that runs too long is ended', async () => {
  const pool = openIndex({ databasePool: 2 }, { databaseUrl: database.databaseUrl, statementTimeoutMs: 50 });
  await expect(pool.query('SELECT pg_sleep(30)')).rejects.toThrow('statement timeout');
  await pool.end();
});

test('an answer that does not come is not waited for, in a transaction or outside, and others still come', async () => {
  const application = 'frozen';
  const pool = openIndex(
    { databasePool: 2 },
    { databaseUrl: database.databaseUrl, applicationName: application, statementTimeoutMs: 10 },
  );
  const frozen: number[] = [];
  const freeze = async (client: pg.PoolClient): Promise<void> => {
    const { rows } = await client.query<{ pid: number }>('SELECT pg_backend_pid() AS pid');
    const pid = rows[0]?.pid ?? 0;
    process.kill(pid, 'SIGSTOP');
    frozen.push(pid);
  };
  try {
    const unanswered = inTransaction(pool, async (client) => {
      await freeze(client);
      await client.query('SELECT 1');
    });
    const error: unknown = await unanswered.catch((thrown: unknown) => thrown);
    expect(isOutage(error)).toBe(true);
    const client = await pool.connect();
    await freeze(client);
    client.release();
    expect(isOutage(await pool.query('SELECT 1').catch((thrown: unknown) => thrown))).toBe(true);
    expect((await pool.query('SELECT 1 AS one')).rows).toEqual([{ one: 1 }]);
  } finally {
    for (const pid of frozen) process.kill(pid, 'SIGCONT');
    await pool.end();
  }
}, 20_000);

test('a transaction may ask for more time, and what comes after it on the connection has the usual again', async () => {
  const pool = openIndex({ databasePool: 1 }, { databaseUrl: database.databaseUrl, statementTimeoutMs: 50 });
  await inTransaction(pool, async (client) => {
    await letStatementsRun(client, 0);
    await client.query('SELECT pg_sleep(0.2)');
  });
  await expect(pool.query('SELECT pg_sleep(30)')).rejects.toThrow('statement timeout');
  await pool.end();
});
