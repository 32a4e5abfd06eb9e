import { loadConfig, openIndex, openObjectStore } from '@hutong/storage-config';
import { startWorkers } from '@hutong/workers';
import { UsageError, type Command } from '../operate/command.ts';
import { createProcessLog } from '../operate/log.ts';
import { stopOnSignal } from '../operate/processTree.ts';

export const workerCommand: Command = {
  name: 'worker',
  usage: 'worker',
  summary: 'run one worker: relay, conformance, housekeeping',
  async run() {
    const config = loadConfig(process.env);
    if (config.databaseUrl === null)
      throw new UsageError(
        'HUTONG_DATABASE_URL is needed: set it to the PostgreSQL of the index, or run "hutong start", which brings its own',
      );
    const log = createProcessLog(config, 'worker');
    const index = openIndex(config, { databaseUrl: config.databaseUrl });
    const objects = await openObjectStore(config);
    const workers = await startWorkers({ config, index, objects, log });
    process.send?.({ ready: true });
    stopOnSignal(log, async () => {
      await workers.stop();
      await objects.close();
      await index.end();
    });
    return new Promise<number>(() => undefined);
  },
};
