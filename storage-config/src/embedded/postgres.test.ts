import { type ChildProcess, spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { silentLog } from '../log.ts';
import { type EmbeddedPostgres, findEmbeddedPostgres, startEmbeddedPostgres } from './postgres.ts';

let folder: string;
const running = new Set<EmbeddedPostgres>();
beforeAll(async () => {
  // Closed to everybody else, as /root is: PostgreSQL's own user cannot pass it by its path.
  folder = await mkdtemp(path.join(os.tmpdir(), 'hutong-embedded-'));
});
afterAll(async () => {
  for (const server of running) await server.stop();
  await rm(folder, { recursive: true, force: true });
});

async function start(name: string): Promise<EmbeddedPostgres> {
  const server = await startEmbeddedPostgres({ dataDirectory: path.join(folder, name), log: silentLog });
  running.add(server);
  return { ...server, stop: () => server.stop().then(() => void running.delete(server)) };
}

async function query(databaseUrl: string, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: databaseUrl });
  await client.connect();
  try {
    return (await client.query<Record<string, unknown>>(sql)).rows;
  } finally {
    await client.end();
  }
}

const pidOf = async (name: string): Promise<number> =>
  Number((await readFile(path.join(folder, name, 'postgres/cluster/postmaster.pid'), 'utf8')).split('\n')[0]);

/** Another Hutong process on the folder; prints its URL once the server runs. */
async function startElsewhere(name: string): Promise<{ child: ChildProcess; databaseUrl: string }> {
  const program = `
    import { startEmbeddedPostgres } from ${JSON.stringify(new URL('./postgres.ts', import.meta.url).href)};
    import { silentLog } from ${JSON.stringify(new URL('../log.ts', import.meta.url).href)};
    const dataDirectory = ${JSON.stringify(path.join(folder, name))};
    const server = await startEmbeddedPostgres({ dataDirectory, log: silentLog });
    process.stdout.write(server.databaseUrl);
    setInterval(() => undefined, 1000);
  `;
  const child = spawn(process.execPath, ['--input-type=module', '-e', program], {
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const databaseUrl = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk: Buffer) => resolve(chunk.toString()));
    child.once('exit', () => reject(new Error('the other process ended')));
  });
  return { child, databaseUrl };
}

const kill9 = async (child: ChildProcess): Promise<void> => {
  const gone = new Promise((resolve) => child.once('exit', resolve));
  child.kill('SIGKILL');
  await gone;
};

test('a database made on first start is found again after a clean stop', async () => {
  const first = await start('main');
  expect(first.adopted).toBe(false);
  await query(first.databaseUrl, `CREATE TABLE kept0 AS SELECT 1 AS one`);
  expect(await query(first.databaseUrl, 'SHOW fsync')).toEqual([{ fsync: 'on' }]);
  expect(await query(first.databaseUrl, 'SHOW listen_addresses')).toEqual([{ listen_addresses: '' }]);
  expect(
    await query(
      first.databaseUrl,
      `SELECT datcollate, datlocprovider, pg_encoding_to_char(encoding) AS encoding
                                           FROM pg_database WHERE datname = 'hutong'`,
    ),
  ).toEqual([{ datcollate: 'C', datlocprovider: 'b', encoding: 'UTF8' }]);
  await first.stop();
  expect(await findEmbeddedPostgres({ dataDirectory: path.join(folder, 'main'), log: silentLog })).toBeNull();
  const second = await start('main');
  expect(await query(second.databaseUrl, 'SELECT one FROM kept0')).toEqual([{ one: 1 }]);
  await second.stop();
});

test('nobody else can enter the data folder, and the server does not run as root', async () => {
  const server = await start('main');
  const cluster = await stat(path.join(folder, 'main/postgres/cluster'));
  expect(cluster.mode & 0o077).toBe(0);
  expect(cluster.uid).not.toBe(0);
  await server.stop();
});

test('a server that outlived its killed parent is adopted with all that was committed', async () => {
  const { child, databaseUrl } = await startElsewhere('main');
  await query(databaseUrl, `CREATE TABLE kept2 AS SELECT 1 AS one`);
  const pid = await pidOf('main');
  await kill9(child);
  const adopter = await start('main');
  expect(adopter.adopted).toBe(true);
  expect(adopter.databaseUrl).toBe(databaseUrl);
  expect(await pidOf('main')).toBe(pid);
  expect(await query(adopter.databaseUrl, 'SELECT one FROM kept2')).toEqual([{ one: 1 }]);
  await adopter.stop();
  await expect(query(databaseUrl, 'SELECT 1')).rejects.toThrow();
});

test('after a kill of parent and server what was committed is recovered', async () => {
  const { child, databaseUrl } = await startElsewhere('main');
  await query(databaseUrl, `CREATE TABLE kept3 AS SELECT generate_series(1, 10000) AS n`);
  const pid = await pidOf('main');
  await kill9(child);
  process.kill(pid, 'SIGKILL');
  const server = await start('main');
  expect(await query(server.databaseUrl, 'SELECT count(*)::int4 AS n FROM kept3')).toEqual([{ n: 10_000 }]);
  await server.stop();
});

test('a second Hutong on the folder is refused, and finds the running one when it only asks', async () => {
  const { child, databaseUrl } = await startElsewhere('main');
  await expect(start('main')).rejects.toThrow(/Another Hutong is running/);
  expect(await findEmbeddedPostgres({ dataDirectory: path.join(folder, 'main'), log: silentLog })).toBe(
    databaseUrl,
  );
  await kill9(child);
  const next = await start('main');
  await next.stop();
});

test('of processes that start at once on a fresh folder one wins and the others are refused', async () => {
  const attempts = await Promise.allSettled(
    [startElsewhere('race'), startElsewhere('race'), startElsewhere('race')].map((attempt) =>
      attempt.catch((error: unknown) => Promise.reject(error as Error)),
    ),
  );
  const winners = attempts.filter((attempt) => attempt.status === 'fulfilled');
  expect(winners).toHaveLength(1);
  await kill9(winners[0]!.value.child);
  await (await start('race')).stop();
});

test('a server that dies under us is started again at the same address', async () => {
  const server = await start('main');
  await query(server.databaseUrl, `CREATE TABLE kept6 AS SELECT 1 AS one`);
  const pid = await pidOf('main');
  process.kill(pid, 'SIGKILL');
  let rows: unknown;
  for (let attempt = 0; attempt < 200 && rows === undefined; attempt += 1) {
    await sleep(50);
    rows = await query(server.databaseUrl, 'SELECT one FROM kept6').catch(() => undefined);
  }
  expect(rows).toEqual([{ one: 1 }]);
  expect(await pidOf('main')).not.toBe(pid);
  await server.stop();
});

test('a data folder whose path is too long for a socket works', async () => {
  const name = 'long/'.concat('x'.repeat(120));
  const server = await start(name);
  expect(await query(server.databaseUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }]);
  await server.stop();
});

test('a data folder of another PostgreSQL is refused and left alone', async () => {
  const cluster = path.join(folder, 'older/postgres/cluster');
  await mkdir(cluster, { recursive: true });
  await writeFile(path.join(cluster, 'PG_VERSION'), '14\n');
  await expect(start('older')).rejects.toThrow(/made by PostgreSQL 14/);
  expect(await readFile(path.join(cluster, 'PG_VERSION'), 'utf8')).toBe('14\n');
});
