import { once } from 'node:events';
import { createServer } from 'node:net';
import type { HutongConfig } from '@hutong/storage-config';
import type { Logger } from 'pino';
import { supervise, type SupervisedProcess } from './processTree.ts';

/** Connections that all servers together may take of a PostgreSQL of 100, which workers and operators use too. */
const CONNECTIONS = 60;

export interface Servers {
  /** Where all of them are reached. */
  url: Promise<string>;
  /** Stops all at once, each as it would stop alone. */
  stop(graceMs: number): Promise<void>;
}

type ServersConfig = Pick<
  HutongConfig,
  'servers' | 'host' | 'port' | 'databasePool' | 'pixelThreads' | 'spoolGigabytes'
>;

/**
 * Runs the servers of this machine: one, or several that listen on the same port, between which the kernel divides the
 * connections. None of them knows anything that the others do not, so one that ends takes only its own open requests
 * with it, and is started again.
 *
 * @param env environment of the servers
 * @param readyWithinMs after which the `url` is given up
 */
export function startServers(
  config: ServersConfig,
  env: NodeJS.ProcessEnv,
  log: Logger,
  readyWithinMs: number,
): Servers {
  const { servers } = config;
  const processes: SupervisedProcess[] = [];
  const own: NodeJS.ProcessEnv = { ...env, ...shareOf(config) };
  let ready = 0;
  let stopping = false;
  const url = Promise.withResolvers<string>();
  // Whoever waits for it hears of its failure.
  url.promise.catch(() => undefined);
  const timer = setTimeout(
    () => url.reject(new Error(`the server was not ready within ${readyWithinMs / 1000} s`)),
    readyWithinMs,
  );
  const settled = (): boolean => ready >= servers;
  const begin = (): void => {
    processes.push(
      supervise(
        'serve',
        own,
        log,
        (message) => {
          const found = urlIn(message);
          if (found === null) return;
          ready += 1;
          // A port that was free at the first start is where all the others, and all after a restart, listen.
          own['HUTONG_PORT'] = new URL(found).port;
          if (ready === 1) for (let n = 1; n < servers; n += 1) begin();
          if (!settled()) return;
          clearTimeout(timer);
          url.resolve(found);
        },
        // A server that never came up will not come up by trying again: its port is taken, its configuration wrong.
        () => {
          if (!settled()) url.reject(new Error('the server could not start; the lines above say why'));
          return settled();
        },
        servers > 1 ? ['--one'] : [],
      ),
    );
  };
  void portIsFree(config).then(
    () => {
      if (!stopping) begin();
    },
    (error: unknown) => {
      url.reject(error instanceof Error ? error : new Error('the port cannot be had'));
    },
  );
  return {
    url: url.promise,
    async stop(graceMs) {
      stopping = true;
      clearTimeout(timer);
      await Promise.all(processes.map((child) => child.stop(graceMs)));
    },
  };
}

/** What of the machine's is divided between the servers; the memory of each is bounded by itself. */
function shareOf({ servers, databasePool, pixelThreads, spoolGigabytes }: ServersConfig): NodeJS.ProcessEnv {
  if (servers === 1) return {};
  return {
    HUTONG_DATABASE_POOL: String(Math.max(2, Math.min(databasePool, Math.floor(CONNECTIONS / servers)))),
    HUTONG_PIXEL_THREADS: String(Math.max(1, Math.ceil(pixelThreads / servers))),
    HUTONG_SPOOL_GIGABYTES: String(Math.max(1, Math.floor(spoolGigabytes / servers))),
  };
}

/**
 * Servers that share a port would share it with any other program of this user that shares it too, for example with
 * another Hutong: so it must be had alone once.
 *
 * @throws Error with code EADDRINUSE, EACCES, EADDRNOTAVAIL
 */
async function portIsFree({ servers, host, port }: ServersConfig): Promise<void> {
  if (servers === 1 || port === 0) return;
  const probe = createServer();
  probe.listen({ host, port, exclusive: true });
  await once(probe, 'listening');
  probe.close();
  await once(probe, 'close');
}

function urlIn(message: unknown): string | null {
  if (typeof message !== 'object' || message === null || !('url' in message)) return null;
  return typeof message.url === 'string' ? message.url : null;
}
