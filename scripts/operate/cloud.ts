import path from 'node:path';
import {
  migrate,
  openIndex,
  openSecretBox,
  startEmbeddedPostgres,
  type HutongConfig,
} from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { rotateLog } from './log.ts';
import { supervise, type SupervisedProcess } from './processTree.ts';
import { removeRunState, writeRunState } from './runState.ts';
import { type Servers, startServers } from './servers.ts';

const READY_WITHIN_MS = 60_000;

/** A running cloud: the index, servers and a worker, each in a process of its own. */
export interface Cloud {
  url: string;
  index: Pool;
  stop(): Promise<void>;
}

/**
 * Starts the whole cloud from configuration: embedded PostgreSQL unless one is configured, the schema, the
 * servers and one worker. What is started first is stopped last.
 *
 * @throws Error when the servers do not become ready within a minute
 */
export async function startCloud(config: HutongConfig, log: Logger): Promise<Cloud> {
  const embedded =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({ dataDirectory: config.dataDirectory, log })
      : null;
  const databaseUrl = config.databaseUrl ?? embedded?.databaseUrl ?? '';
  const index = openIndex(config, { databaseUrl });
  const processes: SupervisedProcess[] = [];
  let servers: Servers | null = null;
  const stop = async (): Promise<void> => {
    const graceMs = config.shutdownSeconds * 1000 + 5000;
    await Promise.all([servers?.stop(graceMs), ...processes.map((child) => child.stop(graceMs))]);
    removeRunState(config.dataDirectory);
    await index.end();
    await embedded?.stop();
  };
  try {
    // The processes below know the index by its address alone: the key file is to be there before them.
    openSecretBox(config);
    await migrate(index);
    const logFile = config.logFile ?? path.join(config.dataDirectory, 'hutong.log');
    rotateLog(logFile);
    const env = {
      ...process.env,
      HUTONG_DATABASE_URL: databaseUrl,
      HUTONG_DATA: config.dataDirectory,
      HUTONG_LOG_FILE: logFile,
    };
    servers = startServers(config, env, log, READY_WITHIN_MS);
    processes.push(supervise('worker', env, log, () => undefined));
    const url = await servers.url;
    writeRunState(config.dataDirectory, { pid: process.pid, databaseUrl, url });
    return { url, index, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
