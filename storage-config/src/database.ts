import pg from 'pg';
import { setTimeout as sleep } from 'node:timers/promises';
import type { HutongConfig } from './config/config.ts';
import { type Log, silentLog } from './log.ts';

export interface OpenIndexOptions {
  databaseUrl: string;
  /** Shown in pg_stat_activity. */
  applicationName?: string;
  /** Longest a statement may run, in milliseconds; 0 lets it run. */
  statementTimeoutMs?: number;
  log?: Log;
}

const parseInt8 = (text: string): number | bigint => {
  const value = Number(text);
  return Number.isSafeInteger(value) ? value : BigInt(text);
};

// pg's own parsers for everything but int8, which it would hand out as text.
const types: pg.CustomTypesConfig = {
  getTypeParser: (oid, format): unknown =>
    oid === pg.types.builtins.INT8 && format !== 'binary' ? parseInt8 : pg.types.getTypeParser(oid, format),
};

/**
 * How much longer than PostgreSQL lets a statement run its answer is waited for, in milliseconds: a server that is frozen, or
 * gone without a word, ends nothing itself.
 */
const ANSWER_GRACE_MS = 3000;

/** pg's message when the answer of a statement did not come in time. */
const NO_ANSWER = 'Query read timeout';

const isUnanswered = (error: unknown): boolean => error instanceof Error && error.message === NO_ANSWER;

/** What pg keeps of how a connection was opened; it asks it for the longest wait at each statement. */
interface WaitsForAnswers {
  connectionParameters: { query_timeout: number | false };
}

/** Waits for answers on this connection however long they take. */
export function waitAsLongAsItTakes(client: pg.PoolClient): void {
  (client as unknown as WaitsForAnswers).connectionParameters.query_timeout = false;
}

/**
 * Lets statements of this transaction run longer than usual; 0: as long as they take.
 *
 * @param client in a transaction of {@link inTransaction}, after which the usual time holds again
 */
export async function letStatementsRun(client: pg.PoolClient, milliseconds: number): Promise<void> {
  const { connectionParameters } = client as unknown as WaitsForAnswers;
  connectionParameters.query_timeout = milliseconds === 0 ? false : milliseconds + ANSWER_GRACE_MS;
  await client.query(`SET LOCAL statement_timeout = ${milliseconds}`);
}

/**
 * Opens the pool of connections to the index. bigint columns come as numbers while they are safe integers.
 * A connection that drops while idle is logged and replaced; it never ends the process.
 *
 * @param config says how many connections (`databasePool`)
 */
export function openIndex(config: Pick<HutongConfig, 'databasePool'>, options: OpenIndexOptions): pg.Pool {
  const { log = silentLog, statementTimeoutMs = 30_000 } = options;
  const pool = new pg.Pool({
    connectionString: options.databaseUrl,
    max: config.databasePool,
    application_name: options.applicationName ?? 'hutong',
    statement_timeout: statementTimeoutMs,
    ...(statementTimeoutMs === 0 ? {} : { query_timeout: statementTimeoutMs + ANSWER_GRACE_MS }),
    idle_in_transaction_session_timeout: 60_000,
    connectionTimeoutMillis: 10_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    types,
  });
  pool.on('error', (error) =>
    log.warn({ code: errorCode(error) }, 'an idle connection to PostgreSQL was lost'),
  );
  return pool;
}

/** SQLSTATE or system error code of a failure, if it has one. */
export function errorCode(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null || !('code' in error)) return undefined;
  return typeof error.code === 'string' ? error.code : undefined;
}

const SERIALIZATION_FAILURE = '40001';
const DEADLOCK_DETECTED = '40P01';

export interface TransactionOptions {
  /** How often the whole function may run when PostgreSQL asks for another try. */
  attempts?: number;
  isolation?: 'read committed' | 'repeatable read' | 'serializable';
}

/**
 * Runs `work` in one transaction: committed when it resolves, rolled back when it rejects. On a serialization
 * failure or deadlock (SQLSTATE 40001, 40P01) the whole of `work` runs again, so it must have no effect
 * outside the transaction.
 */
export async function inTransaction<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  options: TransactionOptions = {},
): Promise<T> {
  const attempts = options.attempts ?? 5;
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await runOnce(pool, work, options.isolation ?? 'read committed');
    } catch (error) {
      const code = errorCode(error);
      const again = code === SERIALIZATION_FAILURE || code === DEADLOCK_DETECTED;
      if (!again || attempt >= attempts) throw error;
      await sleep(10 * 2 ** attempt * (0.5 + Math.random()));
    }
  }
}

async function runOnce<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient) => Promise<T>,
  isolation: NonNullable<TransactionOptions['isolation']>,
): Promise<T> {
  return onConnection(pool, async (client, broken) => {
    try {
      await client.query(isolation === 'read committed' ? 'BEGIN' : `BEGIN ISOLATION LEVEL ${isolation}`);
      const result = await work(client);
      await client.query('COMMIT');
      return result;
    } catch (error) {
      if (isUnanswered(error)) broken();
      else await client.query('ROLLBACK').catch(broken);
      throw error;
    }
  });
}

/**
 * Runs `work` with a connection of the pool that nobody else uses meanwhile. One that broke, or is said to have, is not
 * used again.
 */
export async function onConnection<T>(
  pool: pg.Pool,
  work: (client: pg.PoolClient, broken: () => void) => Promise<T>,
): Promise<T> {
  const client = await pool.connect();
  let isBroken = false;
  // A connection that dies between two statements emits 'error'; without a listener that ends the process.
  const onError = (): void => {
    isBroken = true;
  };
  client.on('error', onError);
  const { connectionParameters } = client as unknown as WaitsForAnswers;
  const usualWait = connectionParameters.query_timeout;
  try {
    return await work(client, onError);
  } finally {
    client.off('error', onError);
    connectionParameters.query_timeout = usualWait;
    client.release(isBroken);
  }
}
