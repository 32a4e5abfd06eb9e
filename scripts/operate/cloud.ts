import path from 'node:path';
import { migrate, openIndex, startEmbeddedPostgres, type HutongConfig } from '@hutong/storage-config';
import type { Pool } from 'pg';
import type { Logger } from 'pino';
import { rotateLog } from './log.ts';
import { supervise, type SupervisedProcess } from './processTree.ts';
import { removeRunState, writeRunState } from './runState.ts';

const READY_WITHIN_MS = 60_000;

/** A running cloud: the index, a server and a worker, each in a process of its own. */
export interface Cloud {
  url: string;
  index: Pool;
  stop(): Promise<void>;
}

/**
 * Starts the whole cloud from configuration: embedded PostgreSQL unless one is configured, the schema, one server
 * and one worker. What is started first is stopped last.
 *
 * @throws Error when the server does not become ready within a minute
 */
export async function startCloud(config: HutongConfig, log: Logger): Promise<Cloud> {
  const embedded =
    config.databaseUrl === null
      ? await startEmbeddedPostgres({ dataDirectory: config.dataDirectory, log })
      : null;
  const databaseUrl = config.databaseUrl ?? embedded?.databaseUrl ?? '';
  const index = openIndex(config, { databaseUrl });
  const processes: SupervisedProcess[] = [];
  const stop = async (): Promise<void> => {
    await Promise.all(processes.map((child) => child.stop(config.shutdownSeconds * 1000 + 5000)));
    removeRunState(config.dataDirectory);
    await index.end();
    await embedded?.stop();
  };
  try {
    await migrate(index);
    const logFile = config.logFile ?? path.join(config.dataDirectory, 'hutong.log');
    rotateLog(logFile);
    const env = {
      ...process.env,
      HUTONG_DATABASE_URL: databaseUrl,
      HUTONG_DATA: config.dataDirectory,
      HUTONG_LOG_FILE: logFile,
    };
    const url = await new Promise<string>((resolve, reject) => {
      let ready = false;
      const timer = setTimeout(
        () => reject(new Error(`the server was not ready within ${READY_WITHIN_MS / 1000} s`)),
        READY_WITHIN_MS,
      );
      const onMessage = (message: unknown): void => {
        if (typeof message !== 'object' || message === null || !('url' in message)) return;
        if (typeof message.url !== 'string') return;
        ready = true;
        clearTimeout(timer);
        resolve(message.url);
      };
      // A server that never came up will not come up by trying again: its port is taken, its configuration wrong.
      const onEnd = (): boolean => {
        if (!ready) reject(new Error('the server could not start; the lines above say why'));
        return ready;
      };
      processes.push(supervise('serve', env, log, onMessage, onEnd));
      processes.push(supervise('worker', env, log, () => undefined));
    });
    writeRunState(config.dataDirectory, { pid: process.pid, databaseUrl, url });
    return { url, index, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}
