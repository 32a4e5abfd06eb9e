import {
  findEmbeddedPostgres,
  migrate,
  openIndex,
  startEmbeddedPostgres,
  type HutongConfig,
} from '@hutong/storage-config';
import type { Pool } from 'pg';
import { createLog } from './log.ts';
import { onRecord } from './operatorAct.ts';

/**
 * Opens the index for one command: the configured PostgreSQL, else the embedded one of a cloud that runs on the
 * data folder, else the embedded one started for the length of the command. The command is on record before its work.
 */
export async function withIndex<T>(config: HutongConfig, work: (index: Pool) => Promise<T>): Promise<T> {
  const log = createLog('error', 'hutong');
  const place = { dataDirectory: config.dataDirectory, log };
  const running = config.databaseUrl ?? (await findEmbeddedPostgres(place));
  if (running !== null) return useIndex(config, running, work);
  const embedded = await startEmbeddedPostgres(place);
  try {
    return await useIndex(config, embedded.databaseUrl, work);
  } finally {
    await embedded.stop();
  }
}

async function useIndex<T>(
  config: HutongConfig,
  databaseUrl: string,
  work: (index: Pool) => Promise<T>,
): Promise<T> {
  const index = openIndex(config, { databaseUrl });
  try {
    await migrate(index);
    return await onRecord(index, () => work(index));
  } finally {
    await index.end();
  }
}
