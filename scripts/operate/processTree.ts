import { fork, type ChildProcess } from 'node:child_process';
import path from 'node:path';
import { SERVER_PROCESS } from '@hutong/server';
import type { Logger } from 'pino';

const HUTONG = path.resolve(import.meta.dirname, '../hutong.ts');
const FIRST_RESTART_MS = 500;
const LAST_RESTART_MS = 15_000;

/** How node is started for a subcommand; the others take its defaults. */
const NODE_SETTINGS: Record<string, { execArgv: readonly string[]; env: NodeJS.ProcessEnv }> = {
  serve: SERVER_PROCESS,
};

export interface SupervisedProcess {
  /** SIGTERM, then SIGKILL after the grace time. Resolves when it has ended. */
  stop(graceMs: number): Promise<void>;
}

/**
 * Keeps one `hutong` subcommand running: starts it again when it ends by itself, later and later while it keeps
 * failing. The child ends by itself when this process disappears (its IPC channel closes), so that kill -9 of the
 * parent leaves no server behind that a new tree would collide with.
 *
 * @param env read at each start
 * @param onMessage called with each message of the child, for example its ready message
 * @param onEnd called each time it ends by itself; false keeps it from being started again
 * @param args of the subcommand
 */
export function supervise(
  subcommand: string,
  env: NodeJS.ProcessEnv,
  log: Logger,
  onMessage: (message: unknown) => void,
  onEnd: (code: number | null) => boolean = () => true,
  args: readonly string[] = [],
): SupervisedProcess {
  let child: ChildProcess;
  let stopping = false;
  let delay = FIRST_RESTART_MS;
  const start = (): void => {
    const startedAt = Date.now();
    const settings = NODE_SETTINGS[subcommand];
    child = fork(HUTONG, [subcommand, ...args], {
      execArgv: [...process.execArgv, ...(settings?.execArgv ?? [])],
      env: { ...settings?.env, ...env },
      stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
      detached: true,
    });
    child.on('message', onMessage);
    child.on('exit', (code, signal) => {
      if (stopping || !onEnd(code)) return;
      delay = Date.now() - startedAt > 60_000 ? FIRST_RESTART_MS : Math.min(delay * 2, LAST_RESTART_MS);
      log.error({ subcommand, code, signal, restartInMs: delay }, 'a process ended; it is started again');
      setTimeout(() => {
        if (!stopping) start();
      }, delay);
    });
  };
  start();
  return {
    async stop(graceMs) {
      stopping = true;
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = new Promise<void>((resolve) => child.once('exit', () => resolve()));
      child.kill('SIGTERM');
      const timer = setTimeout(() => child.kill('SIGKILL'), graceMs);
      await ended;
      clearTimeout(timer);
    },
  };
}

/**
 * Calls `stop` once, on SIGINT, SIGTERM or when the parent of a supervised process is gone, then ends the process.
 */
export function stopOnSignal(log: Logger, stop: () => Promise<void>): void {
  let stopping = false;
  const end = (cause: string): void => {
    if (stopping) return;
    stopping = true;
    log.info({ cause }, 'stopping');
    stop().then(
      () => process.exit(0),
      (error: unknown) => {
        log.error({ err: error }, 'stopping failed');
        process.exit(1);
      },
    );
  };
  process.on('SIGINT', () => end('SIGINT'));
  process.on('SIGTERM', () => end('SIGTERM'));
  if (process.channel != null) process.on('disconnect', () => end('parent gone'));
}
