import { createHash, randomUUID } from 'node:crypto';
import { mkdir, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { shippedCatalogues } from '@hutong/conformance';
import pg from 'pg';
import { errorCode, openIndex } from './database.ts';
import { ensureServer, prepareCluster, type RunningServer, stopServer, urlOf } from './embedded/server.ts';
import { silentLog } from './log.ts';
import { migrate, readMigrations } from './migrate.ts';

export {
  labelStudy,
  linkPatients,
  putLabelledStudy,
  studyDateBefore,
  type LabelledStudy,
} from './reminders/testing.ts';

/**
 * Real PostgreSQL for tests: one embedded server for all test files and processes of this checkout, and a database of its
 * own for each test file, cloned from a migrated template. The server ends with the last who uses it.
 */
export interface TestDatabase {
  pool: pg.Pool;
  databaseUrl: string;
  /** Closes the pool and removes the database. */
  drop(): Promise<void>;
}

export interface TestServer {
  /** Lets the server end, unless others use it. */
  release(): Promise<void>;
}

// Held (shared) by everyone who uses the server, on a connection of its own, so that a killed test run lets go too.
const LEASE_LOCK = 0x4855_5454;
const TEMPLATE_LOCK = 0x4855_5445;

interface Lease {
  server: RunningServer;
  connection: pg.Client;
}

/** Makes sure the test server runs and keeps it running until released. For a test run's global set-up. */
export async function holdTestServer(): Promise<TestServer> {
  const lease = await takeLease();
  return { release: () => endLease(lease) };
}

/** A fresh, migrated database. Call `drop` when the test file is done. */
export async function createTestDatabase(): Promise<TestDatabase> {
  const lease = await takeLease();
  const template = await ensureTemplate(lease);
  const name = `test_${randomUUID().replaceAll('-', '')}`;
  await lease.connection.query(`CREATE DATABASE ${name} TEMPLATE ${template}`);
  const databaseUrl = urlOf(lease.server.socketFolder, name);
  const pool = openIndex({ databasePool: 10 }, { databaseUrl, applicationName: 'hutong test' });
  return {
    pool,
    databaseUrl,
    drop: async () => {
      await pool.end();
      await lease.connection.query(`DROP DATABASE ${name} WITH (FORCE)`);
      await endLease(lease);
    },
  };
}

async function takeLease(): Promise<Lease> {
  const place = await prepareCluster(await testFolder());
  // Several tries: the last user of before may be shutting the server down.
  for (let attempt = 1; ; attempt += 1) {
    const server = await ensureServer(place, silentLog, {
      settings: { fsync: 'off', max_connections: '300' },
    });
    const connection = new pg.Client({ connectionString: urlOf(server.socketFolder, 'postgres') });
    connection.on('error', () => undefined);
    try {
      await connection.connect();
      const { rows } = await connection.query<{ taken: boolean }>(
        'SELECT pg_try_advisory_lock_shared($1) AS taken',
        [LEASE_LOCK],
      );
      if (rows[0]?.taken === true) return { server, connection };
    } catch (error) {
      if (attempt >= 20) throw error;
    }
    await connection.end().catch(() => undefined);
    if (attempt >= 20) throw new Error('the test server cannot be shared');
    await sleep(100);
  }
}

/** Stops the server when nobody else holds a lease: then the exclusive lock can be had, and no new lease be taken. */
async function endLease({ server, connection }: Lease): Promise<void> {
  await connection.query('SELECT pg_advisory_unlock_shared($1)', [LEASE_LOCK]);
  const { rows } = await connection.query<{ last: boolean }>('SELECT pg_try_advisory_lock($1) AS last', [
    LEASE_LOCK,
  ]);
  if (rows[0]?.last === true) await stopServer(server, silentLog);
  await connection.end().catch(() => undefined);
}

async function testFolder(): Promise<string> {
  const checkout = createHash('sha256')
    .update(import.meta.url)
    .digest('hex')
    .slice(0, 8);
  const folder = path.join(os.tmpdir(), `hutong-test-${os.userInfo().uid}-${checkout}`);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const { uid } = await stat(folder);
  if (uid !== process.getuid?.()) throw new Error(`${folder} belongs to another user`);
  return folder;
}

/** The name of a database with the current migrations applied and the lists that ship, made on first use. */
async function ensureTemplate({ server, connection }: Lease): Promise<string> {
  const checksums = [
    ...(await readMigrations()).map((migration) => migration.checksum),
    JSON.stringify(shippedCatalogues()),
  ].join();
  const name = `template_${createHash('sha256').update(checksums).digest('hex').slice(0, 12)}`;
  await connection.query('SELECT pg_advisory_lock($1)', [TEMPLATE_LOCK]);
  try {
    const { rowCount } = await connection.query(
      'SELECT FROM pg_database WHERE datname = $1 AND datistemplate',
      [name],
    );
    if (rowCount === 1) return name;
    await removeLeftovers(connection);
    await connection.query(`DROP DATABASE IF EXISTS ${name}`);
    await connection.query(`CREATE DATABASE ${name}`);
    const pool = openIndex({ databasePool: 2 }, { databaseUrl: urlOf(server.socketFolder, name) });
    await migrate(pool).finally(() => pool.end());
    await connection.query(`ALTER DATABASE ${name} IS_TEMPLATE true`);
    return name;
  } finally {
    await connection.query('SELECT pg_advisory_unlock($1)', [TEMPLATE_LOCK]);
  }
}

/** Databases of test runs that were killed, and templates of older migrations. */
async function removeLeftovers(connection: pg.Client): Promise<void> {
  const { rows } = await connection.query<{ datname: string }>(
    `SELECT datname FROM pg_database d
      WHERE datname ~ '^(test|template)_[0-9a-f]+$'
        AND NOT EXISTS (SELECT FROM pg_stat_activity a WHERE a.datid = d.oid)`,
  );
  for (const { datname } of rows) {
    await connection.query(`ALTER DATABASE ${datname} IS_TEMPLATE false`).catch(ignoreMissing);
    await connection.query(`DROP DATABASE IF EXISTS ${datname}`).catch(ignoreMissing);
  }
}

function ignoreMissing(error: unknown): void {
  if (errorCode(error) === undefined) throw error;
}
