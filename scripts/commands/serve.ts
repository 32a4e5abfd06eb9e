import { startServer } from '@hutong/server';
import { loadConfig, openIndex, openObjectStore } from '@hutong/storage-config';
import type { Command } from '../operate/command.ts';
import { UsageError } from '../operate/command.ts';
import { createProcessLog } from '../operate/log.ts';
import { stopOnSignal } from '../operate/processTree.ts';

export const serveCommand: Command = {
  name: 'serve',
  usage: 'serve',
  summary: 'run one server on the configured PostgreSQL and object store',
  async run() {
    const config = loadConfig(process.env);
    if (config.databaseUrl === null)
      throw new UsageError(
        'HUTONG_DATABASE_URL is needed: set it to the PostgreSQL of the index, or run "hutong start", which brings its own',
      );
    const log = createProcessLog(config, 'server');
    const index = openIndex(config, { databaseUrl: config.databaseUrl });
    const objects = await openObjectStore(config);
    const server = await startServer({ config, index, objects, log });
    process.send?.({ ready: true, url: server.url });
    stopOnSignal(log, async () => {
      await server.close();
      await objects.close();
      await index.end();
    });
    return new Promise<number>(() => undefined);
  },
};
