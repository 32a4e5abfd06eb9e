import { spawn, type ChildProcess } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { eventually, killAll, processTree } from './processes.ts';

const ROOT = path.resolve(import.meta.dirname, '../..');

/** The environment that docker-compose.yml gives server and worker, with this machine's parts in place of its hosts. */
export function composeEnvironment(here: Record<string, string>): Record<string, string> {
  const file = parse(fs.readFileSync(path.join(ROOT, 'docker-compose.yml'), 'utf8'), { merge: true }) as {
    services: Record<string, { environment?: Record<string, string> }>;
  };
  const given = file.services['server']?.environment ?? {};
  const missing = Object.keys(here).filter((name) => !(name in given));
  if (missing.length > 0) throw new Error(`docker-compose.yml does not set ${missing.join(', ')}`);
  // Compose fills ${NAME:-default} itself; what it would leave empty counts as not set.
  const filled = Object.entries(given).map(([name, value]) => [
    name,
    value.replace(/\$\{\w+:-([^}]*)\}/g, '$1').replace(/\$\{[^}]*\}/g, ''),
  ]);
  return { ...(Object.fromEntries(filled) as Record<string, string>), ...here };
}

/** One process of the topology: `hutong serve` or `hutong worker`. */
export interface TopologyProcess {
  url: string | null;
  kill9(): Promise<void>;
  stop(): Promise<void>;
}

/** Starts `hutong serve` or `hutong worker` as a container would, and waits until it answers. */
export async function startProcess(
  subcommand: 'serve' | 'worker',
  environment: Record<string, string>,
  port?: number,
  checkout = ROOT,
): Promise<TopologyProcess> {
  const env = {
    ...process.env,
    ...environment,
    ...(port === undefined ? {} : { HUTONG_PORT: String(port) }),
  };
  const child: ChildProcess = spawn(
    process.execPath,
    [path.join(checkout, 'scripts/hutong.ts'), subcommand],
    {
      env,
      stdio: ['ignore', 'pipe', 'pipe'],
    },
  );
  let output = '';
  child.stdout?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  child.stderr?.on('data', (chunk: Buffer) => (output += chunk.toString()));
  const ended = new Promise<void>((resolve) => child.on('close', () => resolve()));
  const url = port === undefined ? null : `http://127.0.0.1:${port}`;
  if (url !== null) {
    await eventually(`${subcommand} is ready`, async () => (await fetch(`${url}/readyz`)).ok, 30_000).catch(
      (error: unknown) => {
        throw new Error(`${error instanceof Error ? error.message : ''}\n${output}`);
      },
    );
  }
  return {
    url,
    async kill9() {
      killAll(processTree(child.pid!));
      await ended;
    },
    async stop() {
      child.kill('SIGTERM');
      await ended;
    },
  };
}
