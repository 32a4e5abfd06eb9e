import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import pg from 'pg';
import type { Log } from '../log.ts';
import { EmbeddedPostgresError } from './binaries.ts';
import { readPostmaster } from './cluster.ts';
import {
  DATABASE,
  ensureServer,
  findRunning,
  prepareCluster,
  type RunningServer,
  stopServer,
  urlOf,
} from './server.ts';

export interface EmbeddedPostgres {
  databaseUrl: string;
  /** True when a server was found running (its former parent was killed) and taken over. */
  adopted: boolean;
  /** Shuts the server down cleanly. */
  stop(): Promise<void>;
}

export interface EmbeddedPostgresOptions {
  /** HUTONG_DATA; the database lies in `postgres` below it. */
  dataDirectory: string;
  log: Log;
}

// Held by the process that owns the folder, on a connection of its own: it falls with the process.
const OWNER_LOCK = 0x4855_4f57;

/**
 * Runs PostgreSQL for this process: makes the data folder on first start, adopts a server that outlived a killed
 * parent, waits for crash recovery, and starts it again should it die. One Hutong owns a folder at a time.
 *
 * @throws EmbeddedPostgresError when the platform has no binaries, the server does not start, or another Hutong
 * owns the folder
 */
export async function startEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log } = options;
  const place = await prepareCluster(path.join(options.dataDirectory, 'postgres'));
  let server = await ensureServer(place, log);
  const { socketFolder, adopted } = server;
  let owner: pg.Client;
  try {
    owner = await takeOwnership(server);
  } catch (error) {
    if (!adopted) await stopServer(server, log);
    throw error;
  }
  log.info({ pid: server.pid, adopted }, adopted ? 'took over the running PostgreSQL' : 'started PostgreSQL');

  let stopping = false;
  let repair: Promise<void> = Promise.resolve();
  const watch = (client: pg.Client): void => {
    client.once('end', () => {
      if (!stopping) repair = restore();
    });
  };
  const restore = async (): Promise<void> => {
    log.error({}, 'PostgreSQL went away; starting it again');
    while (!stopping) {
      try {
        server = await ensureServer(place, log, { socketFolder });
        owner = await takeOwnership(server);
        watch(owner);
        log.info({ pid: server.pid }, 'PostgreSQL is back');
        return;
      } catch (error) {
        log.error(
          { reason: error instanceof Error ? error.name : 'unknown' },
          'PostgreSQL cannot be started yet',
        );
        await sleep(1000);
      }
    }
  };
  watch(owner);

  let stopped: Promise<void> | null = null;
  return {
    databaseUrl: urlOf(socketFolder, DATABASE),
    adopted,
    stop: () =>
      (stopped ??= (async () => {
        stopping = true;
        await repair;
        await owner.end().catch(() => undefined);
        await stopServer(server, log);
        log.info({}, 'stopped PostgreSQL');
      })()),
  };
}

async function takeOwnership(server: RunningServer): Promise<pg.Client> {
  const client = new pg.Client({
    connectionString: urlOf(server.socketFolder, DATABASE),
    application_name: 'hutong owner',
    keepAlive: true,
  });
  client.on('error', () => undefined);
  await client.connect();
  // A killed owner's connection may take a moment to be noticed.
  for (let attempt = 0; attempt < 20; attempt += 1) {
    const { rows } = await client.query<{ taken: boolean }>('SELECT pg_try_advisory_lock($1) AS taken', [
      OWNER_LOCK,
    ]);
    if (rows[0]?.taken === true) return client;
    await sleep(100);
  }
  await client.end();
  throw new EmbeddedPostgresError(
    `Another Hutong is running on the data folder ${server.cluster.folder}. Stop it first, or set HUTONG_DATA to another folder.`,
  );
}

/** URL of the embedded PostgreSQL that a running Hutong holds on this data folder; null when none runs. */
export async function findEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<string | null> {
  const folder = path.join(options.dataDirectory, 'postgres');
  const place = {
    folder,
    data: path.join(folder, 'cluster'),
    binaries: '',
    runner: process.getuid?.() === 0 ? ROOT : null,
  };
  if ((await readPostmaster(place)) === null) return null;
  const running = await findRunning(place, options.log);
  return running === null ? null : urlOf(running.socketFolder, DATABASE);
}
// Only says that the server was started by root, through its working directory.
const ROOT = { uid: 0, gid: 0 };
