import { startServer } from '@hutong/server';
import { loadConfig, openIndex, openObjectStore } from '@hutong/storage-config';
import type { Command } from '../operate/command.ts';
import { readOptions, UsageError } from '../operate/command.ts';
import { createProcessLog } from '../operate/log.ts';
import { stopOnSignal } from '../operate/processTree.ts';
import { startServers } from '../operate/servers.ts';

const READY_WITHIN_MS = 60_000;

export const serveCommand: Command = {
  name: 'serve',
  usage: 'serve',
  summary: 'run the server on the configured PostgreSQL and object store, in HUTONG_SERVERS processes',
  async run(args) {
    const { values } = readOptions(args, { one: { type: 'boolean' } });
    const config = loadConfig(process.env);
    if (config.databaseUrl === null)
      throw new UsageError(
        'HUTONG_DATABASE_URL is needed: set it to the PostgreSQL of the index, or run "hutong start", which brings its own',
      );
    const log = createProcessLog(config, 'server');
    if (config.servers > 1 && values.one !== true) {
      const servers = startServers(config, process.env, log, READY_WITHIN_MS);
      stopOnSignal(log, () => servers.stop(config.shutdownSeconds * 1000 + 5000));
      process.send?.({ ready: true, url: await servers.url });
      return new Promise<number>(() => undefined);
    }
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
